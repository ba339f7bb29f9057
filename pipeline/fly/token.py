"""How a token of Fly.io is sent: its own tools strip the kind from it, and say it again in the header.

Source: superfly/fly-go v0.9.5, tokens/tokens.go.
"""

from __future__ import annotations

import re

from pipeline import errors
from pipeline.errors import PipelineError

_KIND = re.compile(r"(?:(?:Bearer|FlyV1)(?:\s+|$))+", re.IGNORECASE)
# A token of attenuated parts; `fly tokens create` makes these.
_MACAROON = ("fm1r_", "fm1a_", "fm2_")


def plain(token: str) -> str:
    """Return a token without the word for its kind, as registries take it for a password.

    Raises:
        PipelineError: P132, it cannot be one; the library that sends it would repeat it in an error.

    """
    found = _KIND.sub("", token.strip(), count=1)
    if not found or not found.isascii() or not found.isprintable():
        raise PipelineError(errors.FLY_DENIED, "the token is empty, or holds characters that no token has")
    return found


def header(token: str) -> str:
    """Return what `Authorization` says.

    Raises:
        PipelineError: as `plain` does.

    """
    found = plain(token)
    kind = "FlyV1" if any(part.startswith(_MACAROON) for part in found.split(",")) else "Bearer"
    return f"{kind} {found}"
