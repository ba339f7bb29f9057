"""How each package manager comes to a machine, installs what a lock file says, and runs scripts."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from pipeline.plan import scripts
from pipeline.plan.model import Literal
from pipeline.plan.steps.dotnet import below

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.app.model import Call, Spa

ENV = (("CI", "true"), ("NO_UPDATE_NOTIFIER", "1"), ("npm_config_fund", "false"), ("npm_config_audit", "false"))
_SCRIPT = "${scratch}/manager.sh"

# A package stays in the layer that installs it: a link into a volume would end with the volume.
_INSTALL: Mapping[str, tuple[str, ...]] = {
    "npm": ("ci",),
    "pnpm": ("install", "--frozen-lockfile", "--package-import-method=copy"),
    "yarn": ("install", "--frozen-lockfile", "--non-interactive"),
    "berry": ("install", "--immutable"),
}
# What decides an install beside package.json and the lock file.
_FILES: Mapping[str, tuple[str, ...]] = {
    "npm": (".npmrc",),
    "pnpm": (".npmrc", "pnpm-workspace.yaml", ".pnpmfile.cjs", ".pnpmfile.mjs", "patches/**"),
    "yarn": (
        ".npmrc",
        ".yarnrc",
        ".yarnrc.yml",
        ".yarn/releases/**",
        ".yarn/plugins/**",
        ".yarn/patches/**",
        ".yarn/cache/**",
        "patches/**",
    ),
}
_PNPM_OWN_NAMES = 11


def kind(spa: Spa) -> str:
    """Return the package manager, with `berry` for Yarn 2 and later."""
    return "berry" if spa.is_berry else spa.package_manager


def path(spa: Spa) -> tuple[str, ...]:
    """Return where the package manager of the repository's choice is found, nothing for the npm that Node has."""
    return (f"{_folder(spa)}/bin",) if _package(spa) else ()


def bring(spa: Spa) -> tuple[tuple[str, ...], ...]:
    """Return the command that installs the package manager; Corepack is no part of Node any more."""
    package = _package(spa)
    if not package:
        return ()
    if not spa.manager_hash:
        return (("npm", "install", "--global", "--ignore-scripts", "--prefix", _folder(spa), package),)
    algorithm, _, digest = spa.manager_hash.partition(".")
    # What is pinned of Yarn 2 and later is its one file, of the others the package.
    file = ("package/bin/yarn.js",) if spa.is_berry else ()
    return (("sh", _SCRIPT, _folder(spa), package, algorithm, digest, *file),)


def literals(spa: Spa) -> tuple[Literal, ...]:
    """Return the script that compares the pinned hash."""
    return (Literal(path=_SCRIPT, text=scripts.text("manager.sh")),) if _package(spa) and spa.manager_hash else ()


def install(spa: Spa) -> tuple[str, ...]:
    """Return the install that takes the lock file as it is, or fails."""
    return (*_program(spa, spa.root), *_INSTALL[kind(spa)])


def run(spa: Spa, *words: str) -> tuple[str, ...]:
    """Return the command that runs a script of the SPA."""
    return (*_program(spa, spa.folder), "run", *words)


def reaches(spa: Spa, call: Call | None) -> bool:
    """Whether arguments get to a tool through the scripts that call it."""
    # Yarn 1 takes a `--` for itself that an inner `npm run` would need.
    return call is not None and call.dashes > 0 and (spa.package_manager != "yarn" or call.dashes == 1)


def call_with(spa: Spa, call: Call, *arguments: str) -> tuple[str, ...]:
    """Return the command that gives arguments to a tool; npm alone wants a `--` before them."""
    dashes = call.dashes if spa.package_manager == "npm" else call.dashes - 1
    return run(spa, call.script, *["--"] * dashes, *arguments)


def files(spa: Spa) -> tuple[str, ...]:
    """Return the globs of what an install reads: of the workspace the manifests, of its root the rest."""
    lock = (spa.lock_file or "").rpartition("/")[2]
    own = tuple(below(spa.root, name) for name in ("package.json", lock, *_FILES[spa.package_manager]))
    return (*own, *(below(folder, "package.json") for folder in spa.members if folder != spa.root))


def env(spa: Spa, registry: str = "") -> tuple[tuple[str, str], ...]:
    """Return the environment of every step that calls the package manager."""
    at = (("npm_config_registry", registry),) if registry else ()
    if spa.package_manager == "pnpm" and _major(spa) >= _PNPM_OWN_NAMES:
        own = (("pnpm_config_registry", registry),) if registry else ()
        # What `pnpm run` would install is what the install step has installed.
        return (*ENV, ("pnpm_config_verify_deps_before_run", "false"), *at, *own)
    if spa.is_berry:
        own = (("YARN_NPM_REGISTRY_SERVER", registry),) if registry else ()
        return (*ENV, ("YARN_ENABLE_GLOBAL_CACHE", "false"), *at, *own)
    return (*ENV, *at)


def caches(spa: Spa) -> tuple[tuple[str, str], ...]:
    """Return the download caches of an install."""
    npm = ("npm_config_cache", "npm")
    if spa.package_manager == "pnpm":
        name = "pnpm_config_store_dir" if _major(spa) >= _PNPM_OWN_NAMES else "npm_config_store_dir"
        return ((name, "pnpm"), npm)
    if spa.package_manager == "yarn":
        # Of Yarn 2 and later the mirror of what was downloaded; the packages themselves lie beside the lock file.
        return (("YARN_GLOBAL_FOLDER", "yarn-mirror") if spa.is_berry else ("YARN_CACHE_FOLDER", "yarn"), npm)
    return (npm,)


def _program(spa: Spa, folder: str) -> tuple[str, ...]:
    if spa.manager_release and spa.is_berry:
        return ("node", posixpath.relpath(spa.manager_release, folder))
    return (spa.package_manager,)


def _package(spa: Spa) -> str:
    """Return what has to be installed from the registry, nothing where it is there already."""
    if not spa.manager_version or (spa.manager_release and spa.is_berry):
        return ""
    name = "@yarnpkg/cli-dist" if spa.is_berry else spa.package_manager
    return f"{name}@{spa.manager_version}"


def _folder(spa: Spa) -> str:
    # One for each workspace: two applications of one host may want two versions.
    return "${scratch}/pm" if spa.root == "." else f"${{scratch}}/pm-{spa.root.replace('/', '+')}"


def _major(spa: Spa) -> int:
    return int(spa.manager_version.partition(".")[0] or 0)
