"""What an image has to be and to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

# Variables of this program whose names begin so are those of the image's program.
ENV_PREFIX = "PROOF_"


class Failed(Exception):  # noqa: N818  # the outcome of a check, and no error of ours
    """What a check found."""


def fail(said: str) -> NoReturn:
    """End a check with what is wrong.

    Raises:
        Failed: always.

    """
    raise Failed(said) from None


@dataclass(frozen=True, kw_only=True)
class Expected:
    """The expectations, all from the plan; an empty text or 0 is not asked.

    `platform` is what the image is made for: `linux/amd64`.
    `folder` holds the application; empty, it is the one that the image works in. `index` is the SPA's page in the
    image. `volumes` are folders that the platform mounts. Times are seconds.
    """

    platform: str
    port: int
    folder: str
    index: str = ""
    health: str = ""
    spa_route: str = ""
    api_route: str = ""
    release_command: str = ""
    volumes: tuple[str, ...] = ()
    source_maps: bool = False
    max_megabytes: int = 0
    start_seconds: int = 60
    answer_seconds: int = 10
    grace_seconds: int = 5
