"""How the .NET build and the SPA hang together: targets that run a package manager, and what switches them off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipeline.app.discover.conditions import holds
from pipeline.app.discover.markup import tag_of, xml_of
from pipeline.app.discover.tree import folder_of, line_of, resolve
from pipeline.app.model import Confidence, Fact, NodeInBuild
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from pipeline.app.discover.dotnet import View
    from pipeline.app.discover.msbuild import Call
    from pipeline.app.discover.project import ProjectFile
    from pipeline.app.discover.tree import Tree

_RUNS = re.compile(r"(?<![\w-])(?:npm|npx|yarn|pnpm|bun)\b")
_INSTALLS = re.compile(r"^(?:npm|pnpm|yarn|bun)(?:\s+(?:install|ci|i))?(?:\s+--?\S+(?:[\s=]\S+)?)*$")
_LOOKS = re.compile(r"^(?:node|npm|yarn|pnpm)\s+(?:-v|--version)$|^echo\b")
_AND = re.compile(r"\s*&&?\s*")
_PUBLISHES = re.compile(r"publish", re.IGNORECASE)
_SWITCH = re.compile(r"'?\$\((\w+)\)'?\s*(==|!=)\s*'([^']*)'")
# Properties that say where or how, and not whether the SPA is built.
_OTHERS = frozenset({"configuration", "os", "targetframework", "nodeversion", "errorcode", "exitcode", "spaversion"})
_OPPOSITE = {"true": "false", "false": "true"}


def facts_of_view(tree: Tree, view: View) -> list[Fact[Any]]:
    """Return which targets bring Node into `dotnet build` and `dotnet publish`, and the property that keeps it out."""
    every = [(file, call) for _, file in sorted(view.files.items()) for call in file.evaluation.calls]
    calls = [(file, call) for file, call in every if _is_active(tree, file, call)]
    build = [call for _, call in calls if not _is_publish(call)]
    publish = [call for _, call in calls if _is_publish(call)]
    switches = [switch for _, call in calls if (switch := _switch(call))]
    return [
        _targets(tree, "npm in dotnet build", build, _esproj(tree, view)),
        _targets(tree, "npm in dotnet publish", publish, []),
        _skips(tree, switches),
    ]


def node_in_build(tree: Tree, view: View, spa: str, build: str) -> NodeInBuild:
    """Return what of a Release build would build the SPA in folder `spa`, by its script `build`, once more.

    Targets that build something else stay as they are, and targets that do more than that: nothing else would do it.
    """
    every = [(file, call) for _, file in sorted(view.files.items()) for call in file.evaluation.calls]
    ours = [call for file, call in every if _is_active(tree, file, call) and _is_about(file, call, spa)]
    unswitched = dict.fromkeys(call.target for call in ours if not _switch(call))
    mixed = {call.target for _, call in every if not (call.alone and _only_builds(call.command, build))}
    return NodeInBuild(
        targets=tuple(name for name in unswitched if name not in mixed),
        projects=tuple(path for path in _esproj(tree, view) if folder_of(path) == spa),
        switches=tuple(dict.fromkeys(switch[0] for call in ours if (switch := _switch(call)))),
        kept=tuple(name for name in unswitched if name in mixed),
    )


def _only_builds(command: str, build: str) -> bool:
    """Whether a command does nothing but install packages, and run the script that the SPA's own step runs."""
    flags = r"(?:--?\S+(?:\s+(?!run)[^\s-]\S*)?\s+)*"
    runs = re.compile(rf"^(?:npm|pnpm|yarn|bun)\s+{flags}(?:run(?:-script)?\s+)?{re.escape(build)}$")
    parts = [part for part in _AND.split(command) if part and not part.startswith("cd ")]
    return all(_INSTALLS.match(part) or _LOOKS.match(part) or (build and runs.match(part)) for part in parts)


def _is_about(file: ProjectFile, call: Call, spa: str) -> bool:
    """Whether the command runs in the folder of the SPA, or names it."""
    own = file.project.folder
    place = resolve(own, call.folder or ".")
    if place and (place == spa or place.startswith(f"{spa}/")):
        return True
    words = call.command.replace("\\", "/").replace('"', " ").split()
    return any(resolve(own, word.rpartition("=")[2].rstrip("/")) == spa for word in words)


def _is_active(tree: Tree, file: ProjectFile, call: Call) -> bool:
    """Whether the target runs a package manager in a Release build."""
    return bool(_RUNS.search(call.command)) and holds(tree, file.evaluation.properties, call.condition) is not False


def _is_publish(call: Call) -> bool:
    hooks = [name for name in call.after if not name.startswith("$")]
    return bool(_PUBLISHES.search(call.target)) or any(
        _PUBLISHES.search(name) or name == "ComputeFilesToPublish" for name in hooks
    )


def _targets(tree: Tree, name: str, calls: list[Call], more: list[str]) -> Fact[tuple[str, ...]]:
    value = tuple(dict.fromkeys([*(f"{call.target} ({call.file})" for call in calls), *more]))
    if calls:
        text = tree.facts.texts.get(calls[0].file, "")
        line = line_of(text, f'Name="{calls[0].target}"')
        return Fact(name=name, value=value, source=calls[0].file, line=line, confidence=Confidence.DERIVED)
    source = more[0] if more else "no target of a project runs one"
    return Fact(name=name, value=value, source=source, confidence=Confidence.DERIVED)


def _esproj(tree: Tree, view: View) -> list[str]:
    """Return the JavaScript projects that are built along: listed in the solution, or referenced."""
    found = [path for file in view.files.values() for path in file.scripts]
    listed = view.solution.scripts if view.solution else ()
    return sorted(path for path in {*found, *listed} if _builds(tree, path))


def _builds(tree: Tree, path: str) -> bool:
    try:
        root = xml_of(tree, path)
    except PipelineError:
        return True
    said = [(one.text or "").strip().lower() for one in root.iter() if tag_of(one) == "ShouldRunNpmInstall"]
    return said != ["false"]


def _switch(call: Call) -> tuple[str, str] | None:
    """Return property and value that make the condition of the target false."""
    for name, operator, value in _SWITCH.findall(call.condition):
        if name.lower() in _OTHERS:
            continue
        if operator == "!=" and value:
            return f"{name}={value}", call.file
        if operator == "==" and value.lower() in _OPPOSITE:
            return f"{name}={_OPPOSITE[value.lower()]}", call.file
    return None


def _skips(tree: Tree, switches: list[tuple[str, str]]) -> Fact[str | None]:
    name = "property that skips npm"
    if not switches:
        return Fact(name=name, value=None, source="no condition of such a target", confidence=Confidence.DERIVED)
    switch, file = switches[0]
    line = line_of(tree.facts.texts.get(file, ""), f"$({switch.partition('=')[0]})")
    return Fact(name=name, value=switch, source=file, line=line, confidence=Confidence.DERIVED)
