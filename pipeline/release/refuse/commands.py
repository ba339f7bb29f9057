"""What a machine runs: the release command, process groups, and the data that they find."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from pipeline.release.refuse import database
from pipeline.release.refuse import release_rules as rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.release.refuse.case import Case, Refusal
    from pipeline.release.refuse.database import FileDatabase

_SHELLS = frozenset({"sh", "bash", "ash", "dash"})
_SHELL_WORD = re.compile(r"&&|\|\|?|;|>>?|<|&|.*;|2>.*|\$\w.*|\$[({].*|`.*")
# Entrypoints that run what they are given.
_RUNS_ON = frozenset({"tini", "dumb-init", "catatonit", "env", "exec", *_SHELLS})
_RELEASE = "deploy.release_command"


def data(case: Case) -> Iterator[Refusal]:
    """Find a database in a file that is not where it has to be."""
    found = database.of(case)
    if not found:
        return
    command = case.config.deploy.release_command
    if command and found.is_sure:
        yield case.at(rules.FILE_RELEASE, f"`release_command` is set, and {found.said}", _RELEASE)
    elif command and case.config.mounts:
        yield case.at(rules.FILE_MAYBE, f"`release_command` is set, and {found.said}", _RELEASE)
    if found.is_sure and case.is_production:
        yield from _kept(case, found)


def _kept(case: Case, found: FileDatabase) -> Iterator[Refusal]:
    folders = [mount.destination.rstrip("/") for mount in case.config.mounts]
    if not folders:
        yield case.at(rules.FILE_NO_VOLUME, found.said, found.variable)
    elif found.path and not any(found.path.startswith(f"{folder}/") for folder in folders if folder):
        what = f"{found.said}, and the volume is at {', '.join(folders)}"
        yield case.at(rules.FILE_OUTSIDE, what, found.variable)


def commands(case: Case) -> Iterator[Refusal]:
    """Find commands that are not run, or not as they are written."""
    config = case.config
    written = [(_RELEASE, config.deploy.release_command)]
    written += [(f"processes.{name}", command) for name, command in config.processes]
    for place, command in written:
        if words := _words(command):
            yield from _command(case, place, words)
        elif command:
            yield case.at(rules.WRONG_VALUE, f"`{place}` has a quotation mark too few", place)
    if (words := _words(config.deploy.release_command)) and _serves(case, words):
        yield case.at(rules.NEVER_ENDS, f"`{_RELEASE}` is {' '.join(words)}", _RELEASE)


def _command(case: Case, place: str, words: list[str]) -> Iterator[Refusal]:
    name = _base(words[0])
    if name not in _SHELLS and (found := next((word for word in words if _SHELL_WORD.fullmatch(word)), None)):
        shown = found[: found.find("=") + 1] + "..." if "=" in found else found
        yield case.at(rules.NO_SHELL, f"`{place}` has {shown}", place)
    if name == "dotnet" and words[1:2] in (["ef"], ["run"], ["build"], ["test"], ["tool"], ["watch"]):
        yield case.at(rules.NO_SDK, f"`{place}` runs dotnet {words[1]}", place)
    if name == "dotnet-ef":
        yield case.at(rules.NO_SDK, f"`{place}` runs dotnet-ef", place)
    entry = case.config.experimental.entrypoint or case.start.entrypoint
    # `migrate` behind `dotnet App.dll` is an argument of the application, and meant so.
    if entry and _is_program(words[0]) and _takes(entry):
        yield case.at(rules.SWALLOWED, f"`{place}` is run as {' '.join((*entry, words[0]))[:120]} ...", place)


def _words(command: str) -> list[str]:
    """Return a command as flyctl splits it, nothing where it cannot."""
    try:
        return shlex.split(command)
    except ValueError:
        return []


def _base(word: str) -> str:
    return word.rpartition("/")[2]


def _is_program(word: str) -> bool:
    return word == "dotnet" or "/" in word


def _takes(entrypoint: tuple[str, ...]) -> bool:
    """Whether an entrypoint is a program of its own, and not one that runs what it is given."""
    return _base(entrypoint[0]) not in _RUNS_ON and not entrypoint[0].endswith(".sh")


def _serves(case: Case, words: list[str]) -> bool:
    """Whether a command is what starts the server."""
    web = case.app.dotnet.web if case.app.dotnet else None
    entry = case.config.experimental.entrypoint or case.start.entrypoint
    if not web or entry:
        return False
    name = web.assembly or web.name
    if _base(words[0]) == "dotnet":
        return [_base(word) for word in words[1:]] == [f"{name}.dll"]
    return [_base(word) for word in words] == [name]


def start(case: Case) -> Iterator[Refusal]:
    """Find what replaces the command that was proven."""
    own = case.config.experimental
    for key, words in (("entrypoint", own.entrypoint), ("cmd", own.cmd), ("exec", own.exec)):
        if words:
            place = f"experimental.{key}"
            yield case.at(rules.OTHER_START, f"`{place}` is set", place)


ALL = (data, commands, start)
