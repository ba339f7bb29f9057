"""Dockerfiles: what each starts, from which images, and the folder it is built in."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.app.discover.tree import folder_of, name_of
from pipeline.app.names import is_dockerfile

if TYPE_CHECKING:
    from pipeline.app.discover.tree import Tree

# Longer ones are generated, and the patterns here are slow on them.
MAX_INSTRUCTION = 8_000

_INSTRUCTION = re.compile(r"\s*([A-Za-z]+)\s+(.*)", re.DOTALL)
_FROM = re.compile(r"(?:--\S+\s+)*(\S+)(?:\s+as\s+(\S+))?", re.IGNORECASE)
_ARGUMENT = re.compile(r"\$\{?(\w+)(?::-([^}]*))?\}?")
_ASSEMBLY = re.compile(r"([\w.-]+)\.dll\b")
_PUBLISHED = re.compile(r"(?:\bcd\s+(\S+)\s*(?:&&|;)\s*)?dotnet\s+publish\b([^\n&|;]*)")
_FLAG_WITH_VALUE = re.compile(r"--?(?:c|configuration|o|output|r|runtime|f|framework|v|verbosity|a|arch|os)")
_SDK = re.compile(r"dotnet/(?:nightly/)?(?:sdk|aspnet|runtime|runtime-deps):(\d+\.\d+)")


@dataclass(frozen=True, kw_only=True)
class Instruction:
    """One instruction with the line where it begins."""

    name: str
    text: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One FROM and what follows it."""

    image: str
    name: str
    body: tuple[Instruction, ...]
    line: int


@dataclass(frozen=True, kw_only=True)
class Dockerfile:
    """A Dockerfile; the last stage is what runs."""

    path: str
    stages: tuple[Stage, ...]

    @property
    def folder(self) -> str:
        """The folder it lies in."""
        return folder_of(self.path)

    @cached_property
    def start(self) -> tuple[str, int] | None:
        """The assembly that ENTRYPOINT or CMD of the last stage names, with its line."""
        return _start(self)

    @cached_property
    def starts(self) -> frozenset[str]:
        """The assemblies that any stage starts: an image can have several targets."""
        said = (_ASSEMBLY.search(one.text) for one in self.of_kind("ENTRYPOINT", "CMD"))
        return frozenset(found[1] for found in said if found)

    @cached_property
    def publishes(self) -> tuple[str, ...]:
        """What `dotnet publish` in it is called with; without a project the folder it is called in."""
        return _published(self)

    @property
    def is_dotnet(self) -> bool:
        """Whether .NET builds or runs in it."""
        return any("dotnet/" in stage.image for stage in self.stages)

    def of_kind(self, *names: str) -> list[Instruction]:
        """Return the instructions with one of these names."""
        return [one for stage in self.stages for one in stage.body if one.name in names]


def dockerfiles(tree: Tree) -> tuple[Dockerfile, ...]:
    """Return every Dockerfile that can be read, by path."""
    return tree.once("dockerfiles", lambda: tuple(_read(tree, path) for path in paths(tree)))


def paths(tree: Tree) -> list[str]:
    """Return the paths of all Dockerfiles."""
    return sorted(path for path in tree.paths if is_dockerfile(path))


def _read(tree: Tree, path: str) -> Dockerfile:
    arguments: dict[str, str] = {}
    stages: list[tuple[str, str, int, list[Instruction]]] = []
    for one in _instructions(tree.facts.texts.get(path, "")):
        if one.name == "ARG" and not stages:
            name, _, value = one.text.partition("=")
            arguments[name.strip()] = value.strip().strip("\"'")
        elif one.name == "FROM" and (found := _FROM.match(one.text)):
            image = _ARGUMENT.sub(lambda a: arguments.get(a[1]) or a[2] or "", found[1])
            stages.append((image, found[2] or "", one.line, []))
        elif stages:
            stages[-1][3].append(one)
    made = (Stage(image=image, name=name, line=line, body=tuple(body)) for image, name, line, body in stages)
    return Dockerfile(path=path, stages=tuple(made))


def _instructions(text: str) -> list[Instruction]:
    found: list[Instruction] = []
    parts: list[str] = []
    start = 0
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        start = start if parts else number
        parts.append(line.rstrip().removesuffix("\\"))
        if line.rstrip().endswith("\\"):
            continue
        if said := _INSTRUCTION.match("\n".join(parts)[:MAX_INSTRUCTION]):
            found.append(Instruction(name=said[1].upper(), text=said[2].strip(), line=start))
        parts = []
    return found


def started(file: Dockerfile) -> tuple[str, int] | None:
    """Return the assembly that ENTRYPOINT or CMD of the last stage names, with its line."""
    return file.start


def _start(file: Dockerfile) -> tuple[str, int] | None:
    for name in ("ENTRYPOINT", "CMD"):
        for stage in _chain(file):
            said = [one for one in stage.body if one.name == name]
            assembly = _assembly(said[-1].text) if said else None
            if assembly:
                return assembly, said[-1].line
    return None


def started_by_stages(file: Dockerfile) -> frozenset[str]:
    """Return the assemblies that any stage starts: an image can have several targets."""
    return file.starts


def _chain(file: Dockerfile) -> list[Stage]:
    """Return the last stage and those it is made from, nearest first."""
    found: list[Stage] = []
    by_name = {stage.name.lower(): stage for stage in file.stages if stage.name}
    stage = file.stages[-1] if file.stages else None
    while stage and stage not in found:
        found.append(stage)
        stage = by_name.get(stage.image.lower())
    return found


def _assembly(text: str) -> str | None:
    found = _ASSEMBLY.search(text)
    if found:
        return found[1]
    try:
        words = json.loads(text)
    except ValueError:
        words = text.split()
    first = name_of(str(words[0])) if isinstance(words, list) and words else ""
    return first if first and not first.endswith(".sh") and first not in _SHELLS else None


_SHELLS = frozenset({"sh", "bash", "dotnet", "nginx", "node", "npm", "bun", "tini", "python", "uvicorn", "envsubst"})


def published(file: Dockerfile) -> tuple[str, ...]:
    """Return what `dotnet publish` in it is called with; without a project the folder it is called in."""
    return file.publishes


def _published(file: Dockerfile) -> tuple[str, ...]:
    found: list[str] = []
    for stage in file.stages:
        folder = ""
        for one in stage.body:
            if one.name == "WORKDIR":
                folder = one.text.strip().strip("\"'/")
            elif one.name == "RUN":
                found += [_target(call[2].split()) or call[1] or folder for call in _PUBLISHED.finditer(one.text)]
    return tuple(target for target in found if target)


def _target(words: list[str]) -> str:
    """Return the first word that is neither a flag nor the value of one."""
    before = ""
    for word in words:
        plain = word.strip("\"'").replace("\\", "/").removeprefix("./")
        if not word.startswith(("-", "$")) and not _FLAG_WITH_VALUE.fullmatch(before) and plain != "":
            return plain
        before = word
    return ""


def copied(file: Dockerfile) -> list[Instruction]:
    """Return the COPY and ADD instructions that take from the context."""
    return [one for one in file.of_kind("COPY", "ADD") if "--from=" not in one.text]


def sources_of(copy: Instruction) -> list[str]:
    """Return what a COPY takes, without its target."""
    try:
        words = [str(word) for word in json.loads(copy.text)]
    except ValueError:
        words = [word.strip("\"'") for word in copy.text.split() if not word.startswith("--")]
    return [word.replace("\\", "/").removeprefix("./") for word in words[:-1]]


def dotnet_versions(file: Dockerfile) -> list[tuple[str, int]]:
    """Return the .NET versions of its images with their lines."""
    found = ((_SDK.search(stage.image), stage.line) for stage in file.stages)
    return [(one[1], line) for one, line in found if one]
