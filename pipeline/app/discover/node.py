"""Which major version of Node builds the SPA."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.app.discover.markup import section, string
from pipeline.app.discover.tree import join
from pipeline.app.model import Fact
from pipeline.errors import SETTINGS_INVALID, PipelineError

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def node_of(tree: Tree, setting: str, folder: str, package: Mapping[str, object]) -> Fact:
    """Return the major: setting, .nvmrc, .node-version, volta, engines; the first that says something."""
    file = join(folder, "package.json")
    if setting:
        major = exact_major(setting)
        if major is None:
            raise PipelineError(SETTINGS_INVALID, f'spa.node: {setting!r} is no version such as "22"')
        return Fact(name="node", value=major, source="pipeline.yaml")
    for name in (".nvmrc", ".node-version"):
        place = tree.nearest(folder, name)
        major = exact_major(tree.read(place)) if place else None
        if place and major:
            return Fact(name="node", value=major, source=place)
    major = exact_major(string(section(package, "volta"), "node"))
    if major:
        return Fact(name="node", value=major, source=f"{file} volta")
    wanted = string(section(package, "engines"), "node")[:200]
    major = major_in(wanted) if wanted else None
    return Fact(name="node", value=major or DEFAULT, source=f"{file} engines" if major else "default")


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
        if _allows(wanted, major):
            return str(major)
    named = [int(found[2]) for found in _COMPARATOR.finditer(wanted) if found[2].isdigit()]
    fitting = [major for major in named if _allows(wanted, major)]
    return str(max(fitting or named)) if named else None


def _allows(wanted: str, major: int) -> bool:
    """Whether the latest release of a major is in the range: that is what a tool image holds."""
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
