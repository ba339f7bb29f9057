"""Workspaces of npm, yarn, pnpm and bun: the folder whose lock file is that of its members too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.app.discover.globs import glob
from pipeline.app.discover.markup import json_of
from pipeline.app.discover.remarks import documents
from pipeline.app.discover.tree import folder_of, join, upward

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.app.discover.tree import Tree

PNPM = "pnpm-workspace.yaml"


def root_of(tree: Tree, folder: str) -> str | None:
    """Return the folder above that names this one as a member."""
    above = upward(folder_of(folder)) if folder != "." else ()
    return next((place for place in above if _is_member(folder, place, _members(tree, place))), None)


def members(tree: Tree, root: str) -> tuple[str, ...]:
    """Return the folders of a workspace: its root, and each package that the root names as a member."""
    patterns = _members(tree, root)
    inside = "" if root == "." else f"{root}/"
    folders = {folder_of(path) for path in tree.named("package.json") if path.startswith(inside)} - {root}
    return (root, *sorted(folder for folder in folders if _is_member(folder, root, patterns)))


def package_in(tree: Tree, folder: str) -> Mapping[str, object]:
    """Return package.json of a folder, empty when there is none."""
    path = join(folder, "package.json")
    return json_of(tree, path) if path in tree.paths else {}


def _members(tree: Tree, place: str) -> list[str]:
    written = package_in(tree, place).get("workspaces")
    listed = written.get("packages") if isinstance(written, dict) else written
    found = [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    path = join(place, PNPM)
    text = tree.facts.texts.get(path)
    if text is not None:
        found += [str(one) for one in documents.sequence(documents.document(path, text).root, "packages")]
    return found


def _is_member(folder: str, place: str, patterns: list[str]) -> bool:
    path = folder if place == "." else folder.removeprefix(f"{place}/")
    tidy = [(one.startswith("!"), one.removeprefix("!").removeprefix("./").strip("/")) for one in patterns]
    meant = {is_out for is_out, pattern in tidy if glob(pattern).fits(path)}
    return False in meant and True not in meant
