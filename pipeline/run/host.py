"""Runs a plan as processes on this machine, in a private copy of the source."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from pipeline import errors
from pipeline.judge.model import Execution, Status, StepResult, surprise
from pipeline.judge.step import judge
from pipeline.parse.text import clean
from pipeline.plan import shown
from pipeline.plan.model import NEEDS_CONTAINERS, fill
from pipeline.read.git import without_hook
from pipeline.run import git_history, process, reports, retry, schedule, services, workcopy

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from pipeline.plan.model import Plan, Step

# npm is a script that node runs.
EXECUTABLES = {"dotnet": ("dotnet",), "node": ("npm", "node"), "trivy": ("trivy",)}


def require_tools(plan: Plan, env: Mapping[str, str]) -> None:
    """Refuse a machine that has no tool of the plan; one that has some runs what it can.

    Raises:
        PipelineError: P107.

    """
    lacking = [_lacking(tool, env) for tool in sorted({step.tool for step in plan if not step.needs_containers})]
    if lacking and all(lacking):
        missing = sorted(executable for executables in lacking for executable in executables)
        raise errors.PipelineError(errors.TOOL_MISSING, f"not on PATH: {', '.join(missing)}")


def _lacking(tool: str, env: Mapping[str, str]) -> list[str]:
    return [executable for executable in EXECUTABLES[tool] if not shutil.which(executable, path=env.get("PATH"))]


def _turns(plan: Plan) -> Callable[[Step], str]:
    """Let steps that write obj folders of the one work tree take turns; tests only write reports of their own.

    With several applications another one's build may write what a test runs, so there tests take turns too.
    """
    several = any(step.id != step.local for step in plan)
    return lambda step: "obj" if step.tool == "dotnet" and (several or not step.wants_cases) else ""


def _reads_alone(step: Step) -> bool:
    """Whether a step reads the source and continues no other: it gets files that no build has touched."""
    return step.scan and step.start is None


def _clear(folder: Path) -> None:
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    shutil.rmtree(folder, ignore_errors=True)


def _holds_files(folder: Path) -> bool:
    return any(file.is_file() for file in folder.rglob("*"))


class HostRunner:
    """Executes plans with the tools on PATH.

    Args:
        source: the source tree; it is only read.
        scratch: an empty folder for the work copy, reports and servers; the caller deletes it.
        feed: a folder of NuGet packages that replaces every package source.
        env: the environment of the caller, for PATH and the secrets that steps name.
        database: a folder with Trivy's database, instead of a download.

    """

    where = "this machine's own tools"

    def __init__(
        self,
        source: Path,
        scratch: Path,
        *,
        feed: Path | None,
        env: Mapping[str, str],
        database: Path | None = None,
    ) -> None:
        self._source = source
        self._scratch = scratch
        self._feed = feed
        self._env = without_hook(env)
        self._tree = scratch / "source"
        # What scans read: no step that builds writes there.
        self._untouched = scratch / "untouched"
        self._database = database
        self._repository = git_history.find(source, env)
        self._secrets: set[str] = set()
        self.out = scratch / "out"

    async def run(self, plan: Plan, watcher: schedule.Watcher | None = None) -> tuple[StepResult, ...]:
        """Run the plan; results come in plan order, and red code never raises."""
        # Where a server is another user, he passes through the scratch folder.
        for folder in (self._tree, self._untouched, self.out, self._scratch / "literal"):
            await anyio.Path(folder).mkdir(mode=0o700, exist_ok=True)
        await anyio.to_thread.run_sync(workcopy.copy, self._source, self._tree)
        await anyio.to_thread.run_sync(workcopy.shield, self._scratch)
        if any(_reads_alone(step) for step in plan):
            await anyio.to_thread.run_sync(workcopy.copy, self._source, self._untouched)
            await anyio.to_thread.run_sync(self._lay_out_database)
        self._secrets = {name for step in plan for name in step.secrets}
        cores = os.cpu_count() or 1
        return await schedule.run(
            plan, self._one(plan), at_once=max(2, cores), watcher=watcher or schedule.Silent(), turns=_turns(plan)
        )

    def _one(self, plan: Plan) -> Callable[[Step], Awaitable[StepResult]]:
        async def one(step: Step) -> StepResult:
            if off := self._off(step):
                return off
            try:
                return judge(step, await self._execute(step, plan))
            except errors.PipelineError as error:
                line = f"{error.kind.id} {error.what}"
                seen = Execution(step=step.id, exit_code=None, infra=line, log="\n".join(error.details))
                return judge(step, seen)
            except Exception as error:  # noqa: BLE001  # one step's surprise must not cost the others their results
                return judge(step, surprise(step, error))

        return one

    def _lay_out_database(self) -> None:
        """Put the given database where Trivy looks for one below its cache folder; it is only read."""
        cache = self._scratch / "trivy"
        cache.mkdir()
        if self._database:
            (cache / "db").symlink_to(self._database.resolve())

    def _root(self, step: Step) -> Path:
        return self._untouched if _reads_alone(step) else self._tree

    def _off(self, step: Step) -> StepResult | None:
        if step.needs_containers:
            return schedule.skipped(step, NEEDS_CONTAINERS)
        if step.git and not self._repository:
            off = schedule.skipped(step, errors.HISTORY_MISSING.title)
            return replace(off, status=Status.UNAVAILABLE, error_id=errors.HISTORY_MISSING.id)
        lacking = [name for name in step.services if not services.available(name, self._env)]
        if lacking and not self._missing(step):
            reason = f"needs containers: no local {' or '.join(lacking)} server"
            return replace(schedule.skipped(step, reason), status=Status.UNAVAILABLE)
        return self._missing(step)

    def _missing(self, step: Step) -> StepResult | None:
        lacking = _lacking(step.tool, self._env)
        if not lacking:
            return None
        return StepResult(
            id=step.id,
            status=Status.UNAVAILABLE,
            proves=step.proves,
            reason=f"`{lacking[0]}` is not on PATH",
            error_id=errors.TOOL_MISSING.id,
        )

    async def _execute(self, step: Step, plan: Plan) -> Execution:
        async with AsyncExitStack() as stack:
            places = self._places(step)
            for service in plan.services:
                if service.name in step.services:
                    folder = self._scratch / "services" / step.id / service.name
                    running = services.running(service, folder, within=self._scratch, env=self._env)
                    places |= await stack.enter_async_context(running)
            return await retry.retrying(step, lambda: self._attempt(step, places))

    async def _attempt(self, step: Step, places: Mapping[str, str]) -> Execution:
        await anyio.to_thread.run_sync(reports.emptied, Path(places["out"]))
        for output in step.folders:
            # What lies there came with the source or with an earlier attempt, and is no output of this one.
            if output.tree:
                await anyio.to_thread.run_sync(_clear, self._root(step) / output.path)
        for literal in step.literals:
            path = anyio.Path(fill(literal.path, places))
            await path.parent.mkdir(parents=True, exist_ok=True)
            await path.write_text(fill(literal.text, places), encoding="utf-8")
        log = self.out / step.id / "log"
        started = time.time()
        ended = process.Ended(code=0)
        words: tuple[str, ...] = ()
        for words in step.commands:
            command = [fill(word, places) for word in words]
            left = step.timeout - (time.time() - started)
            ended = await process.run(
                command,
                folder=self._root(step) / step.workdir,
                env=self._environment(step, places),
                log=log,
                timeout=left,
            )
            if ended.code != 0 or ended.timed_out:
                break
        self._redact(step)
        said = clean(reports.text(log, from_end=True))
        roots = {True: self._root(step), False: self.out / step.id}
        return Execution(
            step=step.id,
            exit_code=ended.code,
            log=said or ended.why,
            files=reports.files(step, self.out / step.id),
            missing=tuple(o.path for o in step.folders if not _holds_files(roots[o.tree] / o.path)),
            started=started,
            ended=time.time(),
            command=shown.command(words, step.literals, places["feed"]),
            timed_out=ended.timed_out,
            root=str(self._root(step)),
            out=places["out"],
        )

    def _redact(self, step: Step) -> None:
        """Take secret values out of all that a step wrote: what one step saw, another can find in a file."""
        values = [self._env[name] for name in sorted(self._secrets) if self._env.get(name)]
        reports.redact_folder(self.out / step.id, values, without=[o.path for o in step.folders if not o.tree])

    def _places(self, step: Step) -> dict[str, str]:
        packages = self._env.get("NUGET_PACKAGES") or str(Path.home() / ".nuget" / "packages")
        cache = self._env.get("TRIVY_CACHE_DIR") or str(Path.home() / ".cache" / "trivy")
        own = step.id if step.scan else ""
        return {
            "source": str(self._root(step)),
            "out": str(self.out / step.id),
            "feed": str(self._feed or ""),
            "packages": packages,
            "scratch": str(self._scratch / "literal" / own),
            "trivy": str(self._scratch / "trivy"),
            "downloads": cache,
            "git": self._repository.git if self._repository else "",
            "git.folder": self._repository.folder if self._repository else ".",
        }

    def _environment(self, step: Step, places: Mapping[str, str]) -> dict[str, str]:
        hidden = self._secrets - set(step.secrets)
        env = {name: value for name, value in self._env.items() if name not in hidden}
        if step.tool == "trivy":
            # One of them in the caller's environment would change what is looked for.
            env = {name: value for name, value in env.items() if not name.startswith("TRIVY_")}
        found_in = os.pathsep.join([*(fill(folder, places) for folder in step.path), env.get("PATH", os.defpath)])
        return {**env, **{name: fill(value, places) for name, value in step.env}, "PATH": found_in}
