"""What an image is to be made of, and how it starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Base:
    """An image to build on, as an archive, and the platform that was asked for."""

    platform: str
    archive: str


@dataclass(frozen=True, kw_only=True)
class Content:
    """A folder that becomes a layer; `name` says what it is, `to` where its files lie in the image."""

    name: str
    folder: str
    to: str


@dataclass(frozen=True, kw_only=True)
class Spec:
    """One image for each base, of the same layers.

    It has a `command` and no entrypoint, so that a platform can run another one in it: a release command.
    `created` is a date as RFC 3339 writes it; empty, the image is as old as its base.
    """

    name: str
    bases: tuple[Base, ...]
    contents: tuple[Content, ...]
    workdir: str
    command: tuple[str, ...]
    user: str
    port: int
    env: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    created: str = ""

    @classmethod
    def read(cls, raw: dict[str, Any]) -> Spec:
        """Return what `asdict` and JSON made of one."""
        bases = tuple(Base(**one) for one in raw["bases"])
        contents = tuple(Content(**one) for one in raw["contents"])
        return cls(**(raw | {"bases": bases, "contents": contents}))
