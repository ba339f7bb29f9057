"""Trivy with the rules of the secret scan: what each finds, in the forms of this stack, and what it leaves alone."""

from __future__ import annotations

import json
import subprocess

import pytest

from pipeline.plan import scripts
from pipeline.plan.steps import audit

pytestmark = [pytest.mark.host, pytest.mark.trivy]

# Put together here, so that no file of ours looks like a leak.
AWS = "AKIA" + "2E0A8F3B244C9986"
AWS_SECRET = "9aQ7/" + "bZ2+xK4m" * 4 + "LpW"
FLY = "fm2_" + "aB3dE5" * 10
NUGET = "oy2" + "a1b2c3d4e5f" * 3 + "a1b2c3d4e5"
NPM = "npm_" + "aB3dE5" * 6
GITHUB = "ghp_" + "aB3dE5" * 6
GOOGLE = "AIza" + "aB3dE-" * 5 + "aB3dE"
WORD = "Kal" + "tbl0od-9931"

FOUND = {
    "Keys.cs": (f'const string K = "{AWS}";', "aws-access-key"),
    "keys.ts": (f"export const k = '{AWS}';", "aws-access-key"),
    "keys.json": (f'{{"k":"{AWS}"}}', "aws-access-key"),
    "keys.txt": (AWS, "aws-access-key"),
    "Secret.cs": (f'var o = new {{ AwsSecretKey = "{AWS_SECRET}" }};', "aws-secret-key"),
    "secret.env": (f"AWS_SECRET_ACCESS_KEY={AWS_SECRET}", "aws-secret-key"),
    "secret.json": (f'{{"SecretAccessKey":"{AWS_SECRET}"}}', "aws-secret-key"),
    "Fly.cs": (f'var t = "{FLY}";', "fly-token"),
    "fly.yml": (f"FLY_API_TOKEN: {FLY}", "fly-token"),
    "push.sh": (f"dotnet nuget push -k {NUGET}", "nuget-api-key"),
    "nuget.config": (f'<add key="ClearTextPassword" value="{WORD}" />', "nuget-clear-text-password"),
    ".npmrc": (f"//registry.test/:_authToken={WORD}", "npm-auth"),
    "npm.ts": (f'const t = "{NPM}";', "npm-access-token"),
    "GitHub.cs": (f'const string T = "{GITHUB}";', "github-pat"),
    "Db.cs": (f'"Host=db.test;Database=a;Username=b;Password={WORD}"', "connection-string-password"),
    "Azure.cs": (f'"Server=tcp:db.test;User ID=app@shop;Password={WORD}"', "connection-string-password"),
    "Shop.cs": (f'"Host=db.test;Database=example_shop;Username=b;Password={WORD}"', "connection-string-password"),
    "slash.cs": (f'"Host=db.test;Username=b;Password={WORD}/admin"', "connection-string-password"),
    "host.env": (f"DATABASE_URL=postgres://example:{WORD}@db.example.test/a", "connection-url-password"),
    "mirror.env": (f"NPM=https://your-token:{WORD}@example.test/a", "url-password"),
    "cache.json": (f'{{"Redis":"example.test:6379,password={WORD}"}}', "redis-password"),
    "ExampleApi/appsettings.json": (f'{{"ExampleApiKey":"{WORD}"}}', "appsettings-password"),
    "db.env": (f"DATABASE_URL=postgres://a:{WORD}@db.test/a", "connection-url-password"),
    "package-lock.json": (f'{{"version":"git+https://ci:{WORD}@git.test/x.git#0123"}}', "url-password"),
    "pnpm-lock.yaml": (f"version: https://ci:{WORD}%2F@npm.test/y.tgz", "url-password"),
    "redis.json": (f'{{"Redis":"cache.test:6379,password={WORD},ssl=true"}}', "redis-password"),
    "appsettings.Production.json": (f'{{"Auth":{{"Token":"{WORD}"}}}}', "appsettings-password"),
    "config.json": ('{"auths":{"r.test":{"auth":"' + "dXNlcjpwYXNzd29yZDEyMw" + '"}}}', "docker-login"),
    "docker.sh": ("docker login -p dckr_pat_" + "aB3dE5" * 4, "docker-hub-token"),
    "map.ts": (f"const key = '{GOOGLE}';", "google-api-key"),
    "ai.cs": ('var k = "sk-ant-' + "aB3dE5" * 5 + '";', "anthropic-api-key"),
}
LEFT_ALONE = {
    "plain.cs": 'var text = "AKIA is how they begin";',
    "example.cs": 'const string K = "' + "AKIAIOSFODNN7" + 'EXAMPLE";',
    "longer.txt": f"x{AWS}y",
    "local.cs": f'"Host=localhost;Database=a;Username=b;Password={WORD}"',
    "changeme.cs": '"Server=tcp:db.test;User ID=app@shop;Password=changeme1"',
    "sample.cs": '"Host=db.test;Username=b;Password=example-word"',
    "sample.env": "DATABASE_URL=postgres://a:your-password@db.test/a",
    "dev.env": "DATABASE_URL=postgres://a:postgres@db/a",
    "appsettings.json": '{"Auth":{"Token":"placeholder"},"Jwt":{"SigningSecret":"your-own-secret"}}',
    "cache.env": "Redis=cache.test:6379,password=changeme",
    "nuget.test.config": '<add key="ClearTextPassword" value="password" />',
    "npm/.npmrc": "//registry.test/:_authToken=placeholder",
    "empty.json": '{"Password": ""}',
    "reference.yml": "FLY_API_TOKEN: ${{ secrets.FLY_API_TOKEN }}",
    "variable.cs": '"Host=db.test;Database=a;Username=b;Password={password}"',
    "words.md": "set the connection string Password=changeme and AWS_SECRET_ACCESS_KEY=<your key>",
    "address.md": "https://user:password@git.test, https://git.test:8080/@scope and https://${USER}:${TOKEN}@git.test",
    "hash.lock": 'integrity "sha512-' + "9aQ7bZ2xK4mLpW" * 6 + '=="',
}


@pytest.fixture(scope="module")
def scanned(tmp_path_factory):
    """Return the ids of the rules that Trivy names, by file."""
    folder = tmp_path_factory.mktemp("secrets")
    rules = folder / ".pipeline"
    rules.write_text(scripts.text("pipeline-secrets.yaml"))
    tree = folder / "tree"
    tree.mkdir()
    for name, text in {**{name: text for name, (text, _) in FOUND.items()}, **LEFT_ALONE}.items():
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).write_text(f"{text}\n")
    words = ("--cache-dir", str(folder / "cache"), *audit.QUIET, "--secret-config", str(rules))
    command = ["trivy", "fs", *words, "--scanners", "secret", "--format", "json", str(tree)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    results = json.loads(done.stdout)["Results"]
    return {result["Target"]: {secret["RuleID"] for secret in result["Secrets"]} for result in results}


@pytest.mark.parametrize("name", FOUND)
def test_what_leaks_is_found(name, scanned):
    """In the form in which such a file says it; a quote and a semicolon behind it hide nothing."""
    assert FOUND[name][1] in scanned.get(name, set())


@pytest.mark.parametrize("name", LEFT_ALONE)
def test_what_is_no_secret_is_left_alone(name, scanned):
    """Examples, references, passwords of the developer's own machine."""
    assert scanned.get(name, set()) == set()
