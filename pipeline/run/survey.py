"""An application described as far as it goes, with what only its owner can say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.app.discover import discover
from pipeline.errors import PipelineError
from pipeline.load import settings_of
from pipeline.run.read import read
from pipeline.scaffold.model import Question
from pipeline.scaffold.settings import overlay
from pipeline.settings.load import FILE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.app.model import App
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
        try:
            app = discover(facts, settings)
        except PipelineError as error:
            key = _asked(error)
            if not key or key in {question.key for question in questions} or not error.details:
                raise
            questions.append(Question(key=key, candidates=error.details, why=error.what))
            said.append(("a guess of init", overlay(key, error.details[0])))
            continue
        return Survey(
            app=app,
            settings=settings,
            files=facts.files,
            questions=tuple(questions),
            has_settings=FILE in facts.files,
        )


def _asked(error: PipelineError) -> str:
    """Return the settings key that would answer, where the error is a question."""
    found = re.search(r"`([a-z_.]+)`", error.what) if error.kind is errors.AMBIGUOUS else None
    return found[1] if found else ""
