"""Which package manager installs the SPA's packages, by its lock file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.app.discover import remarks
from pipeline.app.discover.markup import string
from pipeline.app.discover.tree import folder_of, join
from pipeline.errors import LOCK_MISSING, PACKAGE_MANAGER_UNSUPPORTED, PipelineError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.app.discover.tree import Tree
    from pipeline.app.model import Remark

# npm prefers the shrinkwrap over the lock file when both are there.
LOCKS = {
    "npm-shrinkwrap.json": "npm",
    "package-lock.json": "npm",
    "pnpm-lock.yaml": "pnpm",
    "yarn.lock": "yarn",
    "bun.lock": "bun",
    "bun.lockb": "bun",
}
SUPPORTED = frozenset({"npm"})


@dataclass(frozen=True, kw_only=True)
class Manager:
    """The package manager and its lock file."""

    name: str
    lock_file: str
    remarks: tuple[Remark, ...] = ()


def manager_of(tree: Tree, folder: str, package: Mapping[str, object]) -> Manager:
    """Return the package manager; a lock file beside package.json says more than the `packageManager` field."""
    file = join(folder, "package.json")
    declared = string(package, "packageManager").partition("@")[0].lower()
    locks = {name: manager for name, manager in LOCKS.items() if join(folder, name) in tree.paths}
    if not locks:
        raise _no_lock(tree, folder, declared)
    names = list(dict.fromkeys(locks.values()))
    taken = declared if declared in names else names[0]
    lock_file = join(folder, next(name for name, manager in locks.items() if manager == taken))
    if taken not in SUPPORTED:
        raise PipelineError(PACKAGE_MANAGER_UNSUPPORTED, f"{lock_file} belongs to {taken}")
    said: tuple[Remark, ...] = ()
    if declared and declared not in names:
        said = (remarks.manager_disputed(file, f"`packageManager` says {declared}, the lock file {taken}", taken),)
    elif len(names) > 1:
        said = (remarks.manager_disputed(file, f"lock files of {' and '.join(names)} lie side by side", taken),)
    return Manager(name=taken, lock_file=lock_file, remarks=said)


def _no_lock(tree: Tree, folder: str, declared: str) -> PipelineError:
    above = tree.nearest(folder_of(folder), *LOCKS) if folder != "." else None
    manager = declared or (LOCKS[above.rpartition("/")[2]] if above else "npm")
    if manager not in SUPPORTED:
        return PipelineError(PACKAGE_MANAGER_UNSUPPORTED, f"{join(folder, 'package.json')} is installed by {manager}")
    hint = (f"{above} lies above it: workspaces are not supported, the SPA needs its own lock file",) if above else ()
    return PipelineError(LOCK_MISSING, f"{folder} holds package.json but no package-lock.json", hint)
