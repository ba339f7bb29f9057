"""What a Dagger engine says when it could not do something: in words for people, and whose turn it is."""

from __future__ import annotations

import re

# How it names its own steps, thousands of characters of them: `load Container@…: load xxh3:…: inputs: …`.
_OWN = re.compile(r"failed to load \w+ from converted ID: |load (?:\w+@[\w+/=-]+|xxh3:[0-9a-f]+): |inputs: ")
_DOCKERFILE = re.compile(r"failed to convert Dockerfile to LLB: |failed to content hash dockerfile copy: ")
_PULL = re.compile(
    r": not found\b|failed to (?:do request|resolve|authorize|fetch)|pull access denied|unauthorized|toomanyrequests"
    r"|no such host|connection refused|timeout",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """Return its words once each, without the address of a trace that nobody can open."""
    lines = (_OWN.sub("", line.split(" [traceparent")[0]).strip() for line in text.splitlines())
    return "; ".join(filter(None, dict.fromkeys(lines)))


def of_dockerfile(said: str) -> tuple[str, bool] | None:
    """Return what is wrong with a Dockerfile, and whether it is an image that cannot be pulled; else nothing."""
    if not _DOCKERFILE.search(said):
        return None
    what = _DOCKERFILE.sub("", said)
    pulled = "failed to content hash" not in said and "parse error" not in said
    return what, pulled and bool(_PULL.search(what))
