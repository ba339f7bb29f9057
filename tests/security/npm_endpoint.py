"""The part of an npm registry that `npm audit` talks to, with advisories in the shape of the real one."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.security.loopback import Answer, Server, serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BULK = "/-/npm/v1/security/advisories/bulk"


def advisory(number: int, ghsa: str, title: str, severity: str, vulnerable: str, score: float) -> dict[str, object]:
    """Return an advisory as the bulk endpoint lists it."""
    return {
        "id": number,
        "url": f"https://github.com/advisories/{ghsa}",
        "title": title,
        "severity": severity,
        "vulnerable_versions": vulnerable,
        "cwe": ["CWE-77", "CWE-94"],
        "cvss": {"score": score, "vectorString": "CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H"},
    }


PROTOTYPES = "<0.2.4 || >=1.0.0 <1.2.6"
# Public advisories about old versions; the first is what a canary asks for.
ADVISORIES: Mapping[str, list[dict[str, object]]] = {
    "lodash": [
        advisory(1106913, "GHSA-35jh-r3h4-6jhm", "Command Injection in lodash", "high", "<4.17.21", 7.2),
        advisory(1108258, "GHSA-29mw-wpgm-hmr9", "ReDoS in lodash", "moderate", ">=4.0.0 <4.17.21", 5.3),
    ],
    "minimist": [advisory(1097678, "GHSA-xvch-5gv4-984h", "Prototype Pollution", "critical", PROTOTYPES, 9.8)],
}
# What npm asks for next, to tell which versions of the parents are free of it: name, then version and dependencies.
VERSIONS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "lodash": {"4.17.20": {}, "4.17.21": {}},
    "minimist": {"0.0.8": {}, "1.2.0": {}, "1.2.6": {}},
    "mkdirp": {"0.5.1": {"minimist": "0.0.8"}, "0.5.5": {"minimist": "^1.2.5"}},
}
GARBAGE = b"<html><body>proxy says no</body></html>"
# What an endpoint can do: real advisories, and every way to give no answer. `empty` looks clean and is not one.
MODES = ("advisories", "empty", "405", "500", "garbage", "cut", "silence")


def packument(name: str) -> dict[str, object]:
    versions = {v: {"name": name, "version": v, "dependencies": d} for v, d in VERSIONS[name].items()}
    return {"name": name, "dist-tags": {"latest": list(versions)[-1]}, "versions": versions}


@dataclass
class Switch:
    """A mode that a test changes while the endpoint runs."""

    mode: str


@contextmanager
def endpoint(
    switch: str | Switch = "advisories",
    advisories: Mapping[str, list[dict[str, object]]] = ADVISORIES,
    host: str = "127.0.0.1",
) -> Iterator[Server]:
    """Run a registry whose audit endpoint behaves as its mode says."""

    def answer(method: str, path: str, body: bytes, _url: str) -> Answer:
        mode = switch.mode if isinstance(switch, Switch) else switch
        if method == "GET" and path[1:] in VERSIONS:
            return Answer(json.dumps(packument(path[1:])).encode())
        if method == "POST" and mode.isdigit():
            # npm 10 asks an older address next when this one refuses; a mirror that only reads refuses both.
            return Answer(b'{"error":"refused"}', status=int(mode))
        if (method, path) != ("POST", BULK):
            return Answer(b"{}", status=404)
        if mode == "silence":
            return Answer(silent=True)
        if mode == "garbage":
            return Answer(GARBAGE, kind="text/html")
        asked = json.loads(body)
        found = {} if mode == "empty" else {name: advisories[name] for name in asked if name in advisories}
        text = json.dumps(found).encode()
        return Answer(text[: len(text) // 2] if mode == "cut" else text)

    with serving(answer, host) as server:
        yield server
