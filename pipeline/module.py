"""The Dagger facade: `dagger call ci`. Verbs load, call and return; everything else lives below."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import dagger
from dagger import Doc, Name, check, dag, function, object_type

from pipeline import errors
from pipeline.app.facts import IGNORED
from pipeline.app.model import together
from pipeline.judge.model import Report  # noqa: TC001  # Dagger reads the annotations when it runs
from pipeline.load import stop_of
from pipeline.plan.model import Plan
from pipeline.render import evidence, explain, harmless, plan_text, sbom, settings_text, summary
from pipeline.run import containers
from pipeline.run.call import Call, NotGreen, refusal

Selector = Callable[[Plan], set[str]]
LINT = ("api.format", "spa.lint", "spa.types")


@object_type
class Pipeline:
    """Builds, tests and proves an ASP.NET Core + React application.

    `dagger call ci` runs everything and ends red when anything is; `dagger call evidence -o DIR` writes every
    report, red or green. Both find out by themselves what the repository holds; pipeline.yaml can overrule.
    """

    # Fields and no `create`: the engine caches a constructor of plain values, and saves an interpreter's start.
    # A Workspace argument would be new in every session, so each verb takes its own.
    source: Annotated[str, Doc("Folder of the application, from where you stand")] = "."
    tree: Annotated[dagger.Directory | None, Doc("The application's files, instead of a folder of yours")] = None
    nuget_feed: Annotated[
        dagger.Directory | None, Doc("Folder of NuGet packages that replaces every package source")
    ] = None
    nuget_token: Annotated[dagger.Secret | None, Doc("Token of the package source that `nuget.source` names")] = None
    overlay: Annotated[dagger.File | None, Name("settings"), Doc("YAML file that wins over pipeline.yaml")] = None
    environment: Annotated[str, Doc("The entry of `environments` in pipeline.yaml that holds")] = ""
    app: Annotated[str, Doc("One of `apps` in pipeline.yaml alone")] = ""
    fresh: Annotated[bool, Doc("Run every step again instead of taking green ones from the cache")] = False
    trivy_db: Annotated[
        dagger.Directory | None, Doc("Folder with Trivy's database (trivy.db, metadata.json) instead of a download")
    ] = None
    history: Annotated[dagger.Directory | None, Doc("The git folder, where it is not beside the source")] = None
    history_folder: Annotated[str, Doc("Where the application lies in the repository of --history")] = "."
    kev: Annotated[dagger.File | None, Doc("CISA's list of known exploited vulnerabilities, JSON")] = None
    epss: Annotated[dagger.File | None, Doc("FIRST's EPSS scores, CSV")] = None

    @function(cache="never")
    async def ci(self, ws: dagger.Workspace) -> str:
        """Run everything and say what was proven; an error when it is not green."""
        return _answer(await self._run(ws))

    @function(cache="never")
    async def audit(self, ws: dagger.Workspace) -> str:
        """Look for vulnerabilities, secrets, misconfiguration and licences."""
        call = self._call(ws)
        loaded = await call.load(scans=True)
        return _answer(await call.report(loaded, call.runner(loaded, await call.beside()), loaded.plan))

    @function(cache="never")
    async def sbom(
        self, ws: dagger.Workspace, form: Annotated[str, Doc("cyclonedx (1.6) or spdx (2.3), both JSON")] = "cyclonedx"
    ) -> dagger.File:
        """List every package of the application and of its image."""
        if form not in sbom.FORMS:
            problem = f"--form: expected one of {', '.join(sbom.FORMS)}, got {form}"
            raise refusal(errors.PipelineError(errors.SETTINGS_INVALID, problem))
        call = self._call(ws)
        loaded = await call.load(scans=True)
        report = await call.report(
            loaded, call.runner(loaded), loaded.plan.only(frozenset(s.id for s in loaded.plan if s.local in sbom.STEPS))
        )
        if problem := sbom.problem(report):
            text = f"{problem}\n\n{summary.text(report)}"
            raise NotGreen(text)
        return dag.directory().with_new_file(sbom.FORMS[form], sbom.text(report, form)).file(sbom.FORMS[form])

    @function(cache="never")
    async def lock(self, ws: dagger.Workspace) -> str:
        """Print each tool image with the digest that its tag means now, as settings to keep."""
        plan = (await self._call(ws).load(scans=True)).plan
        pairs = [(tool, await dag.container().from_(image).image_ref()) for tool, image in plan.images]
        return "\n".join(["images:", *(f'  {tool}: "{reference}"' for tool, reference in pairs), ""])

    @function(cache="never")
    async def evidence(
        self,
        ws: dagger.Workspace,
        part: Annotated[str, Doc("`audit` for the security scans alone; empty for everything")] = "",
    ) -> dagger.Directory:
        """Run everything and return every report; never an error for red code."""
        call = self._call(ws)
        loaded = await call.load(scans=part == "audit")
        runner = call.runner(loaded, await call.beside() if part == "audit" else None)
        report = await call.report(loaded, runner, loaded.plan)
        directory = dag.directory()
        for step, reports in runner.reports.items():
            directory = directory.with_directory(f"steps/{step}", reports)
        for name, text in evidence.files(report).items():
            directory = directory.with_new_file(name, text)
        return directory

    @function(cache="never")
    async def plan(
        self, ws: dagger.Workspace, as_json: Annotated[bool, Doc("Print JSON instead of text")] = False
    ) -> str:
        """Print the steps, their order and the reasons; nothing runs."""
        loaded = await self._call(ws).load()
        if as_json:
            return harmless.json(plan_text.as_json(loaded.app, loaded.plan, self.environment))
        return harmless.text(plan_text.text(loaded.app, loaded.plan, self.environment))

    @function(cache="never")
    async def explain(
        self, ws: dagger.Workspace, as_json: Annotated[bool, Doc("Print JSON instead of text")] = False
    ) -> str:
        """Print what was found out, where it stands, and what is asked; nothing runs."""
        seen = await self._call(ws).look()
        app = together(tuple(one.app for one in seen))
        if as_json:
            return harmless.json(explain.as_json(app))
        return harmless.text(explain.text(app, stop_of(seen)))

    @function(cache="never")
    async def settings(
        self, ws: dagger.Workspace, as_json: Annotated[bool, Doc("Print JSON instead of text")] = False
    ) -> str:
        """Print each setting with its value and its origin; nothing runs."""
        resolved = await self._call(ws).settings()
        if as_json:
            return harmless.json(settings_text.as_json(resolved))
        return harmless.text(settings_text.text(resolved))

    @function(cache="never")
    @check
    async def lint(self, ws: dagger.Workspace) -> str:
        """Check formats, lint rules and types of both stacks."""
        return _answer(await self._run(ws, lambda plan: {s.id for s in plan if s.local in LINT}))

    @function(cache="never")
    @check
    async def test(self, ws: dagger.Workspace) -> str:
        """Run the tests of both stacks."""
        return _answer(await self._run(ws, lambda plan: {s.id for s in plan if s.wants_cases or s.local == "spa.test"}))

    @function(cache="never")
    @check
    async def build(self, ws: dagger.Workspace) -> str:
        """Build both stacks and publish the web project."""
        return _answer(await self._run(ws, lambda plan: {s.id for s in plan if s.id.endswith((".build", ".publish"))}))

    @function(cache="never")
    async def image(self, ws: dagger.Workspace) -> dagger.Container:
        """Build the runtime image: publish output and SPA on the runtime's base, not root."""
        call = self._call(ws)
        loaded = await call.load()
        _wanted(loaded.plan, "image")
        runner = call.runner(loaded)
        report = await call.report(loaded, runner, loaded.plan.only(frozenset({"image"})))
        if report.verdict is not errors.ExitCode.GREEN or runner.ends is None:
            raise NotGreen(summary.text(report))
        return runner.ends.end(loaded.plan.step("image"))

    @function(cache="never")
    async def fix(self, ws: dagger.Workspace) -> dagger.Changeset:
        """Let the formatters and linters mend what they can; returns the changes."""
        call = self._call(ws)
        loaded = await call.load()
        runner = call.runner(loaded)
        wanted = [step for step in loaded.plan if step.fix]
        if before := frozenset(need for step in wanted for need in step.after):
            _answer(await call.report(loaded, runner, loaded.plan.only(before)))
        return containers.fixes(await runner.chains(loaded.plan), call.files)

    def _call(self, ws: dagger.Workspace) -> Call:
        return Call(
            name="--tree" if self.tree else self.source,
            files=self.tree or ws.directory(self.source, exclude=list(IGNORED), gitignore=True),
            overlay=self.overlay,
            environment=self.environment,
            app=self.app,
            feed=self.nuget_feed,
            token=self.nuget_token,
            fresh=self.fresh,
            database=self.trivy_db,
            history=self.history,
            history_folder=self.history_folder,
            # The files of --tree are from anywhere; what lies beside the caller is not their history.
            workspace=None if self.tree else ws,
            kev=self.kev,
            epss=self.epss,
        )

    async def _run(self, ws: dagger.Workspace, select: Selector | None = None) -> Report:
        call = self._call(ws)
        loaded = await call.load()
        plan = loaded.plan.only(frozenset(select(loaded.plan))) if select else loaded.plan
        return await call.report(loaded, call.runner(loaded), plan)


def _answer(report: Report) -> str:
    text = summary.text(report)
    if report.verdict is not errors.ExitCode.GREEN:
        raise NotGreen(text)
    return text


def _wanted(plan: Plan, step: str) -> None:
    if all(s.id != step for s in plan):
        several = ", ".join(s.id for s in plan if s.local == step)
        otherwise = f"there are {several}; take one application with --app" if several else "it is not part of the plan"
        reason = next((off.reason for off in plan.off if off.id == step), otherwise)
        raise refusal(errors.PipelineError(errors.UNKNOWN_STEP, f"{step}: {reason}"))
