"""Turns steps into lazy container chains. Nothing here waits for the engine.

Inputs are `Directory.filter` results: the engine keys them by content, so that a step runs again only when a
file that it sees has changed. `Container.with_directory(include=...)` would key them by history instead.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from importlib import resources
from typing import TYPE_CHECKING

import dagger
from dagger import ImageLayerCompression, dag

from pipeline.plan.model import fill

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.plan.model import Artifact, BaseImage, DockerBuild, Output, Plan, Service, Step

SOURCE = "/src"
HOME = "/opt/pipeline"
KEEP = f"{HOME}/keep"
MEMORY = f"{HOME}/memory"
GIT, TRIVY = "/git", "/trivy"
# What the scan of the history needs; the rest of a git folder changes with every command.
HISTORY = (
    "HEAD", "config", "config.worktree", "objects/**", "packed-refs", "refs/**", "shallow", "worktrees/*/HEAD",
    "worktrees/*/refs/**",
)  # fmt: skip
DATABASE = ("metadata.json", "trivy.db")


def out(step: str) -> str:
    """Return the folder where a step leaves its reports."""
    return f"/out/{step}"


def cached(name: str) -> str:
    """Return where a step finds a download cache."""
    return f"/var/cache/pipeline/{name}"


def place(step: Step, output: Output) -> str:
    """Return where an output of a step lies."""
    return f"{SOURCE if output.tree else out(step.id)}/{output.path}"


def script(name: str) -> dagger.File:
    """Return one of the shell scripts beside this file."""
    text = resources.files("pipeline.run").joinpath(name).read_text(encoding="utf-8")
    return dag.directory().with_new_file(name, text).file(name)


@dataclass(frozen=True, kw_only=True)
class Chains:
    """Everything a chain is made of. `digests` and `epochs` are by step id.

    `database` is a folder with Trivy's database, `history` a git folder with `history_folder` as the source's place in
    it. `window` changes when answers of live sources are too old to be used again.
    """

    plan: Plan
    source: dagger.Directory
    feed: dagger.Directory | None = None
    secrets: Mapping[str, dagger.Secret] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    epochs: Mapping[str, str] = field(default_factory=dict)
    database: dagger.Directory | None = None
    history: dagger.Directory | None = None
    history_folder: str = "."
    window: str = ""
    # Each call on a Dagger object costs this process most of a millisecond, and what a chain was asked once (the ids of
    # its arguments) only holds for the same objects: so one object for each step, and one start for each image.
    _ends: dict[str, dagger.Container] = field(init=False, default_factory=dict, compare=False, repr=False)
    _starts: dict[str, dagger.Container] = field(init=False, default_factory=dict, compare=False, repr=False)

    def inputs(self, step: Step) -> dagger.Directory:
        """Return the part of the source that a step sees."""
        return self.source.filter(include=list(step.files.include), exclude=list(step.files.exclude))

    def base(self, step: Step) -> dagger.Container:
        """Return the bare image of the step's tool."""
        return dag.container().from_(self.plan.image_of(step))

    def end(self, step: Step) -> dagger.Container:
        """Return the state after a step, its whole history included."""
        if step.id not in self._ends:
            self._ends[step.id] = self.after(step)
        return self._ends[step.id]

    def after(self, step: Step) -> dagger.Container:
        """Return the state after a step's commands, whether or not the plan's step of this id has the same."""
        container = self.end(self.plan.step(step.start)) if step.start else self._start(step)
        places = self.places(step)
        if step.files.include:
            container = container.with_directory(SOURCE, self.inputs(step))
        for artifact in step.artifacts:
            container = container.with_directory(f"{SOURCE}/{artifact.to}", self.artifact(artifact))
        for base in step.bases:
            container = container.with_file(f"{SOURCE}/{base.to}", bare(base))
        for build in step.builds:
            container = container.with_file(f"{out(step.id)}/{build.to}", self.built(step, build))
        for root in step.roots:
            unpacked = dag.container().import_(self.file(root.step, root.path)).rootfs()
            container = container.with_mounted_directory(f"{SOURCE}/{root.to}", unpacked)
        for literal in step.literals:
            container = container.with_new_file(fill(literal.path, places), fill(literal.text, places))
        container = self._surroundings(container, step, places)
        for command in step.commands:
            wrapped = self._wrapped(step, command, places)
            container = container.with_exec(wrapped, insecure_root_capabilities=step.privileged)
        # What continues from here runs the user's code, which has no business with them.
        for name in step.secrets:
            container = container.without_secret_variable(name)
        for _, cache in step.caches:
            container = container.without_mount(cached(cache))
        return container

    def _start(self, step: Step) -> dagger.Container:
        """Return the image of the step's tool with what every command is run by."""
        image = self.plan.image_of(step)
        if image not in self._starts:
            start = self.base(step).with_mounted_file(f"{HOME}/step.sh", script("step.sh"))
            self._starts[image] = start.with_mounted_cache(KEEP, keep())
        return self._starts[image]

    def artifact(self, artifact: Artifact) -> dagger.Directory:
        """Return an output folder of a step: below its reports, or below the source for a `tree` output."""
        producer = self.plan.step(artifact.step)
        output = next(o for o in producer.outputs if o.path == artifact.path)
        folder = self.end(producer).directory(place(producer, output))
        if not artifact.include and not artifact.exclude:
            return folder
        return folder.filter(include=list(artifact.include), exclude=list(artifact.exclude))

    def built(self, step: Step, build: DockerBuild) -> dagger.File:
        """Return the image of a Dockerfile, in one file."""
        context = self.inputs(step).directory(build.context)
        image = context.docker_build(dockerfile=build.file, platform=dagger.Platform(build.platform))
        for name, value in build.labels:
            image = image.with_label(name, value)
        for name, value in build.env:
            image = image.with_env_variable(name, value)
        return image.as_tarball(forced_compression=ImageLayerCompression.Gzip)

    def file(self, step: str, path: str) -> dagger.File:
        """Return a file that a step left below ${out}."""
        return self.end(self.plan.step(step)).file(f"{out(step)}/{path}")

    def places(self, step: Step) -> dict[str, str]:
        """Return the values of ${...} inside containers."""
        places = {
            "source": SOURCE,
            "out": out(step.id),
            "feed": "/feed",
            "packages": f"{HOME}/packages",
            "scratch": f"{HOME}/scratch",
            "trivy": TRIVY,
            "downloads": cached("trivy"),
            "git": GIT,
            "git.folder": self.history_folder,
        }
        for service in self.plan.services:
            places |= service.places(service.name, service.port)
        return places

    def _surroundings(self, container: dagger.Container, step: Step, places: Mapping[str, str]) -> dagger.Container:
        for name, value in step.env:
            container = container.with_env_variable(name, fill(value, places))
        if step.path:
            found_in = ":".join([*(fill(folder, places) for folder in step.path), "${PATH}"])
            container = container.with_env_variable("PATH", found_in, expand=True)
        for name, cache in step.caches:
            container = container.with_mounted_cache(cached(cache), dag.cache_volume(f"pipeline-{cache}"))
            container = container.with_env_variable(name, cached(cache))
        container = self._given(container, step)
        if step.live and self.window:
            container = container.with_env_variable("PIPELINE_WINDOW", self.window)
        for name in step.secrets:
            if name in self.secrets:
                container = container.with_secret_variable(name, self.secrets[name])
        for service in self.plan.services:
            if service.name in step.services:
                container = container.with_service_binding(service.name, service_of(service, step.id))
        if epoch := self.epochs.get(step.id):
            container = container.with_env_variable("PIPELINE_EPOCH", epoch)
        return container.with_workdir(f"{SOURCE}/{step.workdir}")

    def _given(self, container: dagger.Container, step: Step) -> dagger.Container:
        """Mount what the caller brought along beside the source."""
        if self.feed and step.fetches and step.tool == "dotnet":
            container = container.with_mounted_directory("/feed", self.feed)
        if self.database and any("${trivy}" in word for command in step.commands for word in command):
            container = container.with_mounted_directory(f"{TRIVY}/db", self.database.filter(include=list(DATABASE)))
        if self.history and step.git:
            container = container.with_mounted_directory(GIT, self.history.filter(include=list(HISTORY)))
        return container

    def _wrapped(self, step: Step, command: tuple[str, ...], places: Mapping[str, str]) -> list[str]:
        keep_at = f"{KEEP}/{self.digests[step.id]}"
        wrapper = ["sh", f"{HOME}/step.sh", out(step.id), keep_at, str(step.timeout)]
        return wrapper + [fill(word, places) for word in command]


def bare(base: BaseImage) -> dagger.File:
    """Return an image as its registry has it, in one file."""
    image = dag.container(platform=dagger.Platform(base.platform)).from_(base.image)
    # Its layers as they are, unless they are of a compression that not every tool reads.
    return image.as_tarball(forced_compression=ImageLayerCompression.Gzip)


def fixes(chains: Chains, before: dagger.Directory) -> dagger.Changeset:
    """Return what the formatters of both stacks would change."""
    after = before
    for step in chains.plan:
        if step.fix:
            env = (*step.env, ("PIPELINE_TOLERATE", "1"))
            fixed = replace(step, commands=step.fix, env=env)
            folder = chains.after(fixed).directory(SOURCE)
            seen = folder.filter(include=list(step.files.include), exclude=list(step.files.exclude))
            after = after.with_directory(".", seen)
    return after.changes(before)


def keep() -> dagger.CacheVolume:
    """Return the volume that outlives failed commands."""
    return dag.cache_volume("pipeline-keep")


def service_of(service: Service, step: str) -> dagger.Service:
    """Return a server of a step's own: two test projects never share a database."""
    container = dag.container().from_(service.image).with_env_variable("PIPELINE_STEP", step)
    for name, value in service.env:
        container = container.with_env_variable(name, value)
    return container.with_exposed_port(service.port).as_service(use_entrypoint=True)
