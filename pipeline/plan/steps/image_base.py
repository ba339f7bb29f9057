"""What the image is built on: which of Microsoft's runtime images, for the version that the application targets.

Source: dotnet-docker, documentation/image-variants.md and supported-tags.md. The plain tag means Debian up to .NET 9
and Ubuntu from .NET 10 on. Alpine has no ICU for ASP.NET Core, chiseled has it in the tags that end with `-extra`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from pipeline.settings.model import ImageSettings, Settings

INVARIANT = "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"
_LAST_DEBIAN = 9


def reference(known: str, version: str, settings: Settings) -> str:
    """Return the image reference.

    Args:
        known: the plain one, of any version.
        version: what the application targets: `10.0`.
        settings: the user's choices; `images.aspnet` wins over all of it.

    Raises:
        PipelineError: P105, there is no such image.

    """
    own = settings.image
    if given := dict(settings.images).get("aspnet"):
        if own.variant:
            _refuse("image.variant and images.aspnet both say which image is below it; keep one of them")
        return given
    repository, _, tag = known.partition("@")[0].rpartition(":")
    return f"{repository}:{re.sub(r'^[0-9.]+', version, tag)}{_ending(own, version)}"


def refuse_platforms(settings: Settings) -> None:
    """Refuse an image for no platform, or for one twice.

    Raises:
        PipelineError: P105.

    """
    platforms = settings.image.platforms
    if not platforms or len(set(platforms)) < len(platforms):
        _refuse(f"image.platforms: expected each platform once, at least one, got {', '.join(platforms) or 'none'}")


def _ending(own: ImageSettings, version: str) -> str:
    if own.variant == "alpine":
        if own.globalization != "invariant":
            _refuse(
                "image.variant: alpine has no ICU: cultures would format and compare all alike there; "
                "say image.globalization: invariant, or take the chiseled one"
            )
        return "-alpine"
    if own.variant == "chiseled":
        return "-noble-chiseled" + ("" if own.globalization == "invariant" else "-extra")
    if own.variant == "debian":
        if int(version.partition(".")[0]) > _LAST_DEBIAN:
            _refuse(f"image.variant: there is no Debian image of .NET {version}; ubuntu is next to it")
        return "-bookworm-slim"
    return "-noble" if own.variant == "ubuntu" else ""


def _refuse(problem: str) -> None:
    raise PipelineError(errors.SETTINGS_INVALID, problem)
