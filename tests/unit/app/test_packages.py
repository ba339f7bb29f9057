"""Which package manager installs the SPA's packages."""

from __future__ import annotations

import pytest

from pipeline.errors import AMBIGUOUS, LOCK_MISSING, PACKAGE_MANAGER_UNSUPPORTED


@pytest.mark.parametrize("name", ["package-lock.json", "npm-shrinkwrap.json"])
def test_npm_by_its_lock_file(found, package, name):
    """Both names of npm's lock file count."""
    spa = found({"c/package.json": package(), f"c/{name}": ""}).spa
    assert (spa.package_manager, spa.lock_file) == ("npm", f"c/{name}")


@pytest.mark.parametrize("name", ["bun.lock", "bun.lockb"])
def test_others_are_refused_by_name(refused, package, name):
    """A lock file that npm would ignore must not be ignored."""
    error = refused({"c/package.json": package(), f"c/{name}": ""})
    assert error.kind is PACKAGE_MANAGER_UNSUPPORTED
    assert "bun" in error.what


def test_a_declared_manager_without_lock_file_is_refused(refused, package):
    """`packageManager` decides whose lock file is missed."""
    error = refused({"package.json": package(packageManager="pnpm@9.1.0")})
    assert error.kind is LOCK_MISSING
    assert error.what.endswith("no pnpm-lock.yaml")


@pytest.mark.parametrize(
    ("lock", "text", "answer"),
    [
        ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n", "pnpm@10"),
        ("yarn.lock", "__metadata:\n  version: 99\n", "yarn@4"),
    ],
)
def test_a_version_that_nothing_says_is_asked(found, refused, package, lock, text, answer):
    """Several versions write the lock file's format and do not install alike; the setting answers."""
    files = {"c/package.json": package(), f"c/{lock}": text + "x" * 200}
    error = refused(files)
    assert (error.kind, answer in error.details) == (AMBIGUOUS, True)
    assert "set `spa.package_manager`" in error.what
    spa = found(files, f"spa: {{package_manager: {answer}}}").spa
    assert f"{spa.package_manager}@{spa.manager_version}" == answer


def test_a_pinned_hash_and_a_release_of_yarn(found, package):
    """Both are kept; a release that the repository brings along wins, and the hash is not one of it."""
    pinned = f"yarn@4.9.2+sha512.{'a' * 128}"
    files = {"c/package.json": package(packageManager=pinned), "c/yarn.lock": "__metadata:\n  version: 8\n" + "x" * 200}
    spa = found(files).spa
    assert (spa.manager_version, spa.manager_hash, spa.is_berry) == ("4.9.2", f"sha512.{'a' * 128}", True)
    spa = found({**files, "c/.yarnrc.yml": "yarnPath: .yarn/releases/yarn-4.8.0.cjs\n"}).spa
    assert (spa.manager_version, spa.manager_hash) == ("4.8.0", "")
    assert spa.manager_release == "c/.yarn/releases/yarn-4.8.0.cjs"


def test_a_missing_lock_file_is_an_error(refused, package):
    """Without it an install is not repeatable."""
    assert refused({"package.json": package()}).kind is LOCK_MISSING


def test_a_workspace_is_installed_as_a_whole(found, package):
    """Its lock file names the packages of every member, so their manifests decide the install."""
    root = '{"workspaces": ["apps/*", "libs/*"]}'
    files = {"apps/c/package.json": package(), "libs/ui/package.json": "{}", "e2e/package.json": "{}"}
    spa = found({**files, "package-lock.json": "", "package.json": root}).spa
    assert (spa.root, spa.members) == (".", (".", "apps/c", "libs/ui"))


def test_the_lock_file_wins_over_the_declared_manager(found, package):
    """What is committed is what works; the contradiction is remarked."""
    app = found({"package.json": package(packageManager="yarn@4"), "package-lock.json": ""})
    assert app.spa.package_manager == "npm"
    assert "R111" in [r.id for r in app.remarks]


def test_of_two_lock_files_the_declared_one_wins(found, package):
    """Else npm's, with a remark."""
    files = {"package.json": package(), "package-lock.json": "", "yarn.lock": ""}
    assert "R111" in [r.id for r in found(files).remarks]
    files["package.json"] = package(packageManager="yarn@1")
    assert found(files).spa.package_manager == "yarn"


VERSIONS = {"pnpm": "10", "yarn": "1"}
ROOT = {
    "npm": {"package.json": '{"workspaces": ["./apps/*/", "!apps/old"]}', "package-lock.json": ""},
    "yarn": {"package.json": '{"workspaces": {"packages": ["apps/**"]}}', "yarn.lock": ""},
    "pnpm": {"package.json": "{}", "pnpm-workspace.yaml": "packages: ['apps/*']", "pnpm-lock.yaml": ""},
}


@pytest.mark.parametrize("name", ROOT)
def test_a_lock_file_above_counts_for_the_members_of_its_workspace(found, package, name):
    """Named by a pattern of package.json or of pnpm-workspace.yaml."""
    said = "" if name == "npm" else f", package_manager: {name}@{VERSIONS[name]}"
    spa = found({"apps/c/package.json": package()} | ROOT[name], f"spa: {{folder: apps/c{said}}}").spa
    assert spa.package_manager == name
    assert spa.lock_file in ROOT[name]


@pytest.mark.parametrize(
    "above",
    [
        {"package.json": "{}", "yarn.lock": ""},
        {"package.json": '{"workspaces": ["packages/*"]}', "yarn.lock": ""},
        {"package.json": '{"workspaces": ["apps/*", "!apps/c"]}', "yarn.lock": ""},
        {"yarn.lock": ""},
    ],
)
def test_an_unrelated_lock_file_above_says_nothing(found, package, above):
    """It locks the packages of something else."""
    spa = found({"apps/c/package.json": package(packageManager="pnpm@9.1.0")} | above, "spa: {folder: apps/c}").spa
    assert (spa.package_manager, spa.lock_file) == ("pnpm", None)


def facts(app):
    return {fact.name: fact for fact in app.facts}


@pytest.mark.parametrize(
    ("own", "above"),
    [
        ({}, '"packageManager": "pnpm@9.1.0"'),
        ({}, '"devEngines": {"packageManager": {"name": "pnpm", "version": "9.1.0"}}'),
        ({"devEngines": {"packageManager": [{"name": "pnpm", "version": "9.1.0"}]}}, '"packageManager": "yarn@4"'),
    ],
)
def test_the_workspace_says_which_manager_where_the_member_does_not(found, package, own, above):
    """Corepack reads it there too."""
    files = {"apps/c/package.json": package(**own), "package.json": f'{{"workspaces": ["apps/*"], {above}}}'}
    app = found(files, "spa: {folder: apps/c}")
    assert app.spa.package_manager == "pnpm"
    assert facts(app)["package manager version"].value == "9.1.0"


@pytest.mark.parametrize(("form", "version"), [("9.0", None), ("6.0", "8"), ("5.4", "7")])
def test_the_form_of_a_lock_file_implies_a_version_only_where_one_writes_it(found, package, form, version):
    """Two versions of pnpm write 9.0."""
    lock = f"lockfileVersion: '{form}'\n" + "# \n" * 100
    app = found({"package.json": package(), "pnpm-lock.yaml": lock})
    assert facts(app)["package manager version"].value == version
