"""An application described as far as it goes, with what only its owner can say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.app.discover import discover
from pipeline.load import settings_of
from pipeline.plan.questions import in_words, needed
from pipeline.run.read import read
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
    """An application described as far as it goes: open questions are answered with their first candidate."""

    app: App
    settings: Settings
    files: frozenset[str]
    questions: tuple[Question, ...]
    has_settings: bool


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
    while True:
        settings = settings_of(facts, overlays=said).settings
        app = discover(facts, settings)
        known = {question.key for question in questions}
        asked = ((fact, _texts(fact)) for fact in needed(app) if fact.key not in known)
        fact, candidates = next(((fact, texts) for fact, texts in asked if texts), (None, ()))
        if fact:
            questions.append(Question(key=fact.key, candidates=candidates, why=in_words(fact)))
            said.append(("a guess of init", overlay(fact.key, candidates[0])))
            continue
        return Survey(
            app=app,
            settings=settings,
            files=facts.files,
            questions=tuple(questions),
            has_settings=FILE in facts.files,
        )


def _texts(fact: Fact[Any]) -> tuple[str, ...]:
    """Return the answers that can be given; that there is none is no value of a setting."""
    return tuple(str(candidate) for candidate in fact.candidates if candidate is not None)
