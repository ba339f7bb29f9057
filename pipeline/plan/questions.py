"""What must be answered before anything can be planned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.app.model import as_answer
from pipeline.errors import AMBIGUOUS, LOCK_MISSING, PACKAGE_MANAGER_UNSUPPORTED, PipelineError

if TYPE_CHECKING:
    from pipeline.app.model import App, Fact, Spa

# Facts without which no step can be made. What follows from one of them is answered with it.
NEEDED = ("solution", "web project", "build target", "spa folder", "package manager version", "script build", "dist")

LOCKS = {"npm": "package-lock.json", "pnpm": "pnpm-lock.yaml", "yarn": "yarn.lock"}
SUPPORTED = frozenset(LOCKS)

EACH = "is each of them deployed by itself? Then name each under `apps` in pipeline.yaml (docs/settings.md)"


def needed(app: App) -> tuple[Fact[Any], ...]:
    """Return the questions that stand in the way of a plan, one for each settings key, in the order of discovery."""
    by_key: dict[str, Fact[Any]] = {}
    for fact in app.questions:
        if fact.name in NEEDED:
            by_key.setdefault(fact.key, fact)
    return tuple(by_key.values())


def in_words(fact: Fact[Any]) -> str:
    """Return a question as one line."""
    if len(fact.candidates) == 1:
        return f"{fact.name}: nothing says it in a way that can be read; set `{fact.key}`"
    return f"{fact.name}: {len(fact.candidates)} candidates; set `{fact.key}`"


def instead(fact: Fact[Any]) -> str:
    """Return the way out where each candidate is meant, an empty text where that makes no sense."""
    return EACH if fact.name == "web project" and None not in fact.candidates else ""


def refuse_open(app: App) -> None:
    """Refuse an application with a question that only the settings can answer.

    Raises:
        PipelineError: P102, with every candidate of every question.

    """
    open_ones = needed(app)
    ways = tuple(way for fact in open_ones if (way := instead(fact)))
    if len(open_ones) == 1:
        candidates = tuple(as_answer(candidate, open_ones[0].key) for candidate in open_ones[0].candidates)
        raise PipelineError(AMBIGUOUS, in_words(open_ones[0]), (*candidates, *ways))
    if open_ones:
        lines = tuple(
            f"`{fact.key}`: {'; '.join(as_answer(candidate, fact.key) for candidate in fact.candidates)}"
            for fact in open_ones
        )
        raise PipelineError(AMBIGUOUS, f"{len(open_ones)} questions are open; set each key below", (*lines, *ways))


def refuse_packages(spa: Spa) -> None:
    """Refuse a SPA whose packages cannot be installed from a lock file.

    Raises:
        PipelineError: P106 or P111.

    """
    file = f"{spa.folder}/package.json".removeprefix("./")
    if spa.package_manager not in SUPPORTED:
        owner = spa.lock_file or file
        raise PipelineError(PACKAGE_MANAGER_UNSUPPORTED, f"{owner} belongs to {spa.package_manager}")
    if spa.lock_file is None and spa.empty_lock:
        raise PipelineError(LOCK_MISSING, f"{spa.empty_lock} is there but locks nothing")
    if spa.lock_file is None:
        lock = LOCKS[spa.package_manager]
        raise PipelineError(LOCK_MISSING, f"{spa.folder} holds package.json but no {lock}")
