"""Which commit an image is made of, as the image says it."""

from __future__ import annotations

from dataclasses import dataclass

_LABEL = "org.opencontainers.image"


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
        named = {"revision": self.revision, "created": self.created, "source": self.source, "version": self.version}
        return {f"{_LABEL}.{name}": value for name, value in named.items() if value}
