"""The Dagger facade: `dagger call ci`. Verbs load, call and return; everything else lives below."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Self, TypeVar

import dagger
from dagger import Doc, check, dag, function, object_type

from pipeline import errors
from pipeline.app.facts import IGNORED, UNREAD, WANTED
from pipeline.judge import verdict
from pipeline.judge.model import Report  # noqa: TC001  # Dagger reads the annotations when it runs
from pipeline.load import Loaded, Seen, load, look, require_secrets, settings_of
from pipeline.plan.model import Plan
from pipeline.render import evidence, explain, plan_text, settings_text, summary
from pipeline.run import containers
from pipeline.run.dagger import DaggerRunner
from pipeline.run.read import read


class NotGreen(dagger.mod._exceptions.FunctionError):  # noqa: SLF001  # the only error that Dagger prints without a traceback
    """The run is not green; the text is the summary."""

    # Dagger prints a class of ours with its module path, and one of the builtins without.
    __module__ = "builtins"


T = TypeVar("T")
Selector = Callable[[Plan], set[str]]
LINT = ("api.format", "spa.lint", "spa.types")


@object_type
class Pipeline:
    """Builds, tests and proves an ASP.NET Core + React application.

    `dagger call ci` runs everything and ends red when anything is; `dagger call evidence -o DIR` writes every
    report, red or green. Both find out by themselves what the repository holds; pipeline.yaml can overrule.
    """

    source: dagger.Directory
    nuget_feed: dagger.Directory | None = None
    nuget_token: dagger.Secret | None = None
    overlay: str = ""
    environment: str = ""
    fresh: bool = False

    @classmethod
    async def create(  # noqa: PLR0913, PLR0917  # each argument is a flag of `dagger call`
        cls,
        ws: dagger.Workspace,
        source: Annotated[str, Doc("Folder of the application, from where you stand")] = ".",
        tree: Annotated[dagger.Directory | None, Doc("The application's files, instead of a folder of yours")] = None,
        nuget_feed: Annotated[
            dagger.Directory | None, Doc("Folder of NuGet packages that replaces every package source")
        ] = None,
        nuget_token: Annotated[
            dagger.Secret | None, Doc("Token of the package source that `nuget.source` names")
        ] = None,
        settings: Annotated[dagger.File | None, Doc("YAML file that wins over pipeline.yaml")] = None,
        environment: Annotated[str, Doc("The entry of `environments` in pipeline.yaml that holds")] = "",
        fresh: Annotated[bool, Doc("Run every step again instead of taking green ones from the cache")] = False,
    ) -> Self:
        """Take the application at `source` and the choices that hold for every verb."""
        files = tree or ws.directory(source, exclude=list(IGNORED), gitignore=True)
        overlay = await settings.contents() if settings else ""
        return cls(
            source=files,
            nuget_feed=nuget_feed,
            nuget_token=nuget_token,
            overlay=overlay,
            environment=environment,
            fresh=fresh,
        )

    @function(cache="never")
    async def ci(self) -> str:
        """Run everything and say what was proven; an error when it is not green."""
        return _answer(await self._run())

    @function(cache="never")
    async def evidence(self) -> dagger.Directory:
        """Run everything and return every report; never an error for red code."""
        loaded = await self._load()
        runner = self._runner(loaded)
        report = await self._report(loaded, runner, loaded.plan)
        directory = dag.directory()
        for step, reports in runner.reports.items():
            directory = directory.with_directory(f"steps/{step}", reports)
        for name, text in evidence.files(report).items():
            directory = directory.with_new_file(name, text)
        return directory

    @function(cache="never")
    async def plan(self, as_json: Annotated[bool, Doc("Print JSON instead of text")] = False) -> str:
        """Print the steps, their order and the reasons; nothing runs."""
        loaded = await self._load()
        return plan_text.as_json(loaded.plan) if as_json else plan_text.text(loaded.app, loaded.plan)

    @function(cache="never")
    async def explain(self, as_json: Annotated[bool, Doc("Print JSON instead of text")] = False) -> str:
        """Print what was found out, where it stands, and what is asked; nothing runs."""
        seen = await self._look()
        return explain.as_json(seen.app) if as_json else explain.text(seen.app)

    @function(cache="never")
    async def settings(self, as_json: Annotated[bool, Doc("Print JSON instead of text")] = False) -> str:
        """Print each setting with its value and its origin; nothing runs."""
        resolved = await _reading(
            self.source.filter(include=["pipeline.*"]),
            lambda folder: settings_of(read(folder), overlays=self._overlays(), environment=self.environment),
        )
        return settings_text.as_json(resolved) if as_json else settings_text.text(resolved)

    @function(cache="never")
    @check
    async def lint(self) -> str:
        """Check formats, lint rules and types of both stacks."""
        return _answer(await self._run(lambda plan: {s.id for s in plan if s.id in LINT}))

    @function(cache="never")
    @check
    async def test(self) -> str:
        """Run the tests of both stacks."""
        return _answer(await self._run(lambda plan: {s.id for s in plan if s.wants_cases or s.id == "spa.test"}))

    @function(cache="never")
    @check
    async def build(self) -> str:
        """Build both stacks and publish the web project."""
        return _answer(await self._run(lambda plan: {s.id for s in plan if s.id.endswith((".build", ".publish"))}))

    @function(cache="never")
    async def image(self) -> dagger.Container:
        """Build the runtime image: publish output and SPA on the runtime's base, not root."""
        loaded = await self._load()
        _wanted(loaded.plan, "image")
        runner = self._runner(loaded)
        report = await self._report(loaded, runner, loaded.plan.only(frozenset({"image"})))
        if report.verdict is not errors.ExitCode.GREEN or runner.ends is None:
            raise NotGreen(summary.text(report))
        return runner.ends.end(loaded.plan.step("image"))

    @function(cache="never")
    async def fix(self) -> dagger.Changeset:
        """Let the formatters and linters mend what they can; returns the changes."""
        loaded = await self._load()
        runner = self._runner(loaded)
        wanted = [step for step in loaded.plan if step.fix]
        if before := frozenset(need for step in wanted for need in step.after):
            _answer(await self._report(loaded, runner, loaded.plan.only(before)))
        return containers.fixes(await runner.chains(loaded.plan), self.source)

    async def _load(self) -> Loaded:
        feed = self.nuget_feed is not None
        return await self._discovered(
            lambda folder, names: load(
                folder, overlays=self._overlays(), environment=self.environment, feed=feed, names=names
            )
        )

    async def _look(self) -> Seen:
        return await self._discovered(
            lambda folder, names: look(folder, overlays=self._overlays(), environment=self.environment, names=names)
        )

    async def _discovered(self, use: Callable[[Path, list[str]], T]) -> T:
        """Return what `use` makes of the files that discovery reads, and of the names of all files."""
        wanted = self.source.filter(include=list(WANTED), exclude=[*IGNORED, *UNREAD])
        listed = await self.source.filter(exclude=list(IGNORED)).glob("**/*")
        names = [name for name in listed if not name.endswith("/")]
        return await _reading(wanted, lambda folder: use(folder, names))

    def _overlays(self) -> list[tuple[str, str]]:
        return [("--settings", self.overlay)] if self.overlay else []

    def _runner(self, loaded: Loaded) -> DaggerRunner:
        secrets = {loaded.settings.nuget.secret: self.nuget_token} if self.nuget_token else {}
        try:
            require_secrets(loaded.plan, secrets)
        except errors.PipelineError as error:
            raise NotGreen(_refusal(error)) from None
        return DaggerRunner(self.source, feed=self.nuget_feed, secrets=secrets, fresh=self.fresh)

    async def _run(self, select: Selector | None = None) -> Report:
        loaded = await self._load()
        plan = loaded.plan.only(frozenset(select(loaded.plan))) if select else loaded.plan
        return await self._report(loaded, self._runner(loaded), plan)

    async def _report(self, loaded: Loaded, runner: DaggerRunner, plan: Plan) -> Report:
        began = time.time()
        results = await runner.run(plan)
        return verdict.judge(loaded.app, plan, results, where="dagger", started=began, ended=time.time())


async def _reading(files: dagger.Directory, use: Callable[[Path], T]) -> T:
    """Bring files here and return what `use` makes of them; what the user can mend is no traceback."""
    with tempfile.TemporaryDirectory() as folder:
        await files.export(folder)
        try:
            return use(Path(folder))
        except errors.PipelineError as error:
            raise NotGreen(_refusal(error)) from None


def _answer(report: Report) -> str:
    text = summary.text(report)
    if report.verdict is not errors.ExitCode.GREEN:
        raise NotGreen(text)
    return text


def _refusal(error: errors.PipelineError) -> str:
    return f"{error.kind.fault.value} error\n{error}"


def _wanted(plan: Plan, step: str) -> None:
    if all(s.id != step for s in plan):
        reason = next((off.reason for off in plan.off if off.id == step), "it is not part of the plan")
        raise NotGreen(str(errors.PipelineError(errors.UNKNOWN_STEP, f"{step}: {reason}")))
