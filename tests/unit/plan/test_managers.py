"""How the SPA's package manager comes to a machine, installs and runs scripts."""

from __future__ import annotations

import pytest

from pipeline.app.model import Call, Script
from pipeline.plan import managers
from pipeline.plan.make import make
from tests import samples
from tests.unit.plan.globs import sees

HASH = "a" * 128
LOCKS = {"npm": "package-lock.json", "pnpm": "pnpm-lock.yaml", "yarn": "yarn.lock"}


def spa(manager="pnpm", version="10.16.1", **more):
    lock = f"web/{LOCKS[manager]}"
    fields = {"folder": "web", "lock_file": lock, "members": ("web",), "manager_version": version}
    return samples.spa(package_manager=manager, **(fields | more))


def plan(one, settings=None):
    return make(samples.app(dotnet=None, spa=one), settings or samples.settings(), samples.IMAGES)


@pytest.mark.parametrize(
    ("manager", "version", "package", "install"),
    [
        ("pnpm", "8", "pnpm@8", ("pnpm", "install", "--frozen-lockfile", "--package-import-method=copy")),
        ("pnpm", "11.0.0", "pnpm@11.0.0", ("pnpm", "install", "--frozen-lockfile", "--package-import-method=copy")),
        ("yarn", "1.22.22", "yarn@1.22.22", ("yarn", "install", "--frozen-lockfile", "--non-interactive")),
        ("yarn", "4.9.2", "@yarnpkg/cli-dist@4.9.2", ("yarn", "install", "--immutable")),
        ("npm", "10.9.2", "npm@10.9.2", ("npm", "ci")),
    ],
)
def test_the_named_version_is_installed_first(manager, version, package, install):
    """By npm, into a folder that each step of the SPA looks into first."""
    made = plan(spa(manager, version))
    bring = ("npm", "install", "--global", "--ignore-scripts", "--prefix", "${scratch}/pm-web", package)
    assert made.step("spa.install").commands == (bring, install)
    assert {step.path for step in made} == {("${scratch}/pm-web/bin",)}


def test_the_npm_of_node_is_taken_as_it_is():
    """Where nothing names a version there is nothing to install."""
    made = plan(spa("npm", ""))
    assert made.step("spa.install").commands == (("npm", "ci"),)
    assert {step.path for step in made} == {()}


@pytest.mark.parametrize(
    ("manager", "package", "file"),
    [("pnpm", "pnpm@10.16.1", ()), ("yarn", "@yarnpkg/cli-dist@10.16.1", ("package/bin/yarn.js",))],
)
def test_a_pinned_hash_is_compared(manager, package, file):
    """That of the package, or of the one file that Yarn 2 and later is."""
    step = plan(spa(manager, manager_hash=f"sha512.{HASH}")).step("spa.install")
    assert step.commands[0] == ("sh", "${scratch}/manager.sh", "${scratch}/pm-web", package, "sha512", HASH, *file)
    assert [literal.path for literal in step.literals] == ["${scratch}/manager.sh"]


def test_a_release_in_the_repository_is_run_by_node():
    """Nothing is fetched for it, and it is found from the folder of each step."""
    release = spa("yarn", "4.9.2", folder="apps/web", lock_file="yarn.lock", manager_release=".yarn/releases/yarn.cjs")
    made = plan(release)
    assert made.step("spa.install").commands == (("node", ".yarn/releases/yarn.cjs", "install", "--immutable"),)
    assert made.step("spa.build").commands == (("node", "../../.yarn/releases/yarn.cjs", "run", "build"),)


def test_scripts_are_run_by_the_package_manager():
    """Only npm wants a `--` before arguments; one that an inner npm needs stays."""
    made = plan(spa())
    assert made.step("spa.lint").commands == (("pnpm", "run", "lint"),)
    assert made.step("spa.lint").fix == (("pnpm", "run", "lint", "--fix"),)
    assert made.step("spa.test").commands[0][:4] == ("pnpm", "run", "test", "--reporter=default")
    inner = Script(name="lint", command="npm run l", call=Call(tool="eslint", script="lint", dashes=2))
    assert plan(spa(lint=inner)).step("spa.lint").fix == (("pnpm", "run", "lint", "--", "--fix"),)
    assert plan(spa("yarn", "1", lint=inner)).step("spa.lint").fix == ()


@pytest.mark.parametrize(
    ("manager", "version", "caches"),
    [
        ("pnpm", "10", ("npm_config_store_dir", "pnpm")),
        ("pnpm", "11", ("pnpm_config_store_dir", "pnpm")),
        ("yarn", "1", ("YARN_CACHE_FOLDER", "yarn")),
        ("yarn", "4", ("YARN_GLOBAL_FOLDER", "yarn-mirror")),
    ],
)
def test_downloads_are_cached_and_packages_are_not(manager, version, caches):
    """A volume can be evicted: what later steps need lies in the layer."""
    step = plan(spa(manager, version)).step("spa.install")
    assert step.caches == (caches, ("npm_config_cache", "npm"))
    assert (dict(step.env).get("YARN_ENABLE_GLOBAL_CACHE") == "false") == (version == "4")
    assert ("--package-import-method=copy" in step.commands[-1]) == (manager == "pnpm")


@pytest.mark.parametrize(
    ("manager", "version", "variable"),
    [("pnpm", "10", "npm_config_registry"), ("pnpm", "11", "pnpm_config_registry"),
     ("yarn", "1", "npm_config_registry"), ("yarn", "4", "YARN_NPM_REGISTRY_SERVER")],
)  # fmt: skip
def test_a_registry_of_the_settings_is_asked(manager, version, variable):
    """In the words of each package manager, and of npm that installs it."""
    url = "https://npm.test/"
    env = dict(managers.env(spa(manager, version), url))
    assert (env[variable], env["npm_config_registry"]) == (url, url)


WORKSPACE = {"folder": "apps/web", "members": (".", "apps/web", "libs/ui")}


@pytest.mark.parametrize(
    ("manager", "seen"),
    [
        ("pnpm", ("pnpm-lock.yaml", "pnpm-workspace.yaml", ".npmrc", ".pnpmfile.cjs", "patches/a.patch")),
        ("yarn", ("yarn.lock", ".yarnrc.yml", ".yarn/releases/y.cjs", ".yarn/plugins/p.cjs", ".yarn/patches/a.patch")),
        ("npm", ("package-lock.json", ".npmrc")),
    ],
)
def test_a_workspace_is_installed_from_its_root(manager, seen):
    """Its manifests, lock file and settings decide it; a source file does not."""
    made = plan(spa(manager, "4", lock_file=LOCKS[manager], **WORKSPACE))
    install = made.step("spa.install")
    assert (install.workdir, made.step("spa.build").workdir) == (".", "apps/web")
    for path in (*seen, "package.json", "apps/web/package.json", "libs/ui/package.json"):
        assert sees(install.files, path), path
    assert not sees(install.files, "libs/ui/src/a.ts")


@pytest.mark.parametrize(
    ("path", "is_seen"),
    [("apps/web/src/a.ts", True), ("libs/ui/src/a.ts", True), ("tsconfig.base.json", True), (".eslintrc.cjs", True),
     ("src/Api/Program.cs", False), ("libs/ui/node_modules/a/index.js", False), ("apps/web/dist/a.js", False)],
)  # fmt: skip
def test_a_member_sees_the_other_members(path, is_seen):
    """One builds on another, and both on settings of the root; nothing else of the repository is seen."""
    made = plan(spa(lock_file="pnpm-lock.yaml", **WORKSPACE))
    assert sees(made.step("spa.build").files, path) is is_seen


def test_what_yarn_1_does_not_compare_is_said():
    """With --frozen-lockfile it looks at the manifest of the root alone."""
    made = plan(spa("yarn", "1.22.22", lock_file="yarn.lock", **WORKSPACE))
    assert "Yarn 1 compares" in made.step("spa.install").leaves_open
    assert plan(spa("yarn", "1.22.22")).step("spa.install").leaves_open == ""


def test_two_versions_of_one_repository_lie_apart():
    """On a machine without containers the places of all applications are the same folder."""
    assert managers.path(spa()) != managers.path(spa(folder="b/web", lock_file="b/web/pnpm-lock.yaml"))
