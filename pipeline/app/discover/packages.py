"""Which package manager installs the SPA's packages, by its lock file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.app.discover import remarks
from pipeline.app.discover.markup import section, string
from pipeline.app.discover.tree import join, line_of, upward
from pipeline.app.model import Confidence

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
MANAGERS = frozenset(LOCKS.values())

# A lock file of fewer characters locks nothing.
EMPTY = 120

_PNPM = {"5.3": "6", "5.4": "7", "6.0": "8", "6.1": "8", "9.0": "9"}
_PNPM_LOCK = re.compile(r"lockfileVersion:\s*['\"]?([\d.]+)")
_VERSION = re.compile(r"\d+(?:\.\d+)*")


@dataclass(frozen=True, kw_only=True)
class Manager:
    """The package manager, its version as far as files say it, and its lock file."""

    name: str
    lock_file: str | None
    version: str | None
    source: str
    version_source: str
    line: int | None = None
    confidence: Confidence = Confidence.STATED
    remarks: tuple[Remark, ...] = ()


def lock_in(tree: Tree, folder: str) -> str | None:
    """Return the lock file in a folder that locks something."""
    return next((path for name in LOCKS if (path := join(folder, name)) in tree.paths and _locks(tree, path)), None)


def _locks(tree: Tree, path: str) -> bool:
    text = tree.facts.texts.get(path)
    return text is None or len(text) >= EMPTY


def manager_of(tree: Tree, folder: str, package: Mapping[str, object]) -> Manager:
    """Return the package manager; a lock file beside package.json says more than the `packageManager` field."""
    file = join(folder, "package.json")
    declared, line = _declared(tree, folder, package)
    place = next((place for place in upward(folder) if lock_in(tree, place)), None)
    if place is None:
        version, source = _version(tree, declared or "npm", package, file, None)
        sure = Confidence.STATED if declared else Confidence.GUESSED
        return Manager(
            name=declared or "npm", lock_file=None, version=version, source=file if declared else "default",
            version_source=source, line=line, confidence=sure,
        )  # fmt: skip
    paths = [join(place, name) for name in LOCKS if join(place, name) in tree.paths and _locks(tree, join(place, name))]
    names = list(dict.fromkeys(LOCKS[path.rpartition("/")[2]] for path in paths))
    taken = declared if declared in names else names[0]
    lock_file = next(path for path in paths if LOCKS[path.rpartition("/")[2]] == taken)
    version, source = _version(tree, taken, package, file, lock_file)
    return Manager(
        name=taken,
        lock_file=lock_file,
        version=version,
        source=lock_file,
        version_source=source,
        confidence=Confidence.STATED if place == folder and len(names) == 1 else Confidence.DERIVED,
        remarks=_disputed(file, declared, names, taken),
    )


def _declared(tree: Tree, folder: str, package: Mapping[str, object]) -> tuple[str, int | None]:
    file = join(folder, "package.json")
    name = string(package, "packageManager").partition("@")[0].lower()
    if name:
        return name, line_of(tree.facts.texts.get(file, ""), '"packageManager"')
    volta = [name for name in ("yarn", "pnpm") if name in section(package, "volta")]
    return (volta[0], line_of(tree.facts.texts.get(file, ""), '"volta"')) if volta else ("", None)


def _disputed(file: str, declared: str, names: list[str], taken: str) -> tuple[Remark, ...]:
    if declared and declared not in names:
        return (remarks.manager_disputed(file, f"`packageManager` says {declared}, the lock file {taken}", taken),)
    if len(names) > 1:
        return (remarks.manager_disputed(file, f"lock files of {' and '.join(names)} lie side by side", taken),)
    return ()


def _version(
    tree: Tree, manager: str, package: Mapping[str, object], file: str, lock: str | None
) -> tuple[str | None, str]:
    """Return the version and the file that says so: the field, volta, else what the lock file's format implies."""
    name, _, written = string(package, "packageManager").partition("@")
    if name.lower() == manager and (found := _VERSION.match(written)):
        return found[0], file
    if pinned := string(section(package, "volta"), manager):
        return pinned, file
    text = tree.facts.texts.get(lock, "") if lock else ""
    if manager == "pnpm" and (found := _PNPM_LOCK.search(text)):
        return _PNPM.get(found[1]), lock or ""
    if manager == "yarn" and text:
        return (None, lock or "") if "__metadata" in text else ("1.22", lock or "")
    return None, "no file says it"
