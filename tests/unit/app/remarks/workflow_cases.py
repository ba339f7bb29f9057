"""Workflows with and without their traps."""

from __future__ import annotations

from pipeline.app.remark_kinds import workflows as kinds
from tests.unit.app.remarks.case import Case

CI = ".github/workflows/ci.yml"
CD = ".github/workflows/cd.yml"
FLY = 'app = "shop"\n'
SDK = "a" * 40


def workflow(*steps: str, on: str = "push", job: str = "", top: str = "") -> str:
    """Return a workflow of one job; each step is its lines."""
    lines = [f"on: {on}", *top.splitlines(), "jobs:", "  work:", "    runs-on: ubuntu-latest"]
    lines += [f"    {line}" for line in job.splitlines()]
    lines.append("    steps:")
    for step in steps:
        first, *rest = step.splitlines()
        lines += [f"      - {first}", *(f"        {line}" for line in rest)]
    return "\n".join(lines) + "\n"


def of(kind, red: str, green: str, at: str = "", **more: str) -> Case:
    """Return a case whose trees differ in one workflow."""
    return Case(kind, {CI: red, **more}, {CI: green, **more}, at)


def run(*lines: str) -> str:
    """Return a step that runs these lines."""
    return "\n".join(["run: |", *(f"  {line}" for line in lines)])


PUSH = 'uses: docker/build-push-action@v6\nwith:\n  push: "true"'
LOGIN = "uses: docker/login-action@v3\nwith: {registry: ghcr.io, password: '${{ secrets.GITHUB_TOKEN }}'}"
DEPLOY = "run: flyctl deploy --remote-only"
OUTPUT = "outputs:\n  digest: ${{ steps.x.outputs.digest }}"
READER = "  other:\n    needs: work\n    steps:\n      - run: echo ${{ needs.work.outputs.digest }}\n"
DATABASE = "services: {postgres: {image: 'postgres:15', env: {POSTGRES_DB: shop_test}}}"
STRING = "run: dotnet test\nenv:\n  ConnectionStrings__Db: Host=localhost;Database=%s;Username=u;Password=p"
TWO = "on: push\njobs:\n" + "".join(
    f"  {name}:\n    environment: {name}\n    steps:\n      - run: flyctl deploy --config {{0}}\n"
    for name in ("staging", "production")
)

CASES = (
    of(kinds.INVALID_WORKFLOW, "on: push\n\tjobs: {}\n", workflow("run: x"), f"{CI}:2"),
    of(kinds.STEP_CANNOT_FAIL, workflow("run: npm audit || true"), workflow("run: npm audit"), f"{CI}:6"),
    of(kinds.STEP_CANNOT_FAIL, workflow(run("echo", "npm run lint \\", "  || true")), workflow(run("rm x || true")),
       f"{CI}:8"),
    of(kinds.STEP_CANNOT_FAIL, workflow("uses: aquasecurity/trivy-action@v1\ncontinue-on-error: true"),
       workflow("uses: codecov/codecov-action@v5\ncontinue-on-error: true"), f"{CI}:7"),
    of(kinds.ACTION_BY_BRANCH, workflow("uses: a/b@master"), workflow("uses: a/b@v4"), f"{CI}:6"),
    of(kinds.ACTION_BY_TAG, workflow("uses: a/b@v4"), workflow(f"uses: a/b@{SDK}", "uses: ./local"), f"{CI}:6"),
    of(kinds.MISSING_PERMISSION, workflow("uses: github/codeql-action/upload-sarif@v3"),
       workflow("uses: github/codeql-action/upload-sarif@v3", job="permissions: {security-events: write}"), f"{CI}:6"),
    of(kinds.MISSING_PERMISSION, workflow(LOGIN, PUSH, top="permissions: {contents: read}"),
       workflow(LOGIN, PUSH, top="permissions: {packages: write}"), f"{CI}:9"),
    of(kinds.UNUSED_OUTPUT, workflow("run: x", job=OUTPUT), workflow("run: x", job=OUTPUT) + READER, f"{CI}:6"),
    of(kinds.NO_TIMEOUT, workflow("run: x"), workflow("run: x", job="timeout-minutes: 5")),
    of(kinds.OTHER_DATABASE, workflow(STRING % "shop", job=DATABASE), workflow(STRING % "shop_test", job=DATABASE),
       f"{CI}:9"),
    of(kinds.LITERAL_SECRET, workflow("run: x\nenv:\n  Jwt__Key: abcdefghijklmnop"),
       workflow("run: x\nenv:\n  Jwt__Key: ${{ secrets.JWT }}"), f"{CI}:8"),
    of(kinds.EMPTY_SCAN,
       workflow("uses: a/trufflehog@v3\nwith:\n  base: ${{ github.event.repository.default_branch }}"),
       workflow("uses: a/trufflehog@v3\nwith:\n  base: ''"), f"{CI}:8"),
    of(kinds.SCANS_OTHER_IMAGE,
       workflow("run: docker build -t shop:scan .", "uses: a/trivy@v1\nwith:\n  image-ref: shop:scan", PUSH),
       workflow("run: docker build -t shop:scan .", "uses: a/trivy@v1\nwith:\n  image-ref: a.test/shop", PUSH)),
    of(kinds.MISSING_PATH, workflow("run: npm ci\nworking-directory: Client"),
       workflow("run: npm ci\nworking-directory: client/"), f"{CI}:7", **{"client/a": ""}),
    of(kinds.MISSING_PATH, workflow("run: fly status --config fly.staging.toml"),
       workflow("run: fly status --config fly.toml"), f"{CI}:6", **{"fly.toml": FLY}),
    of(kinds.LOCKED_WITHOUT_LOCK, workflow("run: dotnet restore --locked-mode"), workflow("run: dotnet restore"),
       f"{CI}:6"),
    of(kinds.PIPED_SCRIPT, workflow("run: curl -L https://a.test/x.sh | sudo bash -"),
       workflow('run: echo "curl -L https://a.test/x.sh | sh"'), f"{CI}:6"),
    Case(kinds.TWO_DEPLOYS, {CI: workflow(DEPLOY), CD: workflow(DEPLOY), "fly.toml": FLY},
         {CI: workflow(DEPLOY), CD: workflow(DEPLOY, on="workflow_dispatch"), "fly.toml": FLY}),
    Case(kinds.TWO_DEPLOYS, {CI: workflow(DEPLOY, on="{push: {branches: [main, develop]}}"),
                             CD: workflow(DEPLOY, on="{push: {branches: main}}"), "fly.toml": FLY},
         {CI: workflow(DEPLOY, on="{push: {branches: [main]}}"),
          CD: workflow(DEPLOY, on="{push: {branches: [develop]}}"), "fly.toml": FLY}),
    of(kinds.NO_CONCURRENCY, workflow(DEPLOY), workflow(DEPLOY, job="concurrency: deploy"), f"{CI}:6"),
    of(kinds.DEPLOY_REBUILDS, workflow(PUSH, DEPLOY), workflow(PUSH, "run: fly deploy --image a@sha256:1"), f"{CI}:9"),
    Case(kinds.DEPLOY_REBUILDS, {CI: workflow(PUSH, DEPLOY), "fly.toml": FLY},
         {CI: workflow(PUSH, DEPLOY), "fly.toml": FLY + '[build]\n  image = "a/b:latest"\n'}),
    of(kinds.SECRETS_AFTER_DEPLOY, workflow(DEPLOY, "run: flyctl secrets set A=b"),
       workflow("run: flyctl secrets set A=b --stage", DEPLOY), f"{CI}:7"),
    of(kinds.COMMAND_IN_RUNTIME, workflow('run: flyctl ssh console -a shop -C "cd /app && ls"'),
       workflow('run: flyctl ssh console -a shop -C "/app/migrate"'), f"{CI}:6"),
    Case(kinds.COMMAND_IN_RUNTIME, {"deploy.sh": "#!/bin/sh\ndocker-compose exec -T app dotnet ef database update\n"},
         {"deploy.sh": "#!/bin/sh\ndocker-compose exec -T app /app/migrate\n"}, "deploy.sh:2"),
    of(kinds.FIXED_SLEEP, workflow(run("sleep 30", "curl -f https://a.test/health")),
       workflow(run("sleep 1", "curl -f https://a.test/health")), f"{CI}:7"),
    of(kinds.DEPLOY_ON_PULL_REQUEST, workflow(DEPLOY, on="[push, pull_request]"),
       workflow(DEPLOY, on="[push, pull_request]", job="if: github.ref == 'refs/heads/main'"), f"{CI}:6"),
    of(kinds.MIGRATE_AFTER_DEPLOY, workflow(DEPLOY, "run: dotnet ef database update"),
       workflow("run: dotnet ef database update", DEPLOY), f"{CI}:7"),
    of(kinds.SAME_APP, TWO.replace("{0}", "fly.toml"),
       TWO.replace("{0}", "fly.staging.toml", 1).replace("{0}", "fly.toml"), f"{CI}:6",
       **{"fly.toml": FLY, "fly.staging.toml": 'app = "shop-staging"\n'}),
    of(kinds.APP_NAME, workflow("run: fly status -a shop-old"), workflow("run: fly status -a shop"), f"{CI}:6",
       **{"fly.toml": FLY}),
    of(kinds.APP_NAME, workflow("run: curl https://shop-old.fly.dev"),
       workflow("run: curl https://shop.fly.dev", "run: fly postgres connect -a shop-db"), f"{CI}:6",
       **{"fly.toml": FLY}),
    Case(kinds.URL_FOR_NPGSQL,
         {"a.csproj": '<Project Sdk="x"><ItemGroup><PackageReference Include="Npgsql" /></ItemGroup></Project>',
          "set.sh": 'fly secrets set ConnectionStrings__Db="postgres://u:p@h/d"\n'},
         {"a.csproj": '<Project Sdk="x"><ItemGroup><PackageReference Include="Npgsql" /></ItemGroup></Project>',
          "set.sh": 'fly secrets set ConnectionStrings__Db="Host=h;Database=d"\n'}, "set.sh:1"),
    Case(kinds.UNCALLED_SQL, {"sql/add-roles-migration.sql": "", "Data/Migrations/1_A.cs": ""},
         {"sql/add-roles-migration.sql": "", "Data/Migrations/1_A.cs": "",
          "up.sh": "psql -f sql/add-roles-migration.sql"},
         "sql/add-roles-migration.sql"),
)  # fmt: skip
