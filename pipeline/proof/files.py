"""An image as an archive and as unpacked files: what can be said of it without starting it."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from pipeline.oci.layout import Archive
from pipeline.proof.expected import Expected, fail

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# What only builds need.
BUILDERS = ("usr/share/dotnet/sdk", "usr/lib/dotnet/sdk", "usr/local/bin/node", "usr/bin/node", "root/.nuget")
SHELLS = ("sh", "bash", "ash", "dash")
SHOWN = 3
# As many as Linux follows.
MOST_LINKS = 40


class Image:
    """Configuration, sizes of layers, and the folder of the unpacked files."""

    def __init__(self, archive: Path, root: Path) -> None:
        packed = Archive(archive)
        self.root, self.platform = root, packed.platform
        self.layers = [layer.size for layer in packed.layers]
        self.config: dict[str, Any] = packed.config.get("config") or {}

    @property
    def user(self) -> str:
        """The user as it is written there."""
        return str(self.config.get("User") or "")

    @property
    def ids(self) -> tuple[int, int]:
        """The numbers of user and group; who names no group has that of the image's own user, or root's."""
        user, _, group = self.user.partition(":")
        own = next((gid for _, uid, gid in self._users() if uid == user), "0")
        return int(user), int(group or own)

    @property
    def numbers(self) -> dict[str, str]:
        """The number of each user that the image knows by name."""
        return {name: uid for name, uid, _ in self._users()}

    def _users(self) -> Iterator[tuple[str, str, str]]:
        path = self.inside("etc/passwd")
        text = path.read_text(errors="replace") if path.is_file() and not path.is_symlink() else ""
        for line in text.splitlines():
            name, _, uid, gid, *_ = [*line.split(":"), "", "", ""]
            if uid.isdecimal() and gid.isdecimal():
                yield name, uid, gid

    @property
    def entrypoint(self) -> list[str]:
        """The words that stand before every command."""
        return list(self.config.get("Entrypoint") or [])

    @property
    def command(self) -> list[str]:
        """The words that start it."""
        return [*self.entrypoint, *(self.config.get("Cmd") or [])]

    @property
    def env(self) -> dict[str, str]:
        """Its own environment."""
        pairs = (pair.partition("=") for pair in self.config.get("Env") or [])
        return {name: value for name, _, value in pairs}

    def inside(self, path: str) -> Path:
        """Return where a path of the image lies here; its links lead to places of the image, and never to ours."""
        at, links, parts = self.root, 0, _parts(path)
        while parts:
            part = parts.pop()
            if part == "..":
                at = at if at == self.root else at.parent
                continue
            at /= part
            if at.is_symlink() and links < MOST_LINKS:
                links += 1
                target = os.readlink(at)  # noqa: PTH115  # as it is written there
                at = self.root if target.startswith("/") else at.parent
                parts += _parts(target)
        return at

    def files(self, folder: str) -> Iterator[tuple[str, os.stat_result]]:
        """Yield each file and folder below a folder of the image, with its status; links are none."""
        for place, _, names in os.walk(self.inside(folder), onerror=_raise):
            for path in (Path(place), *(Path(place, name) for name in names)):
                if not path.is_symlink():
                    yield f"/{path.relative_to(self.root)}", path.stat()


def _parts(path: str) -> list[str]:
    """Return the names in a path, the last one first."""
    return [part for part in reversed(path.split("/")) if part not in {"", "."}]


def _raise(error: OSError) -> NoReturn:
    raise error


def user(image: Image) -> str:
    """Return its user, by number: a name says nothing to a platform that looks for root."""
    if not re.fullmatch(r"[0-9]+(:[0-9]+)?", image.user):
        what = image.user or "not set, which means root"
        number = image.numbers.get(image.user.partition(":")[0])
        write = f": USER {number}" if number and number != "0" else ""
        fail(f"its user is {what}; only a number shows that it is not root{write}")
    if image.ids[0] == 0:
        fail("it runs as root")
    return f"runs as {image.user}"


def command(image: Image) -> str:
    """Return how it is started: by itself and not by a shell, which would keep signals from it."""
    words = image.command
    if not words:
        fail("it names no command to start")
    if words[0].rpartition("/")[2] in SHELLS and any(re.fullmatch(r"-[a-z]*c", word) for word in words[1:]):
        fail(f"it starts a shell ({' '.join(words)[:80]}), which keeps the signal to end from the program")
    return " ".join(words)


def platform(image: Image, expected: Expected) -> str:
    """Return what it is made for: some registries answer with another platform and say nothing."""
    if image.platform != expected.platform:
        fail(f"it is for {image.platform}, not for {expected.platform}")
    return image.platform


def size(image: Image, expected: Expected) -> str:
    """Return how much is pulled of it, in megabytes of compressed layers."""
    megabytes = sum(image.layers) / 1e6
    said = f"{megabytes:.1f} MB to pull in {len(image.layers)} layers"
    if expected.max_megabytes and megabytes > expected.max_megabytes:
        fail(f"{said}; {expected.max_megabytes} MB are allowed")
    return said


def contents(image: Image, expected: Expected) -> str:
    """Return what was looked at: no tools of a build, no source maps, nothing that the program may change."""
    there = [f"/{path}" for path in BUILDERS if os.path.lexists(image.inside(path))]
    if there:
        fail(f"it holds what only builds need: {some(there)}")
    folder = expected.folder or image.config.get("WorkingDir") or "/"
    if not image.inside(folder).is_dir():
        fail(f"there is no folder {folder} in it")
    found = list(image.files(folder))
    maps = [] if expected.source_maps else [path for path, _ in found if path.endswith(".map")]
    if maps:
        fail(f"it publishes source maps: {some(maps)}")
    changeable = [path for path, status in found if writable(status, *image.ids)]
    if changeable:
        fail(f"the program may change its own files: {some(changeable)}")
    return f"{len(found)} files and folders, none of them of a build, none that the program may change"


def writable(status: os.stat_result, uid: int, gid: int) -> bool:
    """Return whether a user may write there, by owner, group and mode."""
    if status.st_uid == uid:
        return bool(status.st_mode & stat.S_IWUSR)
    return bool(status.st_mode & (stat.S_IWGRP if status.st_gid == gid else stat.S_IWOTH))


def some(names: Iterable[str]) -> str:
    """Return the first names, and how many more there are."""
    ordered = sorted(names)
    rest = len(ordered) - SHOWN
    return ", ".join(ordered[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")
