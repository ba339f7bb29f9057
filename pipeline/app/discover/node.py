"""Which major version of Node builds the SPA."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.app.discover import ci
from pipeline.app.discover.docker import dockerfiles
from pipeline.app.discover.markup import json_of, section, string
from pipeline.app.discover.tree import folder_of, join, line_of, name_of, upward
from pipeline.app.model import Confidence
from pipeline.errors import SETTINGS_INVALID, PipelineError
from pipeline.settings.files import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.app.discover.ci import CiFile
    from pipeline.app.discover.docker import Stage
    from pipeline.app.discover.tree import Tree

DEFAULT = "22"

# In the order of preference where a range leaves a choice.
_MAJORS = (22, 24, 20)
_LTS = {"hydrogen": "18", "iron": "20", "jod": "22", "krypton": "24"}
_EXACT = re.compile(r"v?(\d{1,3})(?:\.[\dx*]+){0,2}", re.IGNORECASE)
_COMPARATOR = re.compile(
    r"(>=|<=|>|<|=|\^|~>?)?\s*v?(\d{1,3}|[x*])((?:\.(?:\d{1,6}|[x*]))*)(?:-[\w.]+)?", re.IGNORECASE
)
_HYPHEN = re.compile(r"(\S+)\s+-\s+(\S+)")
_LATEST = 10**6
_BUILDS = re.compile(
    r"(?<![\w-])(?:npm|yarn|pnpm|bun)\b[^\n]*?\b(?:ci|install|run|build|i)\b(?![^\n]*(?:\s-g\b|--global\b))"
)
_TAG = re.compile(r":(\d[\d.]*)")
_NODE_IMAGE = re.compile(r"(?:^|/)node:(\d[\w.]*)")


@dataclass(frozen=True, kw_only=True)
class Said:
    """One place that names a Node version: as written, and its major version."""

    written: str
    major: str
    source: str
    line: int | None = None
    confidence: Confidence = Confidence.STATED
    others: tuple[str, ...] = ()


def node_of(tree: Tree, setting: str, folder: str, package: Mapping[str, object]) -> Said:
    """Return the version: setting, version files, volta, engines, CI, Dockerfiles; the first that says something."""
    if setting:
        major = exact_major(setting)
        if major is None:
            raise PipelineError(SETTINGS_INVALID, f'spa.node: {setting!r} is no version such as "22"')
        return Said(written=setting, major=major, source=SETTINGS)
    guess = Said(written="", major=DEFAULT, source="default", confidence=Confidence.GUESSED)
    found = list(itertools.islice(_all(tree, folder, package), 2)) or [guess]
    if found[0].confidence is Confidence.ASKED:
        return replace(found[0], others=tuple(said.written for said in found[1:]))
    return found[0]


def _all(tree: Tree, folder: str, package: Mapping[str, object]) -> Iterator[Said]:
    yield from _files(tree, folder)
    yield from _package(tree, folder, package)
    workflows = [file for file in ci.files(tree) if file.path.startswith(".github/")]
    yield from _ci(tree, folder, workflows)
    yield from _ci(tree, folder, [file for file in ci.files(tree) if file not in workflows])
    yield from _images(tree, folder)


def _files(tree: Tree, folder: str) -> Iterator[Said]:
    for name in (".nvmrc", ".node-version", ".tool-versions"):
        place = tree.nearest(folder, name)
        text = tree.read(place) if place else ""
        if name == ".tool-versions":
            found = re.search(r"(?m)^[ \t]*node(?:js)?\s+(\S+)", text)
            text = found[1] if found else ""
        major = exact_major(text)
        if place and major:
            yield Said(written=text.strip(), major=major, source=place, line=line_of(tree.read(place), text.strip()))


def _package(tree: Tree, folder: str, package: Mapping[str, object]) -> Iterator[Said]:
    file = join(folder, "package.json")
    pinned = string(section(package, "volta"), "node")
    if major := exact_major(pinned):
        yield Said(written=pinned, major=major, source=f"{file} volta", line=line_of(tree.read(file), pinned))
    root = _workspace(tree, folder)
    for path, content in ((file, package), *(((root, json_of(tree, root)),) if root else ())):
        wanted = string(section(content, "engines"), "node")[:200]
        if wanted and (major := major_in(wanted)):
            exact = exact_major(wanted) is not None
            sure = Confidence.STATED if exact else Confidence.DERIVED
            line = line_of(tree.read(path), '"engines"')
            yield Said(written=wanted, major=major, source=f"{path} engines", line=line, confidence=sure)


def _workspace(tree: Tree, folder: str) -> str | None:
    """Return the package.json above that makes this folder a member of a workspace."""
    if folder == ".":
        return None
    above = (join(place, "package.json") for place in upward(folder_of(folder)))
    return next((path for path in above if path in tree.paths and "workspaces" in json_of(tree, path)), None)


def _ci(tree: Tree, folder: str, files: Sequence[CiFile]) -> list[Said]:
    """Return what CI jobs that build the SPA say; the jobs that name its folder before those that run npm at all."""
    found: dict[int, list[Said]] = {}
    others = {folder_of(path) for path in tree.named("package.json")} - {folder, "."}
    for file in files:
        for job in file.jobs:
            weight = _weight(job.text, folder, others)
            for value, line in ci.settings(file, job.lines, "node-version", "versionSpec"):
                if (major := exact_major(value) or ("" if value.startswith("lts/") else None)) is not None:
                    said = Said(written=value, major=major or DEFAULT, source=file.path, line=line.number)
                    found.setdefault(weight, []).append(said)
    # A job that runs no package manager can mean this SPA only where there is no other package.
    best = next((found[weight] for weight in (2, 1, *([] if others else [0])) if weight in found), [])
    return [best[0]] if len({said.major for said in best}) == 1 else _most(best)


def _weight(text: str, folder: str, others: set[str]) -> int:
    """Return how much a job has to do with the SPA; less than nothing where it is about another package."""
    runs = _BUILDS.search(text) is not None
    if folder != "." and _names(text, name_of(folder)):
        return 2 if runs else 1
    if any(_names(text, other) for other in others):
        return -1
    return 1 if runs else 0


def _names(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", text) is not None


def _most(found: list[Said]) -> list[Said]:
    """Return the version that most jobs name; a tie says nothing."""
    counted = Counter(said.major for said in found).most_common(2)
    if not counted or (len(counted) > 1 and counted[0][1] == counted[1][1]):
        return []
    return [next(said for said in found if said.major == counted[0][0])]


def _images(tree: Tree, folder: str) -> Iterator[Said]:
    """Return what images that build the SPA are made from: those that copy it before the others."""
    stages = [(one, stage) for one in dockerfiles(tree) for stage in one.stages]
    own = [(one, stage) for one, stage in stages if one.folder == folder or _copies(stage, folder)]
    for one, stage in own:
        tag = _TAG.search(stage.image)
        is_node = _NODE_IMAGE.search(stage.image) is not None
        runs = any(_BUILDS.search(step.text) for step in stage.body if step.name == "RUN")
        if tag and (is_node or (runs and "dotnet/" not in stage.image)) and (major := exact_major(tag[1])):
            # An image of another name holds Node too; its tag may be a version of its own.
            sure = Confidence.STATED if is_node else Confidence.ASKED
            yield Said(written=tag[1], major=major, source=one.path, line=stage.line, confidence=sure)
    for one, stage in stages:
        tag = _NODE_IMAGE.search(stage.image)
        if tag and (major := exact_major(tag[1])):
            yield Said(written=tag[1], major=major, source=one.path, line=stage.line)


def _copies(stage: Stage, folder: str) -> bool:
    copies = [one for one in stage.body if one.name in ("COPY", "ADD") and "--from=" not in one.text]
    return folder != "." and any(_names(copy.text, name_of(folder)) for copy in copies)


def exact_major(text: str) -> str | None:
    """Return the major of `20`, `v20.11.1` or `lts/iron`, None for anything else."""
    line = next((line.partition("#")[0].strip() for line in text.splitlines() if line.partition("#")[0].strip()), "")
    if line.lower().startswith("lts/"):
        return _LTS.get(line[4:].lower())
    found = _EXACT.fullmatch(line)
    return str(int(found[1])) if found else None


def major_in(wanted: str) -> str | None:
    """Return the major for a range: 22 when it fits, else 24, else 20, else the highest one named."""
    for major in _MAJORS:
        if allows(wanted, major):
            return str(major)
    named = [int(found[2]) for found in _COMPARATOR.finditer(wanted) if found[2].isdigit()]
    fitting = [major for major in named if allows(wanted, major)]
    return str(max(fitting or named)) if named else None


def allows(wanted: str, major: int) -> bool:
    """Say whether the latest release of a major is in the range: that is what a tool image holds."""
    for choice in wanted.split("||"):
        found = list(_COMPARATOR.finditer(_HYPHEN.sub(r">=\1 <=\2", choice)))
        if (found or not choice.strip()) and all(_fits(one, (major, _LATEST, _LATEST)) for one in found):
            return True
    return False


def _fits(comparator: re.Match[str], version: tuple[int, int, int]) -> bool:
    sign, rest = comparator[1] or "=", comparator[3]
    if not comparator[2].isdigit():
        return True
    numbers = [int(comparator[2]), *(int(part) for part in rest.split(".")[1:] if part.isdigit())][:3]
    low = tuple(numbers + [0] * (3 - len(numbers)))
    # The first version above all that a partial version such as `20` or `20.1` stands for.
    above = (*numbers[:-1], numbers[-1] + 1, *[0] * (3 - len(numbers)))
    if sign in (">=", ">"):
        return version >= (low if sign == ">=" else above)
    if sign in ("<", "<="):
        return version < (low if sign == "<" else above)
    if sign == "^":
        return low <= version < (numbers[0] + 1, 0, 0)
    if sign.startswith("~") and len(numbers) > 1:
        above = (numbers[0], numbers[1] + 1, 0)
    return low <= version < above
