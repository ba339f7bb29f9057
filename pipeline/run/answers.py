"""What each function of the Dagger module answers.

Apart from `pipeline.module`, for time: a session starts one interpreter to register the module, and that one needs
nothing of this. Functions load, call and return; everything else lives below.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import dagger
from dagger import QueryError, dag

from pipeline import errors
from pipeline.app.model import together
from pipeline.load import stop_of
from pipeline.plan import parts
from pipeline.plan.steps.image import IMAGES, archive
from pipeline.render import evidence, explain, harmless, plan_text, sbom, settings_text, summary
from pipeline.run import containers
from pipeline.run.call import NotGreen, refusal
from pipeline.run.dagger import said
from pipeline.run.outcome import answer, wanted

if TYPE_CHECKING:
    from pipeline.judge.model import Report
    from pipeline.run.call import Call
    from pipeline.run.dagger import DaggerRunner


@dataclass(frozen=True)
class Answers:
    """The answers to one call. Each raises NotGreen, with the text for its caller, when it has no good one."""

    call: Call

    async def run(self, part: str = "") -> str:
        """Run everything, or a part, and say what was proven."""
        report, _ = await self._ran(part)
        return answer(report)

    async def evidence(self, part: str) -> dagger.Directory:
        """Run everything, or a part, and return every report; never an error for red code."""
        return every(*await self._ran(part))

    async def _ran(self, part: str) -> tuple[Report, DaggerRunner]:
        loaded = await self.call.load(scans=parts.scans(part))
        with self.call.refusing():
            plan = parts.only(loaded.plan, part)
        runner = self.call.runner(loaded, await self.call.beside() if parts.scans(part) else None)
        return await self.call.report(loaded, runner, plan), runner

    async def sbom(self, form: str) -> dagger.File:
        """List every package of the application and of its image."""
        if form not in sbom.FORMS:
            problem = f"--form: expected one of {', '.join(sbom.FORMS)}, got {form}"
            raise refusal(errors.PipelineError(errors.SETTINGS_INVALID, problem))
        loaded = await self.call.load(scans=True)
        plan = loaded.plan.only(frozenset(s.id for s in loaded.plan if s.local in sbom.STEPS))
        report = await self.call.report(loaded, self.call.runner(loaded), plan)
        if problem := sbom.problem(report, plan):
            text = f"{problem}\n\n{summary.text(report)}"
            raise NotGreen(text)
        return dag.directory().with_new_file(sbom.FORMS[form], sbom.text(report, form)).file(sbom.FORMS[form])

    async def lock(self) -> str:
        """Print each tool image with the digest that its tag means now."""
        plan = (await self.call.load(scans=True)).plan
        try:
            pairs = [(tool, await dag.container().from_(_tagged(image)).image_ref()) for tool, image in plan.images]
        except QueryError as error:
            raise refusal(errors.PipelineError(errors.IMAGE_UNAVAILABLE, said(error))) from None
        return "\n".join(["images:", *(f'  {tool}: "{reference}"' for tool, reference in pairs), ""])

    async def plan(self, *, as_json: bool) -> str:
        """Print the steps, their order and the reasons."""
        loaded = await self.call.load(scans=True)
        if as_json:
            return harmless.json(plan_text.as_json(loaded.app, loaded.plan, self.call.environment))
        return harmless.text(plan_text.text(loaded.app, loaded.plan, self.call.environment))

    async def explain(self, *, as_json: bool) -> str:
        """Print what was found out, where it stands, and what is asked."""
        seen = await self.call.look()
        app = together(tuple(one.app for one in seen))
        if as_json:
            return harmless.json(explain.as_json(app))
        return harmless.text(explain.text(app, stop_of(seen)))

    async def settings(self, *, as_json: bool) -> str:
        """Print each setting with its value and its origin."""
        resolved = await self.call.settings()
        if as_json:
            return harmless.json(settings_text.as_json(resolved))
        return harmless.text(settings_text.text(resolved))

    async def image(self) -> dagger.Container:
        """Build the runtime image."""
        loaded = await self.call.load()
        wanted(loaded.plan, "image")
        runner = self.call.runner(loaded)
        report = await self.call.report(loaded, runner, loaded.plan.only(frozenset({"image"})))
        if report.verdict is not errors.ExitCode.GREEN or runner.ends is None:
            raise NotGreen(summary.text(report))
        packed = loaded.plan.step("image")
        platform = packed.bases[0].platform if packed.bases else packed.builds[0].platform
        file = runner.ends.file(packed.id, f"{IMAGES}/{archive(platform)}")
        return dag.container(platform=dagger.Platform(platform)).import_(file)

    async def publish(self, tags: list[str]) -> str:
        """Run everything, bring the proven image to its registry and return it by digest."""
        from pipeline.run import publishing  # noqa: PLC0415  # no other call speaks to registries

        return await publishing.publish(self.call, tags)

    async def publish_evidence(self, tags: list[str]) -> dagger.Directory:
        """Publish, and return every report and what came of it; never an error for red code."""
        from pipeline.run import publishing  # noqa: PLC0415

        report, runner, told = await publishing.told(self.call, tags)
        directory = every(report, runner) if report and runner else dag.directory()
        return directory.with_new_file(evidence.PUBLISHED, told)

    async def promote(self, image: str, to: str) -> str:
        """Copy an image, with what proves it, to where it is released from; return it by digest."""
        from pipeline.run import publishing  # noqa: PLC0415

        return await publishing.promote(self.call, image, to)

    async def fix(self) -> dagger.Changeset:
        """Let the formatters and linters mend what they can."""
        loaded = await self.call.load()
        runner = self.call.runner(loaded)
        wanted = [step for step in loaded.plan if step.fix]
        if before := frozenset(need for step in wanted for need in step.after):
            answer(await self.call.report(loaded, runner, loaded.plan.only(before)))
        return containers.fixes(await runner.chains(loaded.plan), self.call.files)


def _tagged(image: str) -> str:
    """Return an image without its digest, which says nothing about what the tag means now; without a tag as it is."""
    name = image.partition("@")[0]
    return name if ":" in name.rpartition("/")[2] else image


def every(report: Report, runner: DaggerRunner) -> dagger.Directory:
    """Return every report of a run as files."""
    directory = dag.directory()
    for step, reports in runner.reports.items():
        directory = directory.with_directory(f"steps/{step}", reports)
    for name, text in evidence.files(report).items():
        directory = directory.with_new_file(name, text)
    return directory
