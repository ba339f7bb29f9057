"""From a folder to App, Settings and Plan: what both facades do before anything runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.app.discover import discover
from pipeline.errors import PipelineError
from pipeline.plan.make import make
from pipeline.run import tools
from pipeline.run.read import read
from pipeline.settings.load import load as load_settings

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from pathlib import Path

    from pipeline.app.model import App
    from pipeline.plan.model import Plan
    from pipeline.settings.model import Settings


SETTINGS_FILE = "pipeline.yaml"


def require_secrets(plan: Plan, given: Container[str]) -> None:
    """Refuse a plan whose steps want a secret that nobody gave.

    Raises:
        PipelineError: P112.

    """
    missing = sorted({name for step in plan for name in step.secrets if name not in given})
    if missing:
        raise PipelineError(errors.SECRET_MISSING, ", ".join(missing))


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """Everything known before the first step."""

    app: App
    settings: Settings
    plan: Plan


def load(
    folder: Path,
    *,
    overlays: Sequence[tuple[str, str]] = (),
    feed: bool = False,
    names: Sequence[str] | None = None,
) -> Loaded:
    """Read a source tree and plan it.

    Args:
        folder: the source root.
        overlays: pairs of an origin and a YAML text that win over pipeline.yaml.
        feed: whether a folder of NuGet packages will be given to the runner.
        names: all files of the source, where `folder` holds only what discovery reads.

    Raises:
        PipelineError: for every mistake that a user can mend (ids P101 to P111).

    """
    facts = read(folder, names)
    if SETTINGS_FILE in facts.unreadable:
        raise PipelineError(errors.UNREADABLE, f"{SETTINGS_FILE}: {facts.unreadable[SETTINGS_FILE]}")
    settings = load_settings(facts.texts.get(SETTINGS_FILE), overlays)
    app = discover(facts, settings)
    return Loaded(app=app, settings=settings, plan=make(app, settings, tools.images(), feed=feed))
