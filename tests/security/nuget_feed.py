"""A NuGet v3 feed with the vulnerability pages that `dotnet list package --vulnerable` and restore read."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.security.loopback import Answer, Server, serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

INDEX, PAGE = "/v3/vulnerabilities/index.json", "/v3/vulnerabilities/base.json"
LOW, MODERATE, HIGH, CRITICAL = range(4)


def entry(ghsa: str, severity: int, versions: str) -> dict[str, object]:
    """Return an advisory as a vulnerability page lists it."""
    return {"severity": severity, "url": f"https://github.com/advisories/{ghsa}", "versions": versions}


# Public advisories about old versions; the first is what a canary asks for.
ADVISORIES: Mapping[str, list[dict[str, object]]] = {
    "newtonsoft.json": [entry("GHSA-5crp-9r3c-p9vr", HIGH, "(, 13.0.1)")],
    "system.text.json": [entry("GHSA-8g4q-xg66-9fp4", HIGH, "[6.0.0, 6.0.10)")],
}
# What a feed can do: real pages, and every way to give none. `empty` looks clean and is not.
MODES = ("advisories", "empty", "none", "405", "500", "garbage", "page-500", "silence")


@contextmanager
def feed(
    mode: str = "advisories",
    advisories: Mapping[str, list[dict[str, object]]] = ADVISORIES,
    host: str = "127.0.0.1",
) -> Iterator[Server]:
    """Run a feed without packages, whose vulnerability resource behaves as `mode` says."""

    def answer(_method: str, path: str, _body: bytes, url: str) -> Answer:
        pages = [{"@name": "base", "@id": f"{url}{PAGE}", "@updated": "2026-01-01T00:00:00.0000000Z"}]
        broken = {
            "none": Answer(b"not found", status=404),
            "garbage": Answer(b"<html>proxy says no</html>", kind="text/html"),
            "silence": Answer(silent=True),
            "empty": _json([]),
        }
        answers = {
            "/v3/index.json": _json(_index(url, vulnerabilities=mode != "none")),
            INDEX: Answer(b"refused", status=int(mode)) if mode.isdigit() else broken.get(mode, _json(pages)),
            PAGE: Answer(b"refused", status=500) if mode == "page-500" else _json(advisories),
        }
        return answers.get(path, Answer(b"not found", status=404, kind="text/plain"))

    with serving(answer, host) as server:
        yield server


def _index(url: str, *, vulnerabilities: bool) -> dict[str, object]:
    resources = [
        {"@id": f"{url}/v3/flat/", "@type": "PackageBaseAddress/3.0.0"},
        {"@id": f"{url}/v3/registration/", "@type": "RegistrationsBaseUrl/3.6.0"},
    ]
    if vulnerabilities:
        resources.append({"@id": f"{url}{INDEX}", "@type": "VulnerabilityInfo/6.7.0"})
    return {"version": "3.0.0", "resources": resources}


def _json(value: object) -> Answer:
    return Answer(json.dumps(value).encode())
