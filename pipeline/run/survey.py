"""An application described as far as it goes, with what only its owner can say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.app.discover import discover
from pipeline.errors import PipelineError
from pipeline.load import settings_of
from pipeline.plan.make import make
from pipeline.plan.questions import in_words, needed
from pipeline.read import tools
from pipeline.read.source import read
from pipeline.scaffold.model import Question
from pipeline.scaffold.settings import overlay
from pipeline.settings.load import FILE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.app.model import App, Fact
    from pipeline.settings.model import Settings


@dataclass(frozen=True, kw_only=True)
class Survey:
    """An application described as far as it goes: open questions are answered with their first candidate.

    `stop` is why `ci` would not start although every question is answered.
    """

    app: App
    settings: Settings
    files: frozenset[str]
    questions: tuple[Question, ...]
    has_settings: bool
    stop: PipelineError | None = None


def survey(folder: Path, answers: Mapping[str, str]) -> Survey:
    """Describe a source tree and collect what only its owner can say, instead of stopping at the first question.

    Args:
        folder: the source root.
        answers: values by settings key; each is checked like a line of pipeline.yaml.

    Raises:
        PipelineError: for a mistake that no answer mends.

    """
    facts = read(folder)
    questions = [Question(key=key, answer=value) for key, value in answers.items()]
    said = [(f"--set {key}", overlay(key, value)) for key, value in answers.items()]
    settings = settings_of(facts, overlays=said).settings
    app = discover(facts, settings)
    while question := _next(app, {question.key for question in questions}):
        questions.append(question)
        said.append(("a guess of init", overlay(question.key, question.candidates[0])))
        guessed = settings_of(facts, overlays=said).settings
        try:
            app, settings = discover(facts, guessed), guessed
        except PipelineError:
            said.pop()  # it cannot be read with this answer; what was seen without it is enough for a draft
    return Survey(
        app=app,
        settings=settings,
        files=facts.files,
        questions=tuple(questions),
        has_settings=FILE in facts.files,
        stop=_stop(app, settings),
    )


def _next(app: App, known: set[str]) -> Question | None:
    """Return the first question that is not known yet and has answers."""
    for fact in needed(app):
        candidates = _texts(fact)
        if fact.key not in known and candidates:
            # No SPA is an answer too, and the half is switched off for it.
            off = f"{fact.key.partition('.')[0]}.enabled" if None in fact.candidates else ""
            return Question(key=fact.key, candidates=candidates, off=off, why=in_words(fact))
    return None


def _stop(app: App, settings: Settings) -> PipelineError | None:
    try:
        make(app, settings, tools.images())
    except PipelineError as error:
        return error
    return None


def _texts(fact: Fact[Any]) -> tuple[str, ...]:
    """Return the answers that can be given; that there is none is no value of a setting."""
    return tuple(str(candidate) for candidate in fact.candidates if candidate is not None)
