"""Runs a plan in Dagger containers. Green is cached by the engine, red never.

A failed exec leaves nothing behind in the engine, so each command copies its reports to a cache volume before
it fails, and a second, uncached exec reads them back. See docs/architecture.md, "Red evidence".
"""

from __future__ import annotations

import os
import posixpath
import secrets
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import dagger

from pipeline import errors
from pipeline.judge.model import Execution, StepResult, surprise
from pipeline.judge.step import judge
from pipeline.parse import engine_words
from pipeline.run import containers, retry, schedule, spans
from pipeline.run.reports import RECORD, execution, redact_folder, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.plan.model import Plan, Step


# An answer about vulnerabilities counts for so many seconds: until then a run without changes asks nobody.
WINDOW = 6 * 3600


@dataclass(frozen=True, kw_only=True)
class Given:
    """What the scans read beside the source: Trivy's database, the git folder, and the source's place in it."""

    database: dagger.Directory | None = None
    history: dagger.Directory | None = None
    history_folder: str = "."


class DaggerRunner:
    """Executes plans on the engine this module runs in.

    Args:
        source: the source tree, keyed by content.
        feed: a folder of NuGet packages that replaces every package source.
        secrets: by the environment variable a step wants.
        fresh: run everything again, and let later calls build on that.
        given: what the scans read beside the source.

    After a run `reports` holds, by step id, the folder of files that the step left, and `ends` the containers.

    """

    def __init__(
        self,
        source: dagger.Directory,
        *,
        feed: dagger.Directory | None = None,
        secrets: Mapping[str, dagger.Secret] | None = None,
        fresh: bool = False,
        given: Given | None = None,
    ) -> None:
        self._given = given or Given()
        self._source = source
        self._feed = feed
        self._secrets = secrets or {}
        self._fresh = fresh
        self.reports: dict[str, dagger.Directory] = {}
        self.ends: containers.Chains | None = None

    async def run(self, plan: Plan, watcher: schedule.Watcher | None = None) -> tuple[StepResult, ...]:
        """Run the plan; results come in plan order, and red code never raises."""
        began = time.time()
        chains = self.ends = await self.chains(plan)

        async def one(step: Step) -> StepResult:
            with spans.step(step.id) as span:
                if step.git and not chains.history:
                    missing = f"{errors.HISTORY_MISSING.id} {errors.HISTORY_MISSING.title}"
                    seen = Execution(step=step.id, exit_code=None, infra=missing)
                else:
                    seen = await retry.retrying(step, lambda: self._attempt(step, chains, began))
                result = judge(step, seen)
                spans.describe(span, result)
                return result

        return await schedule.run(plan, one, at_once=max(2, os.cpu_count() or 1), watcher=watcher or schedule.Silent())

    async def texts(self, step: str, ending: str) -> dict[str, str]:
        """Return the reports of a step whose names end so; nothing when it did not run."""
        reports = self.reports.get(step)
        if not reports:
            return {}
        return {name: await reports.file(name).contents() for name in await reports.entries() if name.endswith(ending)}

    async def export(self, step: str, path: str, folder: str) -> None:
        """Write a folder that a step of the last run left below ${out} into this module's file system."""
        if self.ends:
            end = self.ends.end(self.ends.plan.step(step))
            await end.directory(f"{containers.out(step)}/{path}").export(folder)

    async def chains(self, plan: Plan) -> containers.Chains:
        """Return the lazy containers of a plan, with each step's digest and epoch looked up."""
        bare = containers.Chains(
            plan=plan,
            source=self._source,
            feed=self._feed,
            secrets=self._secrets,
            database=self._given.database,
            history=self._given.history,
            history_folder=self._given.history_folder,
            window=str(int(time.time() // WINDOW)),
        )
        digests = await self._digests(plan, bare)
        return replace(bare, digests=digests, epochs=await self._epochs(plan, bare, digests))

    async def _digests(self, plan: Plan, chains: containers.Chains) -> dict[str, str]:
        contents: dict[str, str] = {}

        async def read(step: Step) -> None:
            contents[step.id] = await chains.inputs(step).digest() if step.files.include else ""

        async with anyio.create_task_group() as group:
            for step in plan:
                group.start_soon(read, step)
        digests: dict[str, str] = {}
        for step in plan:
            before = "+".join([plan.image_of(step), *(digests[need] for need in step.after)])
            digests[step.id] = step.digest(before, contents[step.id])
        return digests

    async def _epochs(self, plan: Plan, chains: containers.Chains, digests: Mapping[str, str]) -> dict[str, str]:
        if not plan.steps:
            return {}
        epoch = secrets.token_hex(8) if self._fresh else ""
        container = (
            chains.base(plan.steps[0])
            .with_mounted_file(f"{containers.HOME}/memory.sh", containers.script("memory.sh"))
            .with_mounted_cache(containers.MEMORY, dagger.dag.cache_volume("pipeline-memory"))
            .with_env_variable("PIPELINE_NONCE", secrets.token_hex(8))
            .with_exec(["sh", f"{containers.HOME}/memory.sh", containers.MEMORY, epoch or "-", *digests.values()])
        )
        try:
            words = [line.split() for line in (await container.stdout()).splitlines()]
            lines = {pair[0]: pair[1] for pair in words if len(pair) == 2}  # noqa: PLR2004  # a digest and its epoch
        except dagger.ExecError as error:
            raise errors.PipelineError(errors.VOLUME_UNUSABLE, error.stderr or str(error)) from None
        except dagger.QueryError:
            # The image cannot be pulled: the first step will say so, with the reason and the retries.
            lines = {}
        return {step: epoch or lines[digest] for step, digest in digests.items() if epoch or digest in lines}

    async def _attempt(self, step: Step, chains: containers.Chains, began: float) -> Execution:
        try:
            end = chains.end(step)
            seen = await self._fetch(step, end.directory(containers.out(step.id)))
            return replace(seen, cached=seen.ended < began, missing=await _missing(step, end))
        except dagger.ExecError as error:
            return await self._red(step, chains, error, began)
        except dagger.QueryError as error:
            return await _refused(step, chains, error)
        except dagger.DaggerError as error:
            return Execution(step=step.id, exit_code=None, infra=f"{errors.ENGINE_REFUSED.id} {error}", log=str(error))
        except Exception as error:  # noqa: BLE001  # one step's surprise must not cost the others their results
            return surprise(step, error)

    async def _red(self, step: Step, chains: containers.Chains, error: dagger.ExecError, began: float) -> Execution:
        if step.builds and f"{containers.HOME}/step.sh" not in error.command:
            # A command of the Dockerfile, which nothing of ours wraps.
            log = f"{error.stdout}\n{error.stderr}".strip()
            now = time.time()
            return Execution(
                step=step.id, exit_code=error.exit_code, log=log, command=tuple(error.command), started=began, ended=now
            )
        target = "/out"
        reader = (
            chains.base(step)
            .with_mounted_file(f"{containers.HOME}/recall.sh", containers.script("recall.sh"))
            .with_mounted_cache(containers.KEEP, containers.keep())
            .with_env_variable("PIPELINE_NONCE", secrets.token_hex(8))
            .with_exec(["sh", f"{containers.HOME}/recall.sh", f"{containers.KEEP}/{chains.digests[step.id]}", target])
        )
        try:
            seen = await self._fetch(step, reader.directory(target))
        except dagger.QueryError:
            seen = Execution(step=step.id, exit_code=None)
        # The folder of an earlier failure, or of another link of the chain, is no evidence of this one.
        if seen.exit_code == error.exit_code and seen.ended >= began:
            return seen
        self.reports.pop(step.id, None)
        kind, what = await _fault(step, chains) or (errors.EVIDENCE_LOST, errors.EVIDENCE_LOST.title)
        log = error.stdout or error.stderr or str(error)
        return Execution(step=step.id, exit_code=error.exit_code, log=log, infra=f"{kind.id} {what}")

    async def _fetch(self, step: Step, reports: dagger.Directory) -> Execution:
        """Bring a step's reports into this module's own file system, in one call, and read them there."""
        # What a step leaves for others (a publish folder) stays in the engine.
        folders = [o.path for o in step.folders if not o.tree]
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder, "out")
            await reports.filter(exclude=folders).export(str(target))
            # Only now: a folder that cannot be had would spoil the evidence of every other step.
            kept = reports.filter(exclude=[*folders, *RECORD])
            # The engine redacts what a command prints, not the files it writes, and a later step can find those.
            values = [await secret.plaintext() for secret in self._secrets.values()]
            for name in redact_folder(target, values):
                kept = kept.without_file(name).with_new_file(name, text(target / name))
            seen = execution(step, target, containers.SOURCE, containers.out(step.id))
        self.reports[step.id] = kept
        return seen


async def _refused(step: Step, chains: containers.Chains, error: dagger.QueryError) -> Execution:
    """Return the end of a step that the engine could not carry out: for a Dockerfile it may be the file's own."""
    words = said(error)
    what, pulling = (engine_words.of_dockerfile(words) if step.builds else None) or ("", False)
    if what and not pulling:
        build, now = step.builds[0], time.time()
        command = ("docker", "build", "--file", posixpath.normpath(f"{build.context}/{build.file}"), build.context)
        return Execution(step=step.id, exit_code=1, log=what, command=command, started=now, ended=now)
    found = (errors.IMAGE_UNAVAILABLE, what) if what else await _fault(step, chains)
    kind, told = found or (errors.ENGINE_REFUSED, words)
    return Execution(step=step.id, exit_code=None, infra=f"{kind.id} {told}", log=words)


async def _fault(step: Step, chains: containers.Chains) -> tuple[errors.Kind, str] | None:
    """Find out what of a step's surroundings is missing: its image, or one of its servers."""
    try:
        await chains.base(step).sync()
        for base in step.bases:
            await containers.bare(base).sync()
    except dagger.QueryError as error:
        return errors.IMAGE_UNAVAILABLE, said(error)
    for service in chains.plan.services:
        if service.name in step.services:
            try:
                started = await containers.service_of(service, step.id).start()
                await started.stop(kill=True)
            except dagger.QueryError as error:
                return errors.SERVICE_FAILED, f"{service.name} ({service.image}): {said(error)}"
    return None


def said(error: dagger.QueryError) -> str:
    """Return the engine's words, for people."""
    return engine_words.plain(str(error))


async def _missing(step: Step, end: dagger.Container) -> tuple[str, ...]:
    """Return the folders that a green step did not leave, or left empty."""
    lacking = []
    for output in step.folders:
        try:
            entries = await end.directory(containers.place(step, output)).entries()
        except dagger.QueryError:
            entries = []
        lacking += [] if entries else [output.path]
    return tuple(lacking)
