"""What the detectors look at: the application, the tree around it and the day; each file is parsed once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pipeline.app.discover.docker import dockerfiles
from pipeline.app.discover.markup import json_of, section, string
from pipeline.app.discover.remarks import documents, ignorefile
from pipeline.app.discover.remarks.commands import Command, commands_of
from pipeline.app.discover.scripts import script_for
from pipeline.app.discover.sources import by_project
from pipeline.app.discover.tree import folder_of, is_below, join, name_of
from pipeline.app.model import Script, Spa
from pipeline.app.names import DOCKERFILE
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from pipeline.app.discover.docker import Dockerfile
    from pipeline.app.discover.remarks.documents import Document, Map
    from pipeline.app.discover.remarks.ignorefile import IgnoreFile
    from pipeline.app.discover.tree import Tree
    from pipeline.app.model import App, Fact

T = TypeVar("T")

# More than any repository has; each line is looked at by a dozen rules.
MAX_COMMANDS = 30_000
MAX_STAGES = 50
MAX_INSTRUCTIONS = 1_000

_WORKFLOW = re.compile(r"\.github/workflows/[^/]+\.ya?ml")
_COMPOSE = re.compile(r"(?:.*/)?(?:docker-)?compose[^/]*\.ya?ml")


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job of a workflow."""

    workflow: Document
    id: str
    content: Map

    @cached_property
    def steps(self) -> list[Map]:
        """Its steps in order."""
        return [step for step in documents.sequence(self.content, "steps") if isinstance(step, documents.Map)]


@dataclass(frozen=True)
class View:
    """An application on a day."""

    tree: Tree
    app: App
    today: date
    _known: dict[str, object] = field(default_factory=dict, repr=False, compare=False)

    def once(self, key: str, make: Callable[[View], T]) -> T:
        """Return what `make` gives, made at the first question."""
        if key not in self._known:
            self._known[key] = make(self)
        return cast("T", self._known[key])

    def fact(self, name: str) -> Any:
        """Return what discovery says of the application, None when it says nothing."""
        return next((fact.value for fact in self.app.facts if fact.name == name), None)

    def text(self, path: str) -> str:
        """Return a text, empty when it could not be read: `unread` tells of those."""
        return self.tree.facts.texts.get(path, "").removeprefix("\ufeff")

    def texts(self, pattern: str) -> Iterator[tuple[str, str]]:
        """Yield path and text of all files whose whole path the pattern matches, sorted."""
        # A name may hold a line break.
        known = re.compile(pattern, re.DOTALL)
        paths = self.once(f"paths {pattern}", lambda view: [path for path in view.ordered if known.fullmatch(path)])
        return ((path, self.text(path)) for path in paths)

    def sources(self, *words: str) -> Iterator[tuple[str, str]]:
        """Yield path and text of the sources that hold one of these words, sorted."""
        for path in self.source_paths:
            text = self.tree.facts.texts[path]
            if any(word in text for word in words):
                yield path, self.text(path)

    def is_ignored(self, path: str) -> bool:
        """Whether a .gitignore above a file would keep it out of the next commit."""
        for file, ignore in self._gitignores:
            folder = folder_of(file)
            inside = path if folder == "." else path.removeprefix(f"{folder}/")
            if is_below(path, folder) and ignore.hides(inside) is not None:
                return True
        return False

    @cached_property
    def _gitignores(self) -> list[tuple[str, IgnoreFile]]:
        return [(path, ignorefile.of_git(path, text)) for path, text in self.texts(r"(?:.*/)?\.gitignore")]

    @cached_property
    def submodules(self) -> frozenset[str]:
        """The folders whose files lie in other repositories."""
        return frozenset(re.findall(r"(?m)^[ \t]*path\s*=\s*(\S+)", self.text(".gitmodules")))

    @cached_property
    def ordered(self) -> list[str]:
        """The paths of all texts, sorted."""
        return sorted(self.tree.facts.texts)

    @cached_property
    def source_paths(self) -> list[str]:
        """The paths of all sources of .NET, sorted."""
        return [path for path in self.ordered if path.endswith((".cs", ".fs"))]

    def holds(self, folder: str) -> bool:
        """Whether the tree has this file, or a folder of this name with files in it."""
        return folder in (".", "") or folder in self.tree.files or folder in self._folders

    @cached_property
    def _folders(self) -> frozenset[str]:
        return folders_above(self.tree.files)

    @cached_property
    def folded(self) -> Mapping[str, list[str]]:
        """All files by their paths in lower case."""
        found: dict[str, list[str]] = {}
        for path in sorted(self.tree.files):
            found.setdefault(path.lower(), []).append(path)
        return found

    @cached_property
    def children(self) -> Mapping[str, frozenset[str]]:
        """What lies in each folder, by name: files and folders."""
        found: dict[str, set[str]] = {}
        for path in (*self.tree.files, *self._folders):
            found.setdefault(folder_of(path), set()).add(name_of(path))
        return {folder: frozenset(names) for folder, names in found.items()}

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all files, without their folders."""
        return frozenset(name_of(path) for path in self.tree.files)

    @cached_property
    def owners(self) -> Mapping[str, str]:
        """The project of each source; where several lie in one folder, the last one."""
        return {path: project for project, paths in by_project(self.tree).items() for path in paths}

    @cached_property
    def workflows(self) -> tuple[Document, ...]:
        """All GitHub workflows."""
        return tuple(documents.document(path, text) for path, text in self.texts(_WORKFLOW.pattern))

    @cached_property
    def jobs(self) -> tuple[Job, ...]:
        """All jobs of all workflows."""
        return tuple(
            Job(workflow=workflow, id=id_, content=job)
            for workflow in self.workflows
            for id_, job in documents.mapping(workflow.root, "jobs").items()
            if isinstance(job, documents.Map)
        )

    def jobs_of(self, workflow: Document) -> list[Job]:
        """Return the jobs of one workflow."""
        return self.once(f"jobs {workflow.path}", lambda view: [job for job in view.jobs if job.workflow is workflow])

    @cached_property
    def dockerfiles(self) -> tuple[Dockerfile, ...]:
        """All Dockerfiles that a person can have written; `unread` tells of the others."""
        return tuple(file for file in dockerfiles(self.tree) if not self.is_endless(file))

    @staticmethod
    def is_endless(file: Dockerfile) -> bool:
        """Whether a Dockerfile has more stages or instructions than a person writes."""
        return len(file.stages) > MAX_STAGES or sum(len(stage.body) for stage in file.stages) > MAX_INSTRUCTIONS

    @cached_property
    def composes(self) -> tuple[Document, ...]:
        """All compose files."""
        return tuple(documents.document(path, text) for path, text in self.texts(_COMPOSE.pattern))

    @cached_property
    def commands(self) -> tuple[Command, ...]:
        """Every command line of workflows and shell scripts."""
        return tuple(islice(self._commands(), MAX_COMMANDS))

    def _commands(self) -> Iterator[Command]:
        for job in self.jobs:
            for step in job.steps:
                run = documents.text(step, "run")
                yield from commands_of(run, job.workflow.path, run.line)
        for workflow in self.workflows:
            # What YAML cannot read, people still copy from.
            if workflow.problem:
                yield from commands_of(self.text(workflow.path), workflow.path, 1)
        for path, text in self.texts(r".*\.(?:sh|ps1)"):
            yield from commands_of(text, path, 1)

    @cached_property
    def shell_lines(self) -> tuple[Command, ...]:
        """Every command line, those of Dockerfiles included."""
        found = list(self.commands)
        for path, text in self.texts(DOCKERFILE):
            runs = (one for one in commands_of(text, path, 1) if one.text[:4].upper() == "RUN ")
            found += [Command(one.file, one.line, one.text[4:].strip()) for one in runs]
        return tuple(found)

    @cached_property
    def spa(self) -> Spa | None:
        """The SPA; where only a question about it is open, what is known of it."""
        return self.app.spa or self._half_known()

    def _half_known(self) -> Spa | None:
        facts = {fact.name: fact for fact in self.app.facts}
        folder = _known(facts.get("spa folder"))
        package = self.json(join(folder, "package.json")) if folder else {}
        if not package:
            return None
        scripts = section(package, "scripts")
        roles = {role: script_for(role, scripts) for role in ("lint", "type-check", "test")}
        build = _known(facts.get("script build"))
        asked = facts.get("dist")
        return Spa(
            folder=folder,
            package_manager=_known(facts.get("package manager")) or "npm",
            node=_known(facts.get("node")),
            lock_file=_known(facts.get("spa lock file")) or None,
            dist=_known(asked) or next((one for one in (asked.candidates if asked else ()) if one), "dist"),
            build=Script(name=build, command=string(scripts, build)) if string(scripts, build) else None,
            lint=roles["lint"],
            type_check=roles["type-check"],
            test=roles["test"],
        )

    @cached_property
    def package(self) -> Mapping[str, object]:
        """package.json of the SPA, empty when there is none."""
        return self.json(join(self.spa.folder, "package.json")) if self.spa else {}

    def json(self, path: str) -> Mapping[str, object]:
        """Return the object in a JSON file that may hold comments, empty when it cannot be read."""
        try:
            return json_of(self.tree, path, lenient=True)
        except PipelineError:
            return {}

    def named(self, *names: str) -> list[str]:
        """Return the files of the tree with one of these names, whether discovery reads them or not."""
        return sorted(path for path in self.tree.files if name_of(path) in names)


def _known(fact: Fact[Any] | None) -> str:
    return str(fact.value) if fact and fact.value and not fact.is_asked else ""


def folders_above(paths: Iterable[str]) -> frozenset[str]:
    """Return every folder above one of these files."""
    found: set[str] = set()
    for path in paths:
        folder = folder_of(path)
        while folder not in found:
            found.add(folder)
            folder = folder_of(folder)
    return frozenset(found)


def first_of(found: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    """Group places by file: a remark names the first line of a file and counts the others."""
    lines: dict[str, list[int]] = {}
    for file, line in found:
        lines.setdefault(file, []).append(line)
    return {file: sorted(set(where)) for file, where in sorted(lines.items())}


def quoted(text: str, most: int = 80) -> str:
    """Return what a message can hold of a text, in one line; what was cut off is seen."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}\u2026"


def times(lines: list[int]) -> str:
    """Return how often something was found, in words that can end a sentence."""
    return "" if len(lines) == 1 else f" ({len(lines)} times in this file)"
