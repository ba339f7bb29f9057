"""What one `dagger call` works with: the caller's files and choices, read without a traceback for his mistakes."""

from __future__ import annotations

import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import dagger

from pipeline import errors
from pipeline.app.facts import IGNORED, UNREAD, WANTED
from pipeline.errors import PipelineError
from pipeline.judge import verdict
from pipeline.load import Choices, look, plan_of, require_secrets, secrets_of, settings_of
from pipeline.read.source import read
from pipeline.run.dagger import DaggerRunner, said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.judge.model import Report
    from pipeline.load import Loaded, Seen
    from pipeline.plan.model import Plan
    from pipeline.settings.load import Resolved

T = TypeVar("T")


class NotGreen(dagger.mod._exceptions.FunctionError):  # noqa: SLF001  # the only error that Dagger prints without a traceback
    """The call does not end well; the text is the summary, or the refusal."""

    # Dagger prints a class of ours with its module path, and one of the builtins without.
    __module__ = "builtins"


def refusal(error: PipelineError) -> NotGreen:
    """Return the error of a call that cannot start; its first words tell who has to act."""
    return NotGreen(f"{error.kind.fault.value} error\n{error}")


@dataclass(frozen=True, kw_only=True)
class Call:
    """The caller's files and choices. `name` is what he called the files."""

    name: str
    files: dagger.Directory
    overlay: dagger.File | None = None
    environment: str = ""
    app: str = ""
    feed: dagger.Directory | None = None
    token: dagger.Secret | None = None
    fresh: bool = False

    async def look(self) -> tuple[Seen, ...]:
        """Return what the source holds, with questions still open; one for each application.

        Raises:
            NotGreen: with the id of each mistake that a user can mend.

        """
        with self._refusing():
            listed = await self.files.filter(exclude=list(IGNORED)).glob("**/*")
        names = [name for name in listed if not name.endswith("/")]
        choices = await self._choices()
        return await self._reading(
            self.files.filter(include=list(WANTED), exclude=[*IGNORED, *UNREAD]),
            lambda folder: look(folder, choices, names=names),
        )

    async def load(self) -> Loaded:
        """Return what is known before the first step.

        Raises:
            NotGreen: as `look` does, and for an open question.

        """
        seen = await self.look()
        with self._refusing():
            return plan_of(seen, feed=self.feed is not None)

    async def settings(self) -> Resolved:
        """Return the settings with their origins.

        Raises:
            NotGreen: as `load` does.

        """
        choices = await self._choices()
        return await self._reading(
            self.files.filter(include=["pipeline.*"]), lambda folder: settings_of(read(folder), choices)
        )

    def runner(self, loaded: Loaded) -> DaggerRunner:
        """Return what runs the plan.

        Raises:
            NotGreen: P112 when a secret is missing, P105 when one is not asked for.

        """
        with self._refusing():
            secrets = secrets_of(loaded.settings, self.token)
            require_secrets(loaded.plan, secrets)
        return DaggerRunner(self.files, feed=self.feed, secrets=secrets, fresh=self.fresh)

    async def report(self, loaded: Loaded, runner: DaggerRunner, plan: Plan) -> Report:
        """Run a plan, or a part of it, and return the judged report.

        Raises:
            NotGreen: P407 when a fresh result could not be remembered.

        """
        began = time.time()
        with self._refusing():
            results = await runner.run(plan)
        return verdict.judge(loaded.app, plan, results, where="dagger", started=began, ended=time.time())

    async def _choices(self) -> Choices:
        with self._refusing():
            overlays = (("--settings", await self.overlay.contents()),) if self.overlay else ()
        return Choices(overlays=overlays, environment=self.environment, app=self.app)

    async def _reading(self, files: dagger.Directory, use: Callable[[Path], T]) -> T:
        """Bring files here and return what `use` makes of them."""
        with tempfile.TemporaryDirectory() as folder, self._refusing():
            await files.export(folder)
            return use(Path(folder))

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except PipelineError as error:
            raise refusal(error) from None
        except dagger.QueryError as error:
            raise refusal(PipelineError(errors.UNREADABLE, f"{self.name}: {said(error)}")) from None
