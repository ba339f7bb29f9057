"""The folder that an image is built in: said by compose files and CI, else shown by what the Dockerfile copies."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from pipeline.app.discover.docker import copied, sources_of
from pipeline.app.discover.fly import fly_configs
from pipeline.app.discover.remarks import documents
from pipeline.app.discover.remarks.commands import commands_of
from pipeline.app.discover.tree import folder_of, join, name_of, resolve, upward
from pipeline.app.model import Confidence, Fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.app.discover.docker import Dockerfile
    from pipeline.app.discover.remarks.documents import Document, Map
    from pipeline.app.discover.tree import Tree

NAME = "docker context"

_COMPOSE = re.compile(r"(?:.*/)?(?:docker-)?compose[^/]*\.ya?ml")
_WORKFLOW = re.compile(r"\.github/workflows/[^/]+\.ya?ml")
_DEFAULT = re.compile(r"\{\{\s*defaultContext\s*\}\}:?")
_BUILD = re.compile(r"docker\s+(?:(?:buildx|builder|image)\s+)?build\b([^\n&|;]*)")
_MOVES = re.compile(r"(?:^|[;&|(]\s*)(?:cd|pushd|Set-Location)\s")
_SWITCHES = frozenset(
    {"--no-cache", "--pull", "--push", "--load", "--rm", "--force-rm", "--compress", "--squash", "--check",
     "-q", "--quiet", "-D", "--debug"}
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Build:
    """One place that builds a Dockerfile in a folder."""

    dockerfile: str
    context: str
    source: str
    line: int


def compose_files(tree: Tree) -> tuple[Document, ...]:
    """Return all compose files."""
    return tree.once("compose", lambda: _documents(tree, _COMPOSE))


def workflows(tree: Tree) -> tuple[Document, ...]:
    """Return all GitHub workflows."""
    return tree.once("workflows", lambda: _documents(tree, _WORKFLOW))


def _documents(tree: Tree, pattern: re.Pattern[str]) -> tuple[Document, ...]:
    named = (path for path in sorted(tree.facts.texts) if pattern.fullmatch(path))
    return tuple(documents.document(path, tree.read(path)) for path in named)


def builds(tree: Tree) -> tuple[Build, ...]:
    """Return every build that CI and compose files name, CI first."""
    return tree.once("builds", lambda: (*_of_workflows(tree), *_of_compose(tree)))


def _of_workflows(tree: Tree) -> Iterator[Build]:
    for workflow in workflows(tree):
        for job in documents.mapping(workflow.root, "jobs").values():
            for step in documents.sequence(job, "steps"):
                if isinstance(step, documents.Map):
                    yield from _of_step(tree, workflow.path, step)


def _of_step(tree: Tree, path: str, step: Map) -> Iterator[Build]:
    if "docker/build-push-action" in documents.text(step, "uses"):
        context = documents.text(step, "with", "context")
        file = documents.text(step, "with", "file")
        folder = resolve(".", _DEFAULT.sub("", context) or ".")
        named = resolve(".", file) if file else None
        yield from _build(tree, folder, named if file else "", _Place(path, context.line or file.line))
    where = documents.text(step, "working-directory") or "."
    run = documents.text(step, "run")
    for command in commands_of(run, path, run.line):
        if _MOVES.search(command.text):
            # Only a shell can tell in which folder the rest runs.
            return
        for found in _BUILD.finditer(command.text):
            said = _words(found[1])
            named = resolve(where, said.file) if said.file else ""
            if said.context:
                yield from _build(tree, resolve(where, said.context), named, _Place(path, command.line))


@dataclass(frozen=True)
class _Said:
    """What a `docker build` names; nothing where it has no context that is a folder."""

    context: str = ""
    file: str = ""


def _words(text: str) -> _Said:
    """Read the words after `docker build`: a flag has a value behind it, except those that switch something on."""
    try:
        words = iter(shlex.split(text))
    except ValueError:
        return _Said()
    context = file = ""
    for word in words:
        if word.startswith("-") and word != "-":
            flag, is_joined, value = word.partition("=")
            if not is_joined and flag not in _SWITCHES:
                value = next(words, "")
            file = value if flag in ("-f", "--file") else file
        else:
            context = context or word
    is_folder = context not in ("", "-") and "://" not in context
    return _Said(context, file) if is_folder else _Said()


def _of_compose(tree: Tree) -> Iterator[Build]:
    for compose in compose_files(tree):
        base = folder_of(compose.path)
        for service in documents.mapping(compose.root, "services").values():
            build = service.get(documents.Text("build")) if isinstance(service, documents.Map) else None
            if isinstance(build, documents.Text):
                yield from _build(tree, resolve(base, build), "", _Place(compose.path, build.line))
            elif isinstance(build, documents.Map):
                context, file = documents.text(build, "context"), documents.text(build, "dockerfile")
                folder = resolve(base, context or ".")
                named = resolve(folder, file) if folder and file else ""
                yield from _build(tree, folder, named, _Place(compose.path, context.line or file.line))


@dataclass(frozen=True)
class _Place:
    source: str
    line: int


def _build(tree: Tree, folder: str | None, named: str | None, place: _Place) -> Iterator[Build]:
    """Yield the build where folder and file are in the tree; without a name the file is called Dockerfile."""
    if folder is None or named is None:
        return
    path = named or _default(tree, folder)
    if path in tree.paths and (folder == "." or folder in tree.folders):
        yield Build(dockerfile=path, context=folder, source=place.source, line=place.line)


def _default(tree: Tree, folder: str) -> str:
    return tree.on_disk(join(folder, "Dockerfile")) or join(folder, "Dockerfile")


def context_of(tree: Tree, file: Dockerfile) -> Fact[str]:
    """Return the folder in which this Dockerfile is built."""
    said = [build for build in builds(tree) if build.dockerfile == file.path]
    if said:
        return Fact(name=NAME, value=said[0].context, source=said[0].source, line=said[0].line)
    points = {folder: _copies(tree, file, folder) for folder in upward(file.folder)}
    best = max(points.values())
    found = [folder for folder, count in points.items() if count == best]
    deployed = [config for config in fly_configs(tree) if config.dockerfile == file.path and config.folder in found]
    if deployed and (best == 0 or len(found) > 1):
        return Fact(name=NAME, value=deployed[0].folder, source=deployed[0].path, confidence=Confidence.DERIVED)
    sure = Confidence.DERIVED if best else Confidence.GUESSED
    line = copied(file)[0].line if copied(file) else None
    return Fact(name=NAME, value=found[0], source=file.path, line=line, confidence=sure)


def _copies(tree: Tree, file: Dockerfile, folder: str) -> int:
    """Return how many things that the Dockerfile copies lie in this folder."""
    return sum(_is_there(tree, folder, source) for copy in copied(file) for source in sources_of(copy))


def _is_there(tree: Tree, folder: str, source: str) -> bool:
    path = resolve(folder, source.rstrip("/"))
    if path is None or path == folder or source in (".", "*"):
        return False
    if "*" in source or "?" in source:
        place = folder_of(path)
        return any(folder_of(name) == place and fnmatchcase(name_of(name), name_of(path)) for name in tree.files)
    return path in tree.files or path in tree.folders
