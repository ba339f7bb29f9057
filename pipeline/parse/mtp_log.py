"""What `dotnet test` prints under Microsoft.Testing.Platform: which run did not end. A run that hangs leaves no TRX."""

from __future__ import annotations

import re

from pipeline.parse.model import Parsed
from pipeline.parse.text import lines

# One run is one project under one framework: `/src/T/bin/Release/net10.0/T.dll (net10.0|x64)`.
_RUN = r"(\S.{0,1000} \([^()|]{1,40}\|[^()|]{1,40}\))"
_STARTED = re.compile(rf"^Running tests from {_RUN}$")
_ENDED = re.compile(rf"^{_RUN} \S")
_TEST = re.compile(r"^(?:passed|failed|skipped) (\S.{0,2000}) \([^()]{1,40}\)$")
_OF = re.compile(rf"^  from {_RUN}$")
_NAME = re.compile(r"([^/\\]+) \(([^|]+)\|")
# SIGINT, SIGKILL, SIGTERM: its end was ours.
_KILLED = re.compile(r"^Exit code: (?:130|137|143)$")


def parse(text: str, root: str, prefix: str = "") -> Parsed:
    """Return the runs that started and did not end, each with the last test that ended in it, as problems."""
    del root, prefix  # it names assemblies, not files
    said = lines(text)
    open_: dict[str, str] = {}
    for line, after in zip(said, [*said[1:], ""], strict=True):
        if started := _STARTED.match(line):
            open_[started[1]] = ""
        elif (test := _TEST.match(line)) and (of := _OF.match(after)) and of[1] in open_:
            open_[of[1]] = test[1]
        elif (ended := _ENDED.match(line)) and not _KILLED.match(after):
            open_.pop(ended[1], None)
    problems = tuple(_told(run, last) for run, last in open_.items())
    return Parsed(problems=problems, completed=not problems)


def _told(run: str, last: str) -> str:
    found = _NAME.search(run)
    name = f"{found[1]} ({found[2]})" if found else run
    return f"did not finish: {name}" + (f", after {last}" if last else "")
