"""Which commit an image is made of, as the image says it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

_LABEL = "org.opencontainers.image"
REVISION, VERSION = f"{_LABEL}.revision", f"{_LABEL}.version"
# So many digits of a commit name it; `publish` calls images by them.
SHORT = 12
_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
# How git writes an address for ssh: `git@host:team/shop.git`.
_SSH = re.compile(r"(?:[\w.-]+@)?([\w.-]+):(?![/:])(.+)")


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A commit: its full hash, its date as RFC 3339 writes it, where its repository is, and the version it gets.

    Source: the OCI image specification, annotations.md.
    """

    revision: str
    created: str
    source: str = ""
    version: str = ""

    @property
    def labels(self) -> dict[str, str]:
        """The labels of an image."""
        named = {
            REVISION: self.revision,
            f"{_LABEL}.created": self.created,
            f"{_LABEL}.source": self.source,
            VERSION: self.version,
        }
        return {name: value for name, value in named.items() if value}

    def env(self, variable: str) -> dict[str, str]:
        """Return the environment in which a program learns its commit; nothing without the name of a variable."""
        return {variable: self.revision} if variable else {}


def revision_of(labels: Mapping[str, str]) -> str:
    """Return the commit that the labels of an image name; nothing where they name none: anybody may write them."""
    named = labels.get(REVISION, "")
    return named if _HASH.fullmatch(named) else ""


def read(text: str, version: str = "") -> tuple[Identity, tuple[str, ...]]:
    """Return the commit and the files that are not its own, from what `scripts/commit.sh` printed.

    Raises:
        ValueError: it names no commit.

    """
    revision, created, source, *changed = text.split("\n") + [""] * 3
    if not _HASH.fullmatch(revision) or not created:
        problem = f"no commit: {text[:200]!r}"
        raise ValueError(problem)
    identity = Identity(revision=revision, created=created, source=address(source), version=version)
    return identity, tuple(sorted(path for path in changed if path))


def address(remote: str) -> str:
    """Return where a repository is for everybody: by https or ssh, without user and password; else nothing."""
    if (ssh := _SSH.fullmatch(remote)) and "://" not in remote:
        return f"ssh://{ssh[1]}/{ssh[2]}"
    try:
        parts = urlsplit(remote)
        host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https", "ssh"} or not host:
        return ""
    return urlunsplit((parts.scheme, host, parts.path, "", ""))
