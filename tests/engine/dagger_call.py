"""Calls this module on the real engine, as a user would, and reads the evidence back."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.render import as_json
from tests.apps import NO_SCANS, ROOT, feed_flags
from tests.engine.otlp import receiver

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.judge.model import Report, StepResult
    from tests.apps import App
    from tests.engine.otlp import Traces

SECONDS = 300


@dataclass(frozen=True)
class Done:
    """How a call ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err


@dataclass(frozen=True)
class Evidence:
    """What `evidence` left, and which steps the engine really executed, seen from outside."""

    folder: Path
    report: Report
    done: Done
    executed: frozenset[str]

    def step(self, id_: str) -> StepResult:
        return next(step for step in self.report if step.id == id_)

    @property
    def ran(self) -> frozenset[str]:
        """The steps with commands that ran in this call and did not come from the cache, by their own clock."""
        return frozenset(step.id for step in self.report if step.exit_code is not None and not step.cached)

    @property
    def states(self) -> dict[str, str]:
        return {step.id: step.status.value for step in self.report}

    def text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")


def call(*words: str, feed: bool = True) -> list[str]:
    """Return the command line of `dagger call WORDS`."""
    flags = feed_flags() if feed else []
    if {"ci", "evidence"} & set(words) and not any(word.startswith(("--settings", "--part")) for word in words):
        flags += [f"--settings={NO_SCANS}"]
    return ["dagger", "--progress=plain", "-m", str(ROOT), "call", *flags, *words]


def dagger(app: App, *words: str, feed: bool = True, traces: Traces | None = None, seconds: int = SECONDS) -> Done:
    """Run `dagger call WORDS` in the application's folder."""
    env = os.environ | (traces.env if traces else {})
    done = subprocess.run(
        call(*words, feed=feed), cwd=app.folder, env=env, capture_output=True, text=True, timeout=seconds, check=False
    )
    return Done(done.returncode, done.stdout, done.stderr)


def evidence(  # what a user can say
    app: App, target: Path, *flags: str, feed: bool = True, part: str = "", seconds: int = SECONDS
) -> Evidence:
    """Run everything, or a part of it, and read what it left."""
    words = ("evidence", *([f"--part={part}"] if part else []), "-o", str(target))
    with receiver() as traces:
        done = dagger(app, *flags, *words, feed=feed, traces=traces, seconds=seconds)
    assert done.code == 0, done.said
    report = as_json.read((target / "report.json").read_text(encoding="utf-8"))
    told = {span.attributes.get("pipeline.step") for span in traces.spans.values()}
    assert {step.id for step in report if step.exit_code is not None} <= told, "traces were lost, nothing follows"
    return Evidence(target, report, done, frozenset(executed(traces)))


def executed(traces: Traces) -> set[str]:
    """Return the steps below whose span the engine evaluated a `withExec`; a cached one has no such span."""
    steps = set()
    for span in traces.spans.values():
        if span.name == "resume withExec":
            above = span
            while above.parent in traces.spans and "pipeline.step" not in above.attributes:
                above = traces.spans[above.parent]
            steps.add(above.attributes.get("pipeline.step", ""))
    return steps - {""}
