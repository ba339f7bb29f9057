"""An application described as far as it goes, with what only its owner can say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipeline.app.discover import discover
from pipeline.errors import PipelineError
from pipeline.load import Choices, settings_of
from pipeline.plan.make import make
from pipeline.plan.questions import in_words, instead, needed
from pipeline.read import tools
from pipeline.read.source import read
from pipeline.run.sites import site_of
from pipeline.scaffold.model import Question
from pipeline.scaffold.settings import overlay

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from pathlib import Path

    from pipeline.app.facts import Facts
    from pipeline.app.model import App, Fact
    from pipeline.scaffold.environments import Site
    from pipeline.settings.load import Resolved
    from pipeline.settings.model import Settings


@dataclass(frozen=True, kw_only=True)
class Survey:
    """Applications described as far as they go: open questions are answered with their first candidate.

    `stop` is why `ci` would not start although every question is answered. `unsaid` are the keys whose answers do not
    stand in pipeline.yaml. `sites` are the applications that are released somewhere.
    """

    apps: tuple[App, ...]
    settings: tuple[Settings, ...]
    files: frozenset[str]
    questions: tuple[Question, ...]
    unsaid: frozenset[str] = frozenset()
    stop: PipelineError | None = None
    sites: tuple[Site, ...] = ()


def survey(folder: Path, answers: Mapping[str, str]) -> Survey:
    """Describe a source tree and collect what only its owner can say, instead of stopping at the first question.

    Args:
        folder: the source root.
        answers: values by settings key; each is checked like a line of pipeline.yaml.

    Raises:
        PipelineError: for a mistake that no answer mends.

    """
    facts = read(folder)
    given = tuple((f"--set {key}", overlay(key, value)) for key, value in answers.items())
    common = settings_of(facts, Choices(overlays=given))
    parts = [_part(facts, Choices(overlays=given, app=app)) for app in common.apps or ("",)]
    answered = [Question(key=key, answer=value) for key, value in answers.items()]
    return Survey(
        apps=tuple(part.app for part in parts),
        settings=tuple(part.settings for part in parts),
        files=facts.files,
        questions=(*answered, *(question for part in parts for question in part.questions)),
        unsaid=frozenset(key for key, value in answers.items() if not _is_said(facts, common, key, value)),
        stop=next((error for part in parts if (error := _stop(part))), None),
        sites=tuple(site for part in parts if (site := _site(facts, given, part, alone=len(parts) == 1))),
    )


def _is_said(facts: Facts, found: Resolved, key: str, value: str) -> bool:
    """Whether an answer changes nothing, whichever environment or application is taken."""
    answer = (f"--set {key}", overlay(key, value))
    try:
        return all(
            settings_of(facts, choices).settings == settings_of(facts, replace(choices, overlays=(answer,))).settings
            for environment in ("", *found.environments)
            for app in found.apps or ("",)
            if (choices := Choices(environment=environment, app=app))
        )
    except PipelineError:
        return False  # an environment or an application that the answer itself brings


def _site(facts: Facts, given: tuple[tuple[str, str], ...], part: _Part, *, alone: bool) -> Site | None:
    return site_of(facts, Choices(overlays=given, app=part.key), part.app, alone=alone)


@dataclass(frozen=True, kw_only=True)
class _Part:
    key: str
    app: App
    settings: Settings
    questions: tuple[Question, ...]


def _part(facts: Facts, choices: Choices) -> _Part:
    """Describe one application, guessing from question to question."""
    above = f"apps.{choices.app}." if choices.app else ""
    settings = settings_of(facts, choices).settings
    app = discover(facts, settings)
    questions: dict[str, Question] = {}
    while question := _next(app, above, questions):
        questions[question.key] = question
        guess = ("a guess of init", overlay(question.key, question.candidates[0]))
        guessing = replace(choices, overlays=(*choices.overlays, guess))
        guessed = settings_of(facts, guessing).settings
        try:
            app, settings, choices = discover(facts, guessed), guessed, guessing
        except PipelineError:
            continue  # it cannot be read with this answer; what was seen without it is enough for a draft
    return _Part(key=choices.app, app=app, settings=settings, questions=tuple(questions.values()))


def _next(app: App, above: str, known: Container[str]) -> Question | None:
    """Return the first question that is not known yet and has answers."""
    for fact in needed(app):
        key, candidates = f"{above}{fact.key}", _texts(fact)
        if key not in known and candidates:
            # No SPA is an answer too, and the half is switched off for it.
            off = f"{key.rpartition('.')[0]}.enabled" if None in fact.candidates else ""
            return Question(key=key, candidates=candidates, off=off, also=instead(fact), why=in_words(fact))
    return None


def _stop(part: _Part) -> PipelineError | None:
    try:
        make(part.app, part.settings, tools.images())
    except PipelineError as error:
        return error
    return None


def _texts(fact: Fact[Any]) -> tuple[str, ...]:
    """Return the answers that can be given; that there is none is no value of a setting."""
    return tuple(str(candidate) for candidate in fact.candidates if candidate is not None)
