"""Source code, read for a few words: which project it belongs to, whether it holds tests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.app import csharp
from pipeline.app.discover.tree import PROJECT_ENDINGS, folder_of, upward

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

from pipeline.app.discover.tree import Tree

SOURCE_ENDINGS = (".cs", ".fs")

_TEST = re.compile(
    r"\[<?\s*(?:[\w.]+\s*,\s*)*(?:[\w]+\.)*\w*(?:Fact|Theory|Test|TestCase|TestCaseSource|TestMethod|Scenario)"
    r"(?:Attribute)?\s*[(,\]>]"
)
# Packages whose tests are generated from files that are no source code.
_GENERATED = ("reqnroll", "specflow", "xunit.gherkin")


def by_project(tree: Tree) -> Mapping[str, tuple[str, ...]]:
    """Return the sources of each project: those below its folder that are not below another project's."""
    return tree.once("sources", lambda: _by_project(tree))


def _by_project(tree: Tree) -> dict[str, tuple[str, ...]]:
    projects: dict[str, list[str]] = {}
    for path in tree.ending(*PROJECT_ENDINGS):
        projects.setdefault(folder_of(path), []).append(path)
    owner: dict[str, str | None] = {}
    found: dict[str, list[str]] = {}
    for path in tree.ending(*SOURCE_ENDINGS):
        folder = folder_of(path)
        if folder not in owner:
            owner[folder] = next((place for place in upward(folder) if place in projects), None)
        for project in projects.get(owner[folder] or "", ()):
            found.setdefault(project, []).append(path)
    return {project: tuple(files) for project, files in found.items()}


def texts_of(tree: Tree, project: str) -> list[tuple[str, str]]:
    """Return the sources of a project with their texts."""
    return tree.once(("texts", project), lambda: _texts_of(tree, project))


def _texts_of(tree: Tree, project: str) -> list[tuple[str, str]]:
    texts = tree.facts.texts
    return [(path, texts[path]) for path in by_project(tree).get(project, ()) if path in texts]


def code_of(tree: Tree, project: str, *words: str) -> list[tuple[str, str]]:
    """Return the sources of a project that hold one of these words, without comments."""
    return tree.once(("code", project, words), lambda: _code_of(tree, project, words))


def _code_of(tree: Tree, project: str, words: tuple[str, ...]) -> list[tuple[str, str]]:
    found = [(path, text) for path, text in texts_of(tree, project) if any(word in text for word in words)]
    return [(path, csharp.code(text)) for path, text in found]


def holds_tests(tree: Tree, project: str) -> bool | None:
    """Whether a source of the project has a test attribute; None when it has no sources at all."""
    return tree.once(("tests", project), lambda: _holds_tests(tree, project))


def _holds_tests(tree: Tree, project: str) -> bool | None:
    texts = [text for _, text in texts_of(tree, project)]
    if not texts:
        return None
    return any("[" in text and _TEST.search(csharp.bare(text)) for text in texts)


def generates_tests(packages: AbstractSet[str]) -> bool:
    """Whether a package writes the tests itself, from feature files."""
    return any(name.startswith(_GENERATED) for name in packages)
