"""What a restore says about packages that its sources do not have."""

from __future__ import annotations

import re

from pipeline.parse.text import lines

_PACKAGE = re.compile(
    r"\bNU110[123]: Unable to find (?:a stable )?package ([\w.-]{1,100}?)"
    r"(?: with version (\([^()]{1,80}\)))?(?:\.? |\.?$)"
)
# `dotnet tool restore` of .NET 10.
_TOOL = re.compile(r"^Version (\S{1,80}) of package ([\w.-]{1,100}) is not found in NuGet feeds ")


def absent(text: str) -> tuple[str, ...]:
    """Return the packages that were not found, each once, with the version where only that is missing."""
    found = []
    for line in lines(text):
        if package := _PACKAGE.search(line):
            found.append(" ".join(filter(None, package.groups())))
        elif tool := _TOOL.match(line):
            found.append(f"{tool[2]} {tool[1]}")
    return tuple(dict.fromkeys(found))
