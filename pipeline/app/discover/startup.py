"""Whether the application migrates its database when it starts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.app.csharp import bare
from pipeline.app.discover.guards import Runs, runs
from pipeline.app.discover.sources import code_of, texts_of
from pipeline.app.discover.tree import PROJECT_ENDINGS, folder_of, resolve
from pipeline.app.discover.web import candidates
from pipeline.app.model import Confidence, Fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.app.discover.dotnet import View
    from pipeline.app.discover.project import ProjectFile
    from pipeline.app.discover.tree import Tree

NAME = "migrates at start-up"

_CALL = re.compile(r"\bDatabase\s*\.\s*Migrate(?:Async)?\s*\(")
_MIGRATOR = re.compile(r"\b\w*[mM]igrator\s*\.\s*Migrate(?:Async)?\s*\(")
# DbUp and FluentMigrator
_UPGRADE = re.compile(r"\.\s*(?:PerformUpgrade|MigrateUp)\s*\(")
_WORDS = ("Migrate", "PerformUpgrade")
_EXTENSION = re.compile(r"\bstatic\b[^;{}()]{0,200}\b(\w+)\s*\(\s*this\b")
_CLASS = re.compile(r"\b(?:class|record|struct)\s+(\w+)")

_SAID = {
    Runs.DEVELOPMENT: "in development only",
    Runs.ON_REQUEST: "only when asked to",
    Runs.UNKNOWN: "behind a condition that no rule can read",
}


def migrates(tree: Tree, view: View) -> Fact[bool]:
    """Return whether a program that serves migrates, itself or by a class of a library that it names."""
    found = list(_calls(tree, view))
    if not found:
        return _never(tree, view)
    best = max(found, key=lambda call: call.runs)
    sure = Confidence.GUESSED if best.runs is Runs.UNKNOWN else Confidence.DERIVED
    value = best.runs >= Runs.UNKNOWN
    return Fact(name=NAME, value=value, source=best.source, line=best.line, confidence=sure)


def _never(tree: Tree, view: View) -> Fact[bool]:
    """Say no, less surely where a library has such a call that some other of its classes may make."""
    first = next(iter(_of_libraries(tree, view)), None)
    if first is None:
        return Fact(name=NAME, value=False, source="no such call in the sources", confidence=Confidence.DERIVED)
    path, code, found = first
    line = _call(path, code, found, Runs.UNKNOWN).line
    source = f"{path} (no program names this class)"
    return Fact(name=NAME, value=False, source=source, line=line, confidence=Confidence.GUESSED)


@dataclass(frozen=True)
class _Call:
    """One call that migrates, and when it runs."""

    file: str
    line: int
    runs: Runs

    @property
    def source(self) -> str:
        """The file, and the condition where there is one."""
        return f"{self.file} ({_SAID[self.runs]})" if self.runs in _SAID else self.file


def _calls(tree: Tree, view: View) -> Iterator[_Call]:
    programs = candidates(view.files) or ([view.web] if view.web else [])
    for program in programs:
        for path, code in _own(tree, program):
            for found in (found for call in (_CALL, _MIGRATOR, _UPGRADE) for found in call.finditer(code)):
                yield _call(path, code, found, runs(code, found.start()))
    texts = [text for program in programs for _, text in texts_of(tree, program.path)]
    for path, code, found in _of_libraries(tree, view):
        before = code[: found.start()]
        # Who calls an extension method does not name its class.
        own = [f".{name[1]}(" for name in _EXTENSION.finditer(before)][-1:]
        names = {*(name[1] for name in _CLASS.finditer(before)), *own}
        used = [runs(text, text.index(name)) for text in texts for name in names if name in text]
        if used:
            yield _call(path, code, found, min(max(used), runs(code, found.start())))


def _call(path: str, code: str, found: re.Match[str], when: Runs) -> _Call:
    return _Call(path, code.count("\n", 0, found.start()) + 1, when)


def _own(tree: Tree, program: ProjectFile) -> Iterator[tuple[str, str]]:
    """Yield the code of a program, what it links from elsewhere included."""
    yield from ((path, bare(code)) for path, code in code_of(tree, program.path, *_WORDS))
    for item in program.evaluation.of_kind("Compile"):
        path = resolve(folder_of(program.path), item.include)
        text = tree.facts.texts.get(path or "", "")
        if path and any(word in text for word in _WORDS) and not path.endswith(PROJECT_ENDINGS):
            yield path, bare(text)


def _of_libraries(tree: Tree, view: View) -> Iterator[tuple[str, str, re.Match[str]]]:
    programs = {program.path for program in candidates(view.files)}
    for project in (path for path in view.served if path not in programs):
        for path, code in code_of(tree, project, *_WORDS):
            if found := _CALL.search(bare(code)) or _UPGRADE.search(bare(code)):
                yield path, bare(code), found
