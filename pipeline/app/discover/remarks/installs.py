"""How the packages of the SPA are installed: by whom, and with which flags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.app.discover.packages import LOCKS
from pipeline.app.discover.remarks.workflows import is_shown
from pipeline.app.discover.tree import name_of
from pipeline.app.names import DOCKERFILE
from pipeline.app.remark_kinds import spa as kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.app.discover.remarks.commands import Command
    from pipeline.app.discover.remarks.view import View
    from pipeline.app.model import Remark

_INSTALL = re.compile(r"\b(?:npm)\s+(?:ci|install|i)\b([^&|;]*)")
_PLAIN_INSTALL = re.compile(
    r"(?:^|&&|;|\brun\b)\s*npm\s+(?:install|i)\s*(?:--(?!global|prefix)\S+\s*)*(?:$|&&|;|\|)", re.IGNORECASE
)
_INSTALLS = re.compile(r"(?:^|&&|;|\bcd\s+\S+\s*&&)\s*(npm|pnpm|yarn|bun)\s+(?:ci|install|i)\b(?!\s+-?-?g)")
_LAUNCHES = re.compile(r"<SpaProxyLaunchCommand>\s{0,9}(npm|pnpm|yarn|bun)\b")


def installs(view: View) -> Iterator[Remark]:
    """Find installs that differ in their flags, and those that may change the lock file."""
    if not view.spa or view.spa.package_manager != "npm":
        return
    flags: dict[str, Command] = {}
    plain: Command | None = None
    for one in view.shell_lines:
        found = None if is_shown(one) else _INSTALL.search(one.text)
        if not found or re.search(r"\s-g\b|--global|--prefix", found[0]):
            continue
        words = found[1].split()
        if any(not word.startswith("-") for word in words):
            continue
        said = " ".join(sorted(w for w in words if w in ("--legacy-peer-deps", "--force", "-f")))
        if said:
            flags.setdefault(said, one)
        else:
            plain = plain or one
        if _PLAIN_INSTALL.search(one.text) and (one.file.startswith(".github/") or re.fullmatch(DOCKERFILE, one.file)):
            yield kinds.NOT_CLEAN.at("installs with `npm install`", one.file, one.line)
    for said, one in flags.items():
        if plain:
            message = f"installs with {said}, {plain.file}:{plain.line} without"
            yield kinds.INSTALL_FLAGS.at(message, one.file, one.line)


def managers(view: View) -> Iterator[Remark]:
    """Find installs by another package manager; where several lock files lie about, nobody can tell."""
    spa = view.spa
    of_locks = {LOCKS[name_of(path)] for path in view.tree.files if name_of(path) in LOCKS}
    if not spa or of_locks - {spa.package_manager}:
        return
    whose = f"the lock file is {spa.package_manager}'s" if spa.lock_file else f"others call {spa.package_manager}"
    for file, line, name in (*_installed(view), *_launched(view)):
        if name != spa.package_manager:
            yield kinds.OTHER_MANAGER.at(f"calls {name}, {whose}", file, line)


def _installed(view: View) -> Iterator[tuple[str, int, str]]:
    for one in view.shell_lines:
        found = None if is_shown(one) else _INSTALLS.search(one.text)
        if found and not re.search(r"\s-g\b|--global", one.text):
            yield one.file, one.line, found[1]


def _launched(view: View) -> Iterator[tuple[str, int, str]]:
    for path, text in view.texts(r".*\.csproj"):
        for found in _LAUNCHES.finditer(text):
            yield path, text.count("\n", 0, found.start()) + 1, found[1]


DETECTORS = (installs, managers)
