"""A static reading of a project file with the Directory.*.props and .targets around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.app.discover.conditions import expand, holds, is_open
from pipeline.app.discover.markup import tag_of, xml_of
from pipeline.app.discover.tree import ROOT, folder_of, name_of, resolve, upward

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from pipeline.app.discover.tree import Tree

MAX_DEPTH = 12


@dataclass(frozen=True, kw_only=True)
class Item:
    """One item, for example a PackageReference; metadata has lower-case keys."""

    kind: str
    include: str
    metadata: dict[str, str]
    source: str


@dataclass(frozen=True, kw_only=True)
class Call:
    """One Exec task of a target: `after` names the targets that bring it into a build.

    `alone` says that the target has no other tasks but messages: without its commands nothing is lost.
    """

    file: str
    target: str
    command: str
    condition: str
    after: tuple[str, ...]
    folder: str = ""
    alone: bool = False


@dataclass
class Evaluation:
    """What is known after reading: properties by lower-case name, and which file set them."""

    tree: Tree
    path: str
    properties: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)
    sdks: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    def get(self, name: str) -> str:
        """Return a property, empty when it is not set or cannot be known."""
        value = self.properties.get(name.lower(), "")
        return "" if is_open(value) else value

    def is_true(self, name: str) -> bool:
        """Whether a property is `true`."""
        return self.get(name).lower() == "true"

    def of_kind(self, *kinds: str) -> list[Item]:
        """Return the items of these kinds, in order."""
        wanted = {kind.lower() for kind in kinds}
        return [item for item in self.items if item.kind.lower() in wanted]


def evaluate(tree: Tree, path: str) -> Evaluation:
    """Read one project the way MSBuild would, as far as that is possible without it."""
    stem, _, ending = name_of(path).rpartition(".")
    start = {"msbuildprojectname": stem, "msbuildprojectfile": name_of(path), "msbuildprojectextension": f".{ending}"}
    start |= {"configuration": "Release", "platform": "AnyCPU", "os": "Unix", "msbuildruntimetype": "Core"}
    start["msbuildprojectdirectory"] = ROOT + folder_of(path)
    start["msbuildprojectfullpath"] = ROOT + path
    start |= _solution(tree, path)
    result = Evaluation(tree, path, properties=start)
    for name in ("Directory.Build.props", "Directory.Packages.props"):
        _read_nearest(result, name)
    _read(result, path, 0)
    _read_nearest(result, "Directory.Build.targets")
    return result


def _solution(tree: Tree, path: str) -> dict[str, str]:
    """Return what MSBuild says of the solution, where only one folder above has any, and one name for it."""
    listed = tree.once("solutions", lambda: tree.ending(".sln", ".slnx"))
    above = set(upward(folder_of(path)))
    found = [one for one in listed if folder_of(one) in above]
    folders = {folder_of(one) for one in found}
    names = {name_of(one).rpartition(".")[0] for one in found}
    if len(folders) != 1:
        return {}
    known = {"solutiondir": _with_slash(folders.pop())}
    return known | {"solutionname": names.pop()} if len(names) == 1 else known


def _with_slash(folder: str) -> str:
    return ROOT if folder == "." else f"{ROOT}{folder}/"


def _read_nearest(result: Evaluation, name: str) -> None:
    path = result.tree.nearest(folder_of(result.path), name)
    if path:
        result.imports.append(path)
        _read(result, path, 0)


def _read(result: Evaluation, path: str, depth: int) -> None:
    root = xml_of(result.tree, path)
    stem, _, ending = name_of(path).rpartition(".")
    here = {"": name_of(path), "name": stem, "extension": f".{ending}", "fullpath": ROOT + path}
    here["directory"] = _with_slash(folder_of(path))
    this = {f"msbuildthisfile{part}": value for part, value in here.items()}
    before = {name: result.properties[name] for name in this if name in result.properties}
    result.properties |= this
    _add_sdks(result, root.get("Sdk", ""))
    _walk(result, root, path, depth)
    result.properties |= before


def _add_sdks(result: Evaluation, written: str) -> None:
    result.sdks += [name.strip().partition("/")[0] for name in written.split(";") if name.strip()]


def _walk(result: Evaluation, parent: Element, path: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        return
    for element in parent:
        answer = holds(result.tree, result.properties, element.get("Condition", ""))
        if answer is False:
            continue
        tag = tag_of(element)
        if tag in _READERS:
            _READERS[tag](result, element, path)
        elif tag == "PropertyGroup":
            _set_properties(result, element, path, certain=answer is True)
        elif tag == "Import":
            _import(result, element, path, depth)
        elif tag in ("ImportGroup", "Choose", "When", "Otherwise"):
            _walk(result, element, path, depth + 1)
            if tag == "When" and answer is True:
                return


def _set_properties(result: Evaluation, group: Element, path: str, *, certain: bool) -> None:
    for element in group:
        name = tag_of(element).lower()
        answer = holds(result.tree, result.properties, element.get("Condition", ""))
        sure = certain and answer is True
        if answer is False or (not sure and result.properties.get(name)):
            continue
        result.properties[name] = expand(result.tree, result.properties, (element.text or "").strip())
        result.sources[name] = path


def _add_items(result: Evaluation, group: Element, path: str) -> None:
    for element in group:
        if holds(result.tree, result.properties, element.get("Condition", "")) is False:
            continue
        written = {key.lower(): value for key, value in element.attrib.items()}
        written |= {tag_of(child).lower(): (child.text or "").strip() for child in element}
        metadata = {key: expand(result.tree, result.properties, value) for key, value in written.items()}
        kind = tag_of(element)
        gone = {name.strip().lower() for name in metadata.get("remove", "").split(";") if name.strip()}
        if gone:
            result.items = [i for i in result.items if i.kind != kind or i.include.lower() not in gone]
        for include in metadata.get("include", "").split(";"):
            if include.strip() and not is_open(include):
                result.items.append(Item(kind=kind, include=include.strip(), metadata=metadata, source=path))


# What a target may hold beside commands without doing any work of its own.
_NO_WORK = frozenset({"Exec", "Message", "Warning", "Error", "ItemGroup", "PropertyGroup"})


def _add_calls(result: Evaluation, target: Element, path: str) -> None:
    after = [target.get("BeforeTargets", ""), target.get("AfterTargets", "")]
    alone = {tag_of(element) for element in target} <= _NO_WORK
    hooks = tuple(name.strip() for text in after for name in text.split(";") if name.strip())
    for element in target:
        if tag_of(element) == "Exec":
            conditions = (target.get("Condition", ""), element.get("Condition", ""))
            result.calls.append(
                Call(
                    file=path,
                    target=target.get("Name", ""),
                    command=" ".join(element.get("Command", "").split()),
                    condition=" and ".join(condition for condition in conditions if condition),
                    after=hooks,
                    folder=expand(result.tree, result.properties, element.get("WorkingDirectory", "")),
                    alone=alone,
                )
            )


def _add_sdk_element(result: Evaluation, element: Element, _path: str) -> None:
    _add_sdks(result, element.get("Name", ""))


_READERS = {"ItemGroup": _add_items, "Target": _add_calls, "Sdk": _add_sdk_element}


def _import(result: Evaluation, element: Element, path: str, depth: int) -> None:
    _add_sdks(result, element.get("Sdk", ""))
    written = expand(result.tree, result.properties, element.get("Project", ""))
    target = None if not written or is_open(written) or element.get("Sdk") else resolve(folder_of(path), written)
    if target is None or target in result.imports:
        return
    result.imports.append(target)
    if target in result.tree.paths and target != result.path:
        _read(result, target, depth + 1)
