"""One weakness per advisory, package and place, however many tools found it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.parse.weakness import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.parse.weakness import Component, Weakness

# What a weakness is the same by, apart from its ids.
Where = tuple[str, ...]


def place(weakness: Weakness) -> str:
    """Return where it is, the same for every tool: NuGet's tools name a project, or the lock file beside it."""
    if weakness.image and weakness.package:
        return "image"
    file = weakness.file or ""
    of_nuget = weakness.package is not None and weakness.package.ecosystem == "nuget"
    return file.rpartition("/")[0] or "." if of_nuget else file


def where(weakness: Weakness) -> Where:
    """Return what two findings about the same thing have in common."""
    package = weakness.package
    named = (package.ecosystem, package.name.lower()) if package else ("", "")
    return (weakness.kind.value, *named, place(weakness), weakness.mark)


def ids(weakness: Weakness) -> frozenset[str]:
    """Return every name of the advisory."""
    return frozenset((weakness.id, *weakness.aliases))


def fingerprint(weakness: Weakness) -> str:
    """Return a name that survives new versions, moved lines and rebuilt images."""
    # All tools know the GHSA id where there is one; a CVE only some.
    known = sorted(ids(weakness), key=lambda id_: (not id_.startswith("GHSA-"), id_))
    text = "\0".join((known[0], *where(weakness)))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def merge(found: Iterable[Weakness], components: Sequence[Component]) -> list[tuple[Weakness, tuple[str, ...]]]:
    """Return each weakness once, with the names of the tools that found it."""
    groups: dict[Where, list[list[Weakness]]] = {}
    for weakness in found:
        same = groups.setdefault(where(weakness), [])
        known = [group for group in same if any(ids(weakness) & ids(other) for other in group)]
        # One finding can join two groups that did not know of each other: a CVE here, a GHSA there.
        joined = [weakness, *(other for group in known for other in group)]
        same[:] = [group for group in same if group not in known] + [joined]
    return [_joined(group, components) for same in groups.values() for group in same]


def _joined(group: list[Weakness], components: Sequence[Component]) -> tuple[Weakness, tuple[str, ...]]:
    ordered = sorted(group, key=lambda w: (-w.level.rank, not w.aliases, w.line is None, w.tool, w.id))
    first = ordered[0]
    names = sorted({id_ for w in group for id_ in ids(w)})
    # The id that people search for: the CVE where there is one.
    id_ = next((name for name in names if name.startswith("CVE-")), first.id)
    merged = replace(
        first,
        id=id_,
        aliases=tuple(name for name in names if name != id_),
        also=_others(first, ordered),
        title=max((w.title for w in ordered), key=len),
        fixed=_fixed(group),
        malware=any(w.malware for w in group),
        path=max((w.path for w in ordered), key=len),
        url=next((w.url for w in ordered if w.url), ""),
        published=next((w.published for w in ordered if w.published), ""),
        help=next((w.help for w in ordered if w.help), ""),
        dev=_dev(group),
    )
    return _completed(merged, group, components), tuple(sorted({w.tool for w in group}))


def _others(first: Weakness, group: Iterable[Weakness]) -> tuple[Place, ...]:
    """Return the other lines of a file that break the same rule, and the other file in which a tool saw a package."""
    places = {Place(file=w.file, line=w.line) for w in group if w.file and (w.file, w.line) != (first.file, first.line)}
    return tuple(sorted(places, key=lambda place: (place.file, place.line or 0)))


def _fixed(group: list[Weakness]) -> str | None:
    """Return the mended version that a tool names; that there is none only where a tool says so."""
    said = [w.fixed for w in sorted(group, key=lambda w: not w.aliases) if w.fixed is not None]
    return next((version for version in said if version), "") if said else None


def _dev(group: list[Weakness]) -> bool | None:
    said = {w.dev for w in group}
    return False if False in said else True if True in said else None


def _completed(merged: Weakness, group: list[Weakness], components: Sequence[Component]) -> Weakness:
    """Fill in what no tool told about a package from the list of components: its versions, and who uses it."""
    package = merged.package
    if package is None:
        return merged
    same = [c for c in components if _is_of(merged, c)]
    versions = {w.package.version for w in group if w.package and w.package.version}
    versions = versions or {c.package.version for c in same}
    dev = all(c.dev for c in same) if merged.dev is None and same else merged.dev
    return replace(merged, package=replace(package, version=", ".join(sorted(versions))), dev=dev)


def _is_of(weakness: Weakness, component: Component) -> bool:
    package = weakness.package
    return (
        package is not None
        and component.image == weakness.image
        and component.package.ecosystem == package.ecosystem
        and component.package.name.lower() == package.name.lower()
        and (weakness.image or component.file == weakness.file)
    )
