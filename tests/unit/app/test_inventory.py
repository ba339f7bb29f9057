"""The files that scanners have to look at, by our own list."""

from __future__ import annotations

import json

import pytest

from pipeline.app.facts import Facts, LockFile
from pipeline.app.inventory import counted, inventory
from pipeline.app.model import Lock

NPM = {"lockfileVersion": 3, "packages": {"": {}, "node_modules/a": {}, "node_modules/b": {}}}
OLD_NPM = {"lockfileVersion": 1, "dependencies": {"a": {}}}
NUGET = {
    "version": 1,
    "dependencies": {"net8.0": {"A": {"type": "Direct"}, "B": {"type": "Transitive"}, "own": {"type": "Project"}}},
}


OLD_PNPM = "Trivy leaves out what only development uses in pnpm's lock files before version 9"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("client/package-lock.json", json.dumps(NPM), LockFile(packages=2)),
        ("package-lock.json", json.dumps(OLD_NPM), LockFile(packages=1)),
        ("npm-shrinkwrap.json", "{}", LockFile()),
        ("npm-shrinkwrap.json", '{"packages": {"": {"name": "app"}}}', LockFile(packages=0)),
        ("package-lock.json", json.dumps(NPM)[:30], LockFile()),
        ("src/packages.lock.json", json.dumps(NUGET), LockFile(packages=2)),
        ("packages.lock.json", '{"version": 1, "dependencies": {"net8.0": {}}}', LockFile(packages=0)),
        ("packages.lock.json", '{"dependencies": 1}', LockFile()),
        ("packages.lock.json", '{"dependencies": {"net8.0": 1}}', LockFile()),
        ("package-lock.json", "[]", LockFile()),
        ("yarn.lock", "anything", LockFile()),
        ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n", LockFile()),
        ("pnpm-lock.yaml", "lockfileVersion: '6.0'\n", LockFile(gap=OLD_PNPM)),
        ("pnpm-lock.yaml", "lockfileVersion: 5.4\n", LockFile(gap=OLD_PNPM)),
    ],
)
def test_a_lock_file_is_counted(path, text, expected):
    """An empty one holds nothing to look at; one that is broken or cut off still has to be looked at."""
    assert counted(path, text) == expected


def test_the_inventory():
    """Lock files, Dockerfiles under all their names, and what no scanner here reads."""
    paths = {
        "Dockerfile", "docker/api.Dockerfile", "Dockerfile.web", "Dockerfile.dockerignore", ".dockerignore",
        "fly.toml", "deploy/fly.staging.toml", "compose.yaml", "docker-compose.dev.yml", ".github/workflows/ci.yml",
        "package.json", "infra/main.tf",
    }  # fmt: skip
    locks = {"b/packages.lock.json": LockFile(packages=2), "a/yarn.lock": LockFile()}

    texts = {"Dockerfile.web": "FROM a\n# trivy:ignore:DS-0002\nUSER root\n", "package.json": "# trivy:ignore:x"}
    texts["infra/main.tf"] = 'resource "a" "b" {}\n//tfsec:ignore:x\n'

    found = inventory(Facts(paths=frozenset(paths | set(locks)), texts=texts, files=frozenset(paths), locks=locks))

    assert found.locks == (
        Lock(path="a/yarn.lock", ecosystem="npm"),
        Lock(path="b/packages.lock.json", ecosystem="nuget", packages=2),
    )
    assert found.dockerfiles == ("Dockerfile", "Dockerfile.web", "docker/api.Dockerfile")
    assert [path for path, _ in found.unread] == [
        ".github/workflows/ci.yml",
        "compose.yaml",
        "deploy/fly.staging.toml",
        "docker-compose.dev.yml",
        "fly.toml",
    ]
    assert found.files == len(paths)
    assert found.silenced == (("Dockerfile.web", 2), ("infra/main.tf", 2))


def test_what_another_repository_holds_is_a_gap():
    """All of a submodule that is not checked out."""
    text = '[submodule "a"]\n\tpath = libs/a\n\turl = x\n[submodule "b"]\n\tpath = libs/b b\n'
    inner = '[submodule "c"]\n\tpath = deep/c\n'
    files = frozenset({".gitmodules", "libs/a/.gitmodules", "old/.gitmodules"})
    texts = {".gitmodules": text, "libs/a/.gitmodules": inner, "old/.gitmodules": inner}
    found = inventory(Facts(paths=files, texts=texts, files=files, empty=frozenset({"unnamed", "libs/b b"})))
    assert [(what, target) for what, target, _ in found.gaps] == [
        ("source", "libs/a/deep/c"),
        ("source", "libs/b b"),
        ("source", "unnamed"),
    ]


def test_what_is_tracked_among_build_outputs_is_a_gap():
    """Nothing looks there for packages or mistakes in Dockerfiles; each is named."""
    files = {"bin/svc/package-lock.json", "bin/svc/Dockerfile", "bin/svc/app.dll", "obj/packages.lock.json"}
    found = inventory(Facts(paths=frozenset(), texts={}, ignored=frozenset(files)))
    assert [gap[:2] for gap in found.gaps] == [
        ("npm", "bin/svc/package-lock.json"),
        ("nuget", "obj/packages.lock.json"),
    ]
    assert [path for path, _ in found.unread] == ["bin/svc/Dockerfile"]


def test_a_lock_file_that_cannot_be_reached_is_a_gap():
    """Its packages ship all the same; what else cannot be read is told elsewhere."""
    unreadable = {"z/package-lock.json": "a link", "pipeline.yaml": "a link"}
    found = inventory(Facts(paths=frozenset(), texts={}, unreadable=unreadable))
    assert found.gaps == (("npm", "z/package-lock.json", "a link"),)


@pytest.mark.parametrize(
    "line",
    [
        "# trivy:ignore:DS-0002",
        'LABEL note="see trivy:ignore:DS-0002 there"',
        "  trivy:ignore:DS-0002",
        "#TRIVY:IGNORE:*",
    ],
)
def test_a_scanner_is_silenced_by_any_line(line):
    """Trivy does not ask whether it is a comment."""
    facts = Facts(paths=frozenset({"Dockerfile"}), texts={"Dockerfile": f"FROM a\n{line}\nUSER root\n"})

    assert inventory(facts).silenced == (("Dockerfile", 2),)


def test_a_file_that_nobody_could_look_through_is_told():
    """What it tells a scanner is not known."""
    facts = Facts(
        paths=frozenset({"Dockerfile", "a.tf", "b.sh"}),
        texts={},
        unreadable={"Dockerfile": "x", "a.tf": "y", "b.sh": "z"},
    )

    assert inventory(facts).unseen == (("Dockerfile", "x"), ("a.tf", "y"))


def test_dockerfiles_of_other_names_are_gaps():
    """Nothing here has checks for them."""
    facts = Facts(paths=frozenset(), texts={}, files=frozenset({"Dockerfile-prod", "api/x.docker", "src/Docker.cs"}))

    assert [path for path, _ in inventory(facts).unread] == ["Dockerfile-prod", "api/x.docker"]


def test_packages_without_a_lock_file_are_told():
    """A lock file above is that of a member of its workspace, and of no other folder."""
    package = '{"dependencies": {"lodash": "4.17.20"}}'
    texts = {
        "package.json": '{"workspaces": ["web/*"]}',
        "web/shop/package.json": package,
        "tools/package.json": package,
        "site/package.json": package,
        "plain/package.json": '{"name": "plain"}',
        "broken/package.json": "{",
    }
    locks = {
        "package-lock.json": LockFile(packages=1),
        "site/yarn.lock": LockFile(),
        "tools/packages.lock.json": LockFile(),
    }

    found = inventory(Facts(paths=frozenset({*texts, *locks}), texts=texts, locks=locks))

    assert found.unlocked == ("broken/package.json", "tools/package.json")
