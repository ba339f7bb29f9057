"""What `dotnet ef` says with `--prefix-output`: whether a migration has the whole model, or why nobody knows."""

from __future__ import annotations

import re

from pipeline.parse.model import Parsed
from pipeline.parse.text import lines

_ERROR = re.compile(r"^error: {2,4}(\S.*)$")
_PENDING = "Changes have been made to the model"


def parse(text: str, root: str, prefix: str = "") -> Parsed:  # noqa: ARG001  # a parser's arguments
    """Return a problem where the model has changed, and `unavailable` for every other error: nobody looked then."""
    said = [match[1] for line in lines(text) if (match := _ERROR.match(line))]
    pending = tuple(message for message in said if message.startswith(_PENDING))
    return Parsed(problems=pending, unavailable=() if pending else tuple(said))
