"""MSBuild targets of the projects: what a build does besides compiling."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.app.discover.conditions import expand, holds, is_open
from pipeline.app.discover.markup import tag_of, xml_of
from pipeline.app.discover.msbuild import evaluate
from pipeline.app.discover.remarks.projects import projects_of
from pipeline.app.discover.remarks.view import quoted
from pipeline.app.discover.tree import ROOT, folder_of, is_below, join, line_of, resolve
from pipeline.app.remark_kinds import dotnet as kinds
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from pipeline.app.discover.msbuild import Evaluation
    from pipeline.app.discover.remarks.view import View
    from pipeline.app.model import Remark
    from pipeline.app.remark_kinds import Kind

_NODE = re.compile(r"\b(?:node|npm|npx|pnpm|yarn|bun)\b(?!\.)")
_SKIP = re.compile(r"'\$\((\w+)\)'\s*!=\s*'true'", re.IGNORECASE)
_WRITES = {
    "copy": ("DestinationFiles", "DestinationFolder"),
    "removedir": ("Directories",),
    "writelinestofile": ("File",),
    "delete": ("Files",),
    "move": ("DestinationFiles", "DestinationFolder"),
}
_PROPERTY = re.compile(r"\$\(\s*([\w.]+)")
_TRANSFORM = re.compile(r"@\(\s*\w+\s*->\s*'([^']*)'\s*\)")
_OUTPUTS = frozenset({"bin", "obj", "node_modules", "artifacts", "publish", "dist", "testresults", "_output"})
_FIXED = re.compile(r"\bbin[/\\](?:\$\(Configuration\)|Debug|Release)[/\\]net\d", re.IGNORECASE)
_FOLDER = re.compile(r"\$\(NuGetPackageRoot\)[^;]*\*", re.IGNORECASE)
_WINDOWS = re.compile(
    r"^\s*(?:cmd(?:\.exe)?\s+/c|call\s|powershell(?:\.exe)?\s|xcopy\s|robocopy\s|del\s|rd\s|rmdir\s+/s|copy\s|move\s)"
    r"|^\s*[\w.\\$()/-]+\.(?:bat|cmd)\b",
    re.IGNORECASE,
)
_SERVER = re.compile(r"\b(?:npm|yarn|pnpm|bun)\s+(?:run\s+)?(?:start|dev|serve|watch|preview)\b|\bng\s+serve\b")
_SHOWN = 3


@dataclass(frozen=True)
class Target:
    """A target with its file; `evaluation` is the project that holds it."""

    path: str
    name: str
    element: Element
    line: int | None
    evaluation: Evaluation

    @property
    def on_publish(self) -> bool:
        """Whether it runs in a publish only."""
        hooks = [self.element.get(name, "") for name in ("BeforeTargets", "AfterTargets")]
        named = [hook.strip() for text in hooks for hook in text.split(";") if hook.strip()]
        return bool(named) and all("publish" in hook.lower() for hook in named)

    @property
    def runs_node(self) -> bool:
        """Whether one of its commands is of Node."""
        return any(_NODE.search(task.get("Command", "")) for task in _tasks(self, "exec"))

    def at(self, kind: Kind, message: str) -> Remark:
        """Return a remark about this target."""
        return kind.at(f"target `{self.name}` {message}", self.path, self.line)


def targets(view: View) -> list[Target]:
    """Return the targets that the project files themselves hold."""
    return view.once("targets", lambda one: list(_targets(one)))


def _targets(view: View) -> Iterator[Target]:
    for project in projects_of(view):
        text = view.text(project.path)
        if "<Target" not in text:
            continue
        try:
            root, evaluation = xml_of(view.tree, project.path), evaluate(view.tree, project.path)
        except PipelineError:
            # Discovery has told why; there is nothing to look at.
            continue
        for element in root.iter():
            if tag_of(element) == "Target":
                name = element.get("Name", "")
                yield Target(project.path, name, element, line_of(text, f'Name="{name}"'), evaluation)


def node(view: View) -> Iterator[Remark]:
    """Find targets that run Node, in every build or in a publish."""
    for target in targets(view):
        calls = [task for task in _tasks(target, "exec") if _NODE.search(task.get("Command", ""))]
        if not calls:
            continue
        said = ", ".join(dict.fromkeys(f"`{' '.join(task.get('Command', '').split())}`" for task in calls))
        if target.on_publish:
            yield target.at(kinds.NODE_IN_PUBLISH, f"runs {said}{_how_to_skip(target, calls)}")
        else:
            yield target.at(kinds.NODE_IN_BUILD, f"runs {said} in {_when(target)} build")


def _when(target: Target) -> str:
    return "a Debug" if "'Debug'" in target.element.get("Condition", "") else "every"


def skip_property(view: View) -> str:
    """Return the property that keeps `dotnet publish` from building the SPA, empty when there is none."""
    found = (_skips(target, _tasks(target, "exec")) for target in targets(view) if target.on_publish)
    return next((names[0] for names in found if names), "")


def _skips(target: Target, calls: list[Element]) -> list[str]:
    conditions = [target.element.get("Condition", ""), *(task.get("Condition", "") for task in calls)]
    return [found[1] for text in conditions for found in [_SKIP.search(text)] if found]


def _how_to_skip(target: Target, calls: list[Element]) -> str:
    names = _skips(target, calls)
    if not names:
        return "; no property skips it"
    set_here = target.evaluation.sources.get(names[0].lower()) is not None
    more = "; the project sets it, so an environment variable does not reach it" if set_here else ""
    return f"; `-p:{names[0]}=true` skips it{more}"


def writes(view: View) -> Iterator[Remark]:
    """Find targets that write among the sources, and those that fill the SPA's public folder."""
    public = join(view.spa.folder, "public") if view.spa else None
    for target in targets(view):
        found = sorted(_written(view, target))
        if not found:
            continue
        shown = ", ".join(found[:_SHOWN]) + (f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else "")
        yield target.at(kinds.WRITES_SOURCE, f"writes into {shown}")
        if public and any(is_below(path, public) for path in found):
            yield target.at(kinds.FILLS_PUBLIC, f"fills {public}, which the SPA build copies as it is then")


def _written(view: View, target: Target) -> set[str]:
    folder = folder_of(target.path)
    properties = {"projectdir": ROOT if folder == "." else f"{ROOT}{folder}/", **target.evaluation.properties}
    found: set[str] = set()
    for task in target.element.iter():
        if tag_of(task) == "PropertyGroup":
            properties |= {tag_of(p).lower(): expand(view.tree, properties, (p.text or "").strip()) for p in task}
        for attribute in _WRITES.get(tag_of(task).lower(), ()):
            for part in _TRANSFORM.sub(r"\1", task.get(attribute, "")).split(";"):
                # A property that only MSBuild knows is an output folder more often than not.
                known = all(name.lower() in properties for name in _PROPERTY.findall(part))
                path = _source_path(target, expand(view.tree, properties, part.strip())) if known else None
                found |= {path} if path else set()
    # A folder stands for all below it.
    return {path for path in found if not any(other != path and is_below(path, other) for other in found)}


def _source_path(target: Target, written: str) -> str | None:
    """Return the folder among the sources that a task writes to, None for outputs and what cannot be known."""
    literal = re.split(r"[%@*]", written)[0]
    if not literal or is_open(literal.replace("\\", "/")):
        return None
    whole = literal == written and not literal.endswith(("/", "\\"))
    path = resolve(folder_of(target.path), literal)
    if path is None or path == folder_of(target.path):
        return None
    if whole and "." in path.rpartition("/")[2]:
        path = folder_of(path)
    parts = path.lower().split("/")
    return None if _OUTPUTS & set(parts) or path == "." else path


def ignores(view: View) -> Iterator[Remark]:
    """Find commands whose failure a target swallows; one that asks for the exit code afterwards does not."""
    for target in targets(view):
        judged = any(tag_of(task) == "Error" for task in target.element.iter())
        calls = [task for task in _tasks(target, "exec") if _is_ignored(task) and not _on_windows(task)]
        if calls and not judged:
            yield target.at(kinds.TARGET_IGNORES, f"goes on when `{_short(calls[0])}` fails")


def _is_ignored(task: Element) -> bool:
    goes_on = task.get("ContinueOnError", "").lower() in ("true", "warnandcontinue")
    return goes_on or task.get("IgnoreExitCode", "").lower() == "true"


def _short(task: Element) -> str:
    return quoted(task.get("Command", ""))


def _on_windows(task: Element) -> bool:
    condition = task.get("Condition", "")
    return bool(re.search(r"Windows", condition)) and not condition.lstrip().startswith("!")


def paths(view: View) -> Iterator[Remark]:
    """Find output paths that are written out, and searches in the package folder."""
    for target in targets(view):
        values = [value for task in target.element.iter() for value in task.attrib.values()]
        if fixed := next((found[0] for value in values for found in [_FIXED.search(value)] if found), None):
            yield target.at(kinds.FIXED_OUTPUT, f"names {fixed}… instead of a property")
        if searched := next((found[0] for value in values for found in [_FOLDER.search(value)] if found), None):
            yield target.at(kinds.PACKAGE_FOLDER, f"takes {quoted(searched)}")


def dead(view: View) -> Iterator[Remark]:
    """Find targets whose own project can never meet their condition."""
    for target in targets(view):
        condition = target.element.get("Condition", "")
        named = "msbuildprojectname" in condition.lower()
        if named and holds(view.tree, target.evaluation.properties, condition) is False:
            yield target.at(kinds.DEAD_TARGET, "has a condition on the project's name that is never true here")


def foreign(view: View) -> Iterator[Remark]:
    """Find commands of Windows, and servers that never end."""
    for target in targets(view):
        outer = target.element.get("Condition", "")
        for task in _tasks(target, "exec"):
            command = task.get("Command", "")
            guarded = re.search(r"Windows|\$\(OS\)", f"{outer} {task.get('Condition', '')}")
            if _WINDOWS.search(command) and not guarded:
                yield target.at(kinds.WINDOWS_COMMAND, f"runs `{_short(task)}`")
            if _SERVER.search(command):
                yield target.at(kinds.SERVER_IN_TARGET, f"runs `{_short(task)}`")


def _tasks(target: Target, name: str) -> list[Element]:
    return [task for task in target.element.iter() if tag_of(task).lower() == name]


DETECTORS = (node, writes, ignores, paths, dead, foreign)
