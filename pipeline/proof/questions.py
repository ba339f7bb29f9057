"""What users and platforms ask a running application."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from pipeline.proof.expected import fail

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.proof.program import Program

OK, NOT_FOUND, SERVER_ERROR = 200, 404, 500
MOST_ASSETS = 20
ASSET = re.compile(r"""(?:src|href)=["']?(/?(?:[\w.-]+/)*[\w.-]+\.(?:js|mjs|css))["'?\s>]""")


def health(program: Program) -> str:
    """Wait until it calls itself healthy."""
    path, until = program.expected.health, time.monotonic() + program.expected.start_seconds
    while True:
        status, _, body = program.get(path)
        if status == OK:
            return f"GET {path}: {OK}"
        if time.monotonic() > until or program.ended is not None:
            words = " ".join(body[:200].decode("utf-8", "replace").split())
            fail(f"GET {path}: {status} {words}".rstrip())
        time.sleep(0.5)


def spa_page(program: Program) -> str:
    """Get the page that the SPA's build made; a server may have put something into it."""
    text, names = _built(program)
    served = _page(program, "/")
    same = all(name in served for name in names) if names else served == text
    if not same:
        fail("GET /: a page, and not the one that the SPA's build made")
    return "GET /: the page that the build made"


def spa_asset(program: Program) -> str:
    """Get the scripts and styles that the page names."""
    _, names = _built(program)
    if not names:
        return "the page names no script and no styles"
    kinds = [_asset(program, "/" + name.lstrip("/")) for name in dict.fromkeys(names[:MOST_ASSETS])]
    more = f", and {len(kinds) - 1} more" if len(kinds) > 1 else ""
    return f"GET /{names[0].lstrip('/')}: {OK} {kinds[0]}{more}"


def _asset(program: Program, path: str) -> str:
    status, kind, body = program.get(path)
    if status != OK or kind == "text/html" or not body:
        fail(f"GET {path}: {status} {kind}; the SPA's file was expected")
    return kind


def spa_route(program: Program) -> str:
    """Get a page below the SPA's root, as a reload in the browser does."""
    path = program.expected.spa_route
    if _page(program, path) != _page(program, "/"):
        fail(f"GET {path}: another page than /, so that a reload there would not work")
    return f"GET {path}: the page of the SPA"


def api_route(program: Program) -> str:
    """Get an answer of the API, also one that asks who is there; the SPA's page is none."""
    path = program.expected.api_route
    status, kind, _ = program.get(path)
    if status == NOT_FOUND or status >= SERVER_ERROR or kind == "text/html":
        fail(f"GET {path}: {status} {kind}".rstrip() + "; an answer of the API was expected")
    return f"GET {path}: {status} {kind}".rstrip()


def answer(program: Program) -> str:
    """Wait for an answer that is none of an error of its own; where no other question is asked, that much is."""
    until = time.monotonic() + program.expected.start_seconds
    while (status := program.get("/")[0]) >= SERVER_ERROR:
        if time.monotonic() > until or program.ended is not None:
            fail(f"GET /: {status}; no other question is asked")
        time.sleep(0.5)
    return f"GET /: {status}"


# Its name, the expectation without which it is not asked, the question.
QUESTIONS: tuple[tuple[str, str, Callable[[Program], str]], ...] = (
    ("health", "health", health),
    ("spa page", "index", spa_page),
    ("spa asset", "index", spa_asset),
    ("spa route", "spa_route", spa_route),
    ("api route", "api_route", api_route),
)


def _page(program: Program, path: str) -> str:
    status, kind, body = program.get(path)
    if status != OK or kind != "text/html":
        fail(f"GET {path}: {status} {kind or 'of no kind'}; the page of the SPA was expected")
    return body.decode("utf-8", "replace")


def _built(program: Program) -> tuple[str, list[str]]:
    """Return the page as the build made it, and the scripts and styles that it names."""
    path = program.expected.index
    try:
        text = program.image.inside(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        fail(f"there is no {path} in the image")
    return text, ASSET.findall(text)
