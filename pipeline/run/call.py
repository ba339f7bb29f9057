"""What one `dagger call` works with: the caller's files and choices, read without a traceback for his mistakes."""

from __future__ import annotations

import asyncio
import posixpath
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import dagger

from pipeline import errors
from pipeline.app.facts import IGNORED, UNREAD, WANTED
from pipeline.errors import PipelineError
from pipeline.judge import verdict
from pipeline.load import Choices, look, plan_of, require_secrets, secrets_of, settings_of
from pipeline.parse.feeds import read as read_feeds
from pipeline.plan.steps import audit_packages
from pipeline.read.source import read
from pipeline.render import harmless
from pipeline.run.containers import HISTORY
from pipeline.run.dagger import DaggerRunner, Given, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.judge.model import Report
    from pipeline.load import Loaded, Seen
    from pipeline.plan.identity import Identity
    from pipeline.plan.model import Plan
    from pipeline.settings.load import Resolved


class NotGreen(dagger.mod._exceptions.FunctionError):  # noqa: SLF001  # the only error that Dagger prints without a traceback
    """The call does not end well; the text is the summary, or the refusal, which `error` then is."""

    # Dagger prints a class of ours with its module path, and one of the builtins without.
    __module__ = "builtins"
    error: PipelineError | None = None


def refusal(error: PipelineError) -> NotGreen:
    """Return the error of a call that cannot start; its first words tell who has to act."""
    refused = NotGreen(harmless.text(f"{error.kind.fault.value} error\n{error}"))
    refused.error = error
    return refused


def token_of(app: str, given: dagger.Secret | None) -> dagger.Secret:
    """Return the token of an app on Fly.io.

    Raises:
        PipelineError: P112.

    """
    if not given:
        raise PipelineError(errors.SECRET_MISSING, f"--fly-token: expected the token of {app}, got none")
    return given


def source_of(workspace: dagger.Workspace, folder: str) -> dagger.Directory:
    """Return a folder of the caller, without what no step may see."""
    return workspace.directory(folder, exclude=list(IGNORED), gitignore=True)


@dataclass(frozen=True, kw_only=True)
class Call:
    """The caller's files and choices. `name` is what he called the files.

    `history` is a git folder, `history_folder` the application's place in its repository; without one it is looked for
    in the `workspace`.
    """

    name: str
    files: dagger.Directory
    overlay: dagger.File | None = None
    environment: str = ""
    app: str = ""
    feed: dagger.Directory | None = None
    token: dagger.Secret | None = None
    fresh: bool = False
    database: dagger.Directory | None = None
    history: dagger.Directory | None = None
    history_folder: str = "."
    workspace: dagger.Workspace | None = None
    kev: dagger.File | None = None
    epss: dagger.File | None = None
    registry_token: dagger.Secret | None = None
    signing_key: dagger.Secret | None = None
    fly_token: dagger.Secret | None = None
    by: str = ""

    async def look(self) -> tuple[Seen, ...]:
        """Return what the source holds, with questions still open; one for each application.

        Raises:
            NotGreen: with the id of each mistake that a user can mend.

        """
        every = self.files.filter(exclude=list(IGNORED))
        wanted = self.files.filter(include=list(WANTED), exclude=[*IGNORED, *UNREAD])
        choices = await self._choices()
        with tempfile.TemporaryDirectory() as folder, self.refusing():
            # Two walks over the source at the same time; a task group would wrap what the engine says of them.
            listed, _ = await asyncio.gather(every.glob("**/*"), wanted.export(folder))
            names = [name for name in listed if not name.endswith("/")]
            return look(Path(folder), choices, names=names)

    async def load(self, *, scans: bool = False, identity: Identity | None = None) -> Loaded:
        """Return what is known before the first step.

        Args:
            scans: whether the security scans are part of the plan.
            identity: the commit that the image says it is made of.

        Raises:
            NotGreen: as `look` does, and for an open question.

        """
        seen = await self.look()
        with self.refusing():
            loaded = plan_of(
                seen, feed=self.feed is not None, scans=scans, database=self.database is not None, identity=identity
            )
            if not scans:
                return loaded
            if self.database and (lacking := audit_packages.lacking(await self.database.entries())):
                raise PipelineError(errors.UNREADABLE, f"--trivy-db: {lacking}")
            kev = await self.kev.contents() if self.kev else ""
            feeds = read_feeds(kev, await self.epss.contents() if self.epss else "")
        return replace(loaded, feeds=feeds)

    async def beside(self) -> Given:
        """Return what scans read beside the source: Trivy's database, and the git folder above the source.

        Raises:
            NotGreen: when the engine cannot look for it.

        """
        if self.history or not self.workspace:
            return Given(database=self.database, history=self.history, history_folder=self.history_folder)
        with self.refusing():
            git = await self.workspace.find_up(".git", from_=self.name)
            here = await self.workspace.path()
        if not git:
            return Given(database=self.database)
        place = posixpath.normpath(posixpath.join("/", here, self.name))
        folder = posixpath.relpath(place, posixpath.dirname(posixpath.join("/", git)))
        history = self.workspace.directory(posixpath.join("/", git), include=list(HISTORY))
        return Given(database=self.database, history=history, history_folder=folder)

    async def settings(self) -> Resolved:
        """Return the settings with their origins.

        Raises:
            NotGreen: as `load` does.

        """
        choices = await self._choices()
        with tempfile.TemporaryDirectory() as folder, self.refusing():
            await self.files.filter(include=["pipeline.*"]).export(folder)
            return settings_of(read(Path(folder)), choices)

    def runner(self, loaded: Loaded, beside: Given | None = None) -> DaggerRunner:
        """Return what runs the plan.

        Raises:
            NotGreen: P112 when a secret is missing, P105 when one is not asked for.

        """
        with self.refusing():
            secrets = secrets_of(loaded.settings, self.token)
            require_secrets(loaded.plan, secrets)
        return DaggerRunner(self.files, feed=self.feed, secrets=secrets, fresh=self.fresh, given=beside)

    async def report(self, loaded: Loaded, runner: DaggerRunner, plan: Plan) -> Report:
        """Run a plan, or a part of it, and return the judged report.

        Raises:
            NotGreen: P407 when a fresh result could not be remembered.

        """
        began = time.time()
        with self.refusing():
            results = await runner.run(plan)
        return verdict.judge(
            loaded.app, plan, results, where="dagger", started=began, ended=time.time(), feeds=loaded.feeds
        )

    async def _choices(self) -> Choices:
        with self.refusing():
            overlays = (("--settings", await self.overlay.contents()),) if self.overlay else ()
        return Choices(overlays=overlays, environment=self.environment, app=self.app)

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Turn what a user can mend into the answer of the call."""
        try:
            yield
        except PipelineError as error:
            raise refusal(error) from None
        except dagger.QueryError as error:
            raise refusal(PipelineError(errors.UNREADABLE, f"{self.name}: {said(error)}")) from None
