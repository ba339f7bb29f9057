"""Whether the application migrates its database when it starts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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
_CLASS = re.compile(r"\b(?:class|record|struct)\s+(\w+)")
# A task that somebody starts by its name is no start-up.
_ON_REQUEST = re.compile(r"\bAppTasks\s*\.\s*Register\b")


def migrates(tree: Tree, view: View) -> Fact[bool]:
    """Return whether a program that serves migrates, itself or by a class of a library that it names."""
    programs = candidates(view.files) or ([view.web] if view.web else [])
    for program in programs:
        for path, code in _own(tree, program):
            found = _CALL.search(code) or _MIGRATOR.search(code)
            if found and not _ON_REQUEST.search(code):
                return _fact(path, code, found)
    for path, code, found in _of_libraries(tree, view):
        names = {name[1] for name in _CLASS.finditer(code[: found.start()])}
        if any(name in text for program in programs for _, text in texts_of(tree, program.path) for name in names):
            return _fact(path, code, found)
    return Fact(name=NAME, value=False, source="no such call in the sources", confidence=Confidence.DERIVED)


def _fact(path: str, code: str, found: re.Match[str]) -> Fact[bool]:
    line = code.count("\n", 0, found.start()) + 1
    return Fact(name=NAME, value=True, source=path, line=line, confidence=Confidence.DERIVED)


def _own(tree: Tree, program: ProjectFile) -> Iterator[tuple[str, str]]:
    """Yield the code of a program, what it links from elsewhere included."""
    yield from code_of(tree, program.path, "Migrate")
    for item in program.evaluation.of_kind("Compile"):
        path = resolve(folder_of(program.path), item.include)
        text = tree.facts.texts.get(path or "", "")
        if path and "Migrate" in text and not path.endswith(PROJECT_ENDINGS):
            yield path, text


def _of_libraries(tree: Tree, view: View) -> Iterator[tuple[str, str, re.Match[str]]]:
    programs = {program.path for program in candidates(view.files)}
    for project in (path for path in view.served if path not in programs):
        for path, code in code_of(tree, project, "Migrate"):
            if found := _CALL.search(code):
                yield path, code, found
