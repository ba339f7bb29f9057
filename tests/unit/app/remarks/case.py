"""A remark kind with a tree that shows it and one that does not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from pipeline.app.discover import discover
from pipeline.app.discover.remarks.look import look
from pipeline.app.facts import NAMES_ONLY, Facts, is_wanted
from pipeline.app.model import App, Remark
from pipeline.errors import NOTHING_FOUND, PipelineError
from pipeline.settings.model import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.app.remark_kinds import Kind

TODAY = date(2026, 1, 15)


@dataclass(frozen=True)
class Case:
    """`red` shows the remark, at `at` when that is given; `green` is the same tree put right."""

    kind: Kind
    red: Mapping[str, str]
    green: Mapping[str, str]
    at: str = ""
    today: date = field(default=TODAY)

    def __str__(self) -> str:
        """Return the name of the case in a test report."""
        return f"{self.kind.id}-{self.at or 'tree'}"


def facts_of(files: Mapping[str, str]) -> Facts:
    """Return facts as the edges would read them."""
    wanted = {path: text for path, text in files.items() if is_wanted(path)}
    texts = {path: text for path, text in wanted.items() if path.rpartition("/")[2] not in NAMES_ONLY}
    return Facts(paths=frozenset(wanted), texts=texts, files=frozenset(files))


def said(files: Mapping[str, str], today: date = TODAY) -> tuple[Remark, ...]:
    """Return every remark about a tree; one without any application still has workflows and images."""
    facts = facts_of(files)
    try:
        app = discover(facts, Settings())
    except PipelineError as error:
        if error.kind is not NOTHING_FOUND:
            raise
        app = App(name="none")
    return (*app.remarks, *look(facts, app, today))


def places(kind: Kind, remarks: tuple[Remark, ...]) -> list[str]:
    """Return where remarks of a kind are."""
    return [f"{r.file or ''}:{r.line}" if r.line else r.file or "" for r in remarks if r.id == kind.id]
