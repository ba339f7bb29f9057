"""Calls `pipeline audit` on this machine against sources of the test's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.render import as_json
from tests import apps
from tests.security import npm_endpoint, nuget_feed, trivy_db

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.judge.audit.model import Judged
    from pipeline.judge.model import Report, StepResult
    from tests.apps import App

SECONDS = 300


@dataclass(frozen=True)
class Audited:
    """How a call ended: exit code, report, everything it printed, and its evidence."""

    code: int
    report: Report
    said: str
    evidence: Path

    @property
    def gates(self) -> dict[str, str]:
        return {gate.name: gate.state.value for gate in self.report.audit.gates}

    @property
    def red(self) -> set[tuple[str, str]]:
        found = [j for j in self.report.audit.weaknesses if j.outcome.value == "blocks"]
        return {(j.weakness.id, j.weakness.file or "") for j in found}

    def step(self, id_: str) -> StepResult:
        return next(step for step in self.report if step.id == id_)

    def weakness(self, id_: str) -> Judged:
        return next(j for j in self.report.audit.weaknesses if j.weakness.id == id_)

    def written(self) -> str:
        """Return every text that the call left behind."""
        files = [file for file in self.evidence.rglob("*") if file.is_file()]
        return self.said + "".join(file.read_text(encoding="utf-8", errors="replace") for file in files)


def database(folder: Path, content: trivy_db.Bucket | None = None, days: int = 0, **more: object) -> Path:
    """Return a folder with a database that is some days old."""
    updated = time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime(time.time() - days * 86_400))
    return trivy_db.write(folder, content, updated, **more) / "db"  # type: ignore[arg-type]


def commit(app: App, message: str = "more") -> None:
    """Commit all that lies there."""
    person = ("-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")
    for words in (("add", "-A"), (*person, "commit", "-q", "--allow-empty", "-m", message)):
        subprocess.run(["git", "-C", str(app.folder), *words], check=True)


def add_npm_package(app: App, name: str, version: str, *, dev: bool = False, below: str = "") -> None:
    """Lock one more package, as a direct dependency."""
    for file in ("package.json", "package-lock.json"):
        data = json.loads(app.read(below + file))
        for place in [data] if file == "package.json" else [data["packages"][""]]:
            place.setdefault("devDependencies" if dev else "dependencies", {})[name] = version
        if file == "package-lock.json":
            entry = {"version": version, "license": "MIT", **({"dev": True} if dev else {})}
            data["packages"][f"node_modules/{name}"] = entry
        app.write(below + file, json.dumps(data, indent=2))


def audit(  # noqa: PLR0913  # each is one source of the audit
    app: App,
    work: Path,
    *,
    npm: str = "advisories",
    nuget: str = "advisories",
    nuget_advisories: dict[str, list[dict[str, object]]] | None = None,
    db: Path | None = None,
    settings: str = "",
    env: dict[str, str] | None = None,
    flags: tuple[str, ...] = (),
    verb: str = "audit",
    download: bool = False,
) -> Audited:
    """Run `pipeline audit --on host`, or another verb that scans, and read what it left."""
    work.mkdir(parents=True, exist_ok=True)
    given = [] if download else ["--trivy-db", str(db or database(work / "trivy"))]
    with ExitStack() as stack:
        registry = stack.enter_context(npm_endpoint.endpoint(npm))
        advisories = {**nuget_feed.ADVISORIES, **(nuget_advisories or {})}
        feed = stack.enter_context(nuget_feed.feed(nuget, advisories))
        overlay = work / "overlay.yaml"
        overlay.write_text(
            f"security:\n  npm_registry: {registry.url}\n  nuget_source: {feed.url}/v3/index.json\n{settings}",
            encoding="utf-8",
        )
        words = (verb, "--on", "host", "--json", "--settings", str(overlay), *given)
        done = subprocess.run(
            [sys.executable, "-m", "pipeline.cli", *words, "--evidence", str(work / "evidence"), *flags, *_feed(app)],
            cwd=app.folder,
            # Packages are fetched once for all, and what NuGet's client remembers is this call's alone.
            env={
                **os.environ,
                "PYTHONPATH": str(apps.ROOT),
                "NUGET_HTTP_CACHE_PATH": str(work / "http"),
                **(env or {}),
            },
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    assert "Traceback" not in done.stderr, done.stderr
    return Audited(done.returncode, as_json.read(done.stdout), done.stdout + done.stderr, work / "evidence")


def _feed(app: App) -> list[str]:
    return apps.feed_flags() if any(app.folder.rglob("*.csproj")) else []
