"""The files of a tree that scanners have to look at."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from pipeline.app.discover import workspaces
from pipeline.app.discover.tree import Tree, folder_of
from pipeline.app.facts import LockFile
from pipeline.app.model import Inventory, Lock
from pipeline.app.names import is_dockerfile, is_like_dockerfile
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.app.facts import Facts

ECOSYSTEM = {
    "packages.lock.json": "nuget",
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
    "yarn.lock": "npm",
    "pnpm-lock.yaml": "npm",
    "bun.lock": "npm",
    "bun.lockb": "npm",
}
_UNREAD = (
    (re.compile(r"(?:.*/)?fly(?:\.[^/]+)?\.toml"), "no scanner here has checks for fly.toml"),
    (re.compile(r"(?:.*/)?(?:docker-)?compose[^/]*\.ya?ml"), "Trivy has no checks for compose files"),
    (re.compile(r"\.github/workflows/[^/]+\.ya?ml"), "Trivy has no checks for workflows"),
)
_BUILT = "git tracks it in a folder of build outputs or dependencies, where nothing here looks"
_OTHER_NAME = "Trivy looks at no Dockerfile of such a name"
# Trivy obeys it in every line, a comment or none, and has no option against that.
_SILENCES = re.compile(r"(?:trivy|tfsec):ignore", re.IGNORECASE)
_SUBMODULE = re.compile(r"^[ \t]*path\s*=\s*(.+?)\s*$", re.MULTILINE)
_NEEDS = ("dependencies", "devDependencies", "optionalDependencies")
_PNPM_FORM = re.compile(r"^lockfileVersion: *'?(\d+)", re.MULTILINE)
_PNPM_WHOLE = 9
_PNPM_GAP = "Trivy leaves out what only development uses in pnpm's lock files before version 9"


def inventory(facts: Facts) -> Inventory:
    """Return what is there to be looked at."""
    locks = tuple(
        Lock(
            path=path,
            ecosystem=ECOSYSTEM[path.rpartition("/")[2]],
            packages=lock.packages,
            gap=lock.gap,
        )
        for path, lock in sorted(facts.locks.items())
    )
    paths = sorted(facts.paths)
    dockerfiles = tuple(path for path in paths if is_dockerfile(path))
    silent = (*dockerfiles, *(path for path in paths if path.endswith(".tf")))
    return Inventory(
        locks=locks,
        dockerfiles=dockerfiles,
        silenced=tuple(
            (path, number)
            for path in silent
            for number, line in enumerate(facts.texts.get(path, "").splitlines(), start=1)
            if _SILENCES.search(line)
        ),
        unseen=tuple((path, facts.unreadable[path]) for path in silent if path in facts.unreadable),
        unread=(
            *((path, why) for path in paths for pattern, why in _UNREAD if pattern.fullmatch(path)),
            *((path, _OTHER_NAME) for path in sorted(facts.files) if is_like_dockerfile(path)),
            *((path, _BUILT) for path in sorted(facts.ignored) if is_dockerfile(path)),
        ),
        gaps=(*_submodules(facts), *_links(facts), *_absent(facts), *_built(facts)),
        unlocked=tuple(_unlocked(Tree(facts), paths)),
        files=len(facts.files),
    )


def _submodules(facts: Facts) -> Iterator[tuple[str, str, str]]:
    """Yield what is not here at all of other repositories; the history itself tells which there were."""
    for path in sorted({*facts.empty, *_declared(facts, "")}):
        yield "source", path, "a submodule that is not checked out (`git submodule update --init --recursive`)"


def _declared(facts: Facts, above: str) -> Iterator[str]:
    """Yield each submodule without a file, also below others; where there is no git, .gitmodules alone tells."""
    for path in _SUBMODULE.findall(facts.texts.get(f"{above}.gitmodules", "")):
        inside = f"{above}{path}/"
        if any(file.startswith(inside) for file in facts.files):
            yield from _declared(facts, inside)
        else:
            yield f"{above}{path}"


def _absent(facts: Facts) -> Iterator[tuple[str, str, str]]:
    for path in sorted(facts.absent):
        yield "source", path, "a sparse checkout leaves it out"


def _built(facts: Facts) -> Iterator[tuple[str, str, str]]:
    """Yield lock files in folders that no step gets."""
    for path in sorted(facts.ignored):
        if manager := ECOSYSTEM.get(path.rpartition("/")[2]):
            yield manager, path, _BUILT


def _links(facts: Facts) -> Iterator[tuple[str, str, str]]:
    """Yield lock files that are links out of the source."""
    for path, why in sorted(facts.unreadable.items()):
        if path not in facts.locks and (manager := ECOSYSTEM.get(path.rpartition("/")[2])):
            yield manager, path, why


def _unlocked(tree: Tree, paths: Iterable[str]) -> Iterator[str]:
    """Yield each package.json whose packages no lock file beside it, or at the root of its workspace, tells."""
    locked = {folder_of(path) for path in tree.facts.locks if ECOSYSTEM[path.rpartition("/")[2]] == "npm"}
    for path in paths:
        folder = folder_of(path)
        if path.rpartition("/")[2] != "package.json" or folder in locked:
            continue
        try:
            needs = any(workspaces.package_in(tree, folder).get(key) for key in _NEEDS)
            root = workspaces.root_of(tree, folder) if needs else None
        except PipelineError:  # broken, so who needs it says so; it is no reason not to scan
            needs, root = True, None
        if needs and root not in locked:
            yield path


def counted(path: str, text: str) -> LockFile:
    """Return how many packages a lock file names; forms that are no JSON are not counted, nor what is broken."""
    name = path.rpartition("/")[2]
    if not name.endswith(".json"):
        form = _PNPM_FORM.search(text) if name == "pnpm-lock.yaml" else None
        return LockFile(gap=_PNPM_GAP if form and int(form[1]) < _PNPM_WHOLE else "")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return LockFile()
    if not isinstance(data, dict):
        return LockFile()
    return LockFile(packages=_nuget(data) if name == "packages.lock.json" else _npm(data))


def _npm(data: dict[str, Any]) -> int | None:
    found = data.get("packages", data.get("dependencies"))
    return len([key for key in found if key]) if isinstance(found, dict) else None


def _nuget(data: dict[str, Any]) -> int | None:
    frameworks = data.get("dependencies")
    if not isinstance(frameworks, dict) or not all(isinstance(packages, dict) for packages in frameworks.values()):
        return None
    entries = [entry for packages in frameworks.values() for entry in packages.values()]
    return len([entry for entry in entries if isinstance(entry, dict) and entry.get("type") != "Project"])
