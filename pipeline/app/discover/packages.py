"""Which package manager installs the SPA's packages, by its lock file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from posixpath import normpath
from typing import TYPE_CHECKING

from pipeline.app.discover import remarks, workspaces
from pipeline.app.discover.markup import section, string
from pipeline.app.discover.remarks import documents
from pipeline.app.discover.tree import join, line_of
from pipeline.app.model import Confidence
from pipeline.settings.files import SETTINGS

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

# The format 9.0 is written by pnpm 9, 10 and 11 alike.
_PNPM = {"5.3": "6", "5.4": "7", "6.0": "8", "6.1": "8"}
_PNPM_LOCK = re.compile(r"lockfileVersion:\s*['\"]?([\d.]+)")
_YARN = {"4": "2", "5": "3", "6": "3", "7": "4", "8": "4"}
_YARN_LOCK = re.compile(r"__metadata:\s+version:\s*(\d+)")
_VERSION = re.compile(r"\d+(?:\.\d+)*(?:-[\w.]+)?")
_HASH = re.compile(r"\+((?:sha1|sha224|sha256|sha384|sha512)\.[0-9a-f]{40,128})$")

KEY = "spa.package_manager"
# Whose versions do not install alike, and which of them a lock file that implies none may be of.
_POSSIBLE = {"pnpm": ("pnpm@9", "pnpm@10", "pnpm@11"), "yarn": ("yarn@2", "yarn@3", "yarn@4")}
YARN_SETTINGS = ".yarnrc.yml"


@dataclass(frozen=True, kw_only=True)
class Manager:
    """The package manager, its version as far as files say it, and its lock file.

    `pinned` is the hash that package.json gives of it, `release` the file of Yarn in the repository itself, `possible`
    are the answers where nothing says the version and it matters.
    """

    name: str
    lock_file: str | None
    version: str | None
    source: str
    version_source: str
    line: int | None = None
    confidence: Confidence = Confidence.STATED
    remarks: tuple[Remark, ...] = ()
    pinned: str = ""
    release: str = ""
    members: tuple[str, ...] = ()

    @property
    def possible(self) -> tuple[str, ...]:
        """The answers to the question of its version, none where it is known or of no matter."""
        return _POSSIBLE.get(self.name, ()) if self.lock_file and not self.version else ()


def lock_in(tree: Tree, folder: str) -> str | None:
    """Return the lock file in a folder that locks something."""
    return next((path for name in LOCKS if (path := join(folder, name)) in tree.paths and _locks(tree, path)), None)


def _locks(tree: Tree, path: str) -> bool:
    text = tree.facts.texts.get(path)
    return text is None or len(text) >= EMPTY


def manager_of(tree: Tree, folder: str, package: Mapping[str, object], setting: str = "") -> Manager:
    """Return the package manager; a lock file says more than the `packageManager` field.

    A lock file above counts only in a workspace that has the folder as a member: another one locks other packages.
    """
    root = workspaces.root_of(tree, folder)
    said = _set(setting) if setting else _declared(tree, folder, package)
    if not said.name and root is not None:
        said = _declared(tree, root, workspaces.package_in(tree, root))
    declared = said.name
    place = next((place for place in (folder, root) if place is not None and lock_in(tree, place)), None)
    if place is None:
        version, source = _version(tree, declared or "npm", said)
        sure = Confidence.STATED if declared else Confidence.GUESSED
        return Manager(
            name=declared or "npm", lock_file=None, version=version, source=said.file if declared else "default",
            version_source=source, line=said.line, confidence=sure,
        )  # fmt: skip
    paths = [join(place, name) for name in LOCKS if join(place, name) in tree.paths and _locks(tree, join(place, name))]
    names = list(dict.fromkeys(LOCKS[path.rpartition("/")[2]] for path in paths))
    taken = declared if declared in names else names[0]
    lock_file = next(path for path in paths if LOCKS[path.rpartition("/")[2]] == taken)
    release = _release(tree, place) if taken == "yarn" else ""
    version, source = _version(tree, taken, said, lock_file, release)
    return Manager(
        name=taken,
        lock_file=lock_file,
        version=version,
        source=lock_file,
        version_source=source,
        confidence=Confidence.STATED if place == folder and len(names) == 1 else Confidence.DERIVED,
        remarks=_disputed(said.file, declared, names, taken),
        pinned=said.pinned if said.name == taken and not release else "",
        release=release,
        members=workspaces.members(tree, place),
    )


@dataclass(frozen=True)
class _Said:
    """What a package.json says about its package manager."""

    file: str
    name: str = ""
    written: str = ""
    line: int | None = None

    @property
    def pinned(self) -> str:
        """The hash that stands behind the version, as `sha512.…`."""
        found = _HASH.search(self.written)
        return found[1] if found else ""


def _set(setting: str) -> _Said:
    name, _, written = setting.partition("@")
    return _Said(SETTINGS, name, written)


def _declared(tree: Tree, folder: str, package: Mapping[str, object]) -> _Said:
    """Return what stands in `packageManager`, else in `devEngines`, else in `volta`."""
    file = join(folder, "package.json")
    name, _, written = string(package, "packageManager").partition("@")
    found = [("packageManager", name.lower(), written)]
    wanted = section(package, "devEngines").get("packageManager")
    engines = [one for one in (wanted if isinstance(wanted, list) else [wanted]) if isinstance(one, dict)]
    found += [("devEngines", string(one, "name").lower(), string(one, "version")) for one in engines]
    volta = section(package, "volta")
    found += [("volta", name, string(volta, name)) for name in ("yarn", "pnpm", "npm") if name in volta]
    for key, name, written in found:
        if name:
            return _Said(file, name, written, line_of(tree.facts.texts.get(file, ""), f'"{key}"'))
    return _Said(file)


def _disputed(file: str, declared: str, names: list[str], taken: str) -> tuple[Remark, ...]:
    if declared and declared not in names:
        return (remarks.manager_disputed(file, f"`packageManager` says {declared}, the lock file {taken}", taken),)
    if len(names) > 1:
        return (remarks.manager_disputed(file, f"lock files of {' and '.join(names)} lie side by side", taken),)
    return ()


def _release(tree: Tree, root: str) -> str:
    """Return the file of Yarn itself that the repository brings along, if its settings name one."""
    path = join(root, YARN_SETTINGS)
    text = tree.facts.texts.get(path)
    named = str(documents.text(documents.document(path, text).root, "yarnPath")) if text else ""
    return join(root, normpath(named)) if named and not named.startswith(("/", "..")) else ""


def _version(
    tree: Tree, manager: str, said: _Said, lock: str | None = None, release: str = ""
) -> tuple[str | None, str]:
    """Return the version and the file that says so: package.json, else what the lock file's format implies."""
    if release and (found := _VERSION.search(release.rpartition("/")[2].removesuffix(".cjs"))):
        return found[0], release
    if said.name == manager and (found := _VERSION.match(said.written)):
        return found[0], said.file
    text = tree.facts.texts.get(lock, "") if lock else ""
    if manager == "pnpm" and (found := _PNPM_LOCK.search(text)):
        return _PNPM.get(found[1]), lock or ""
    if manager == "yarn" and text:
        found = _YARN_LOCK.search(text)
        return (_YARN.get(found[1]) if found else None if "__metadata" in text else "1.22"), lock or ""
    return None, "no file says it"
