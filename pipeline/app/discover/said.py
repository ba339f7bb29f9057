"""What a build tool's configuration says about its output, and the place where it is looked for."""

from __future__ import annotations

from dataclasses import dataclass
from posixpath import normpath
from typing import TYPE_CHECKING

from pipeline.app.discover import javascript
from pipeline.app.discover.markup import section
from pipeline.app.discover.tree import join, name_of, resolve
from pipeline.app.model import Confidence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.app.discover.tree import Tree

ENDINGS = (".ts", ".js", ".mts", ".mjs", ".cts", ".cjs")


@dataclass(frozen=True, kw_only=True)
class Output:
    """The folder with the built files; with `server` there is none to serve; `maybe` is what nobody can decide."""

    folder: str | None = None
    source: str = ""
    line: int | None = None
    sure: Confidence = Confidence.DERIVED
    server: str | None = None
    maybe: tuple[str | None, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether only the settings can say it."""
        return bool(self.maybe)

    @property
    def options(self) -> tuple[str | None, ...]:
        """Every folder that is possible; nothing stands for a server."""
        return self.maybe or (self.folder,)


def unknown(*folders: str | None) -> Output:
    """Return that it has to be asked, with what is likely."""
    return Output(maybe=folders)


def tidy(path: str) -> str:
    """Return a path without what says nothing."""
    return normpath(path.replace("\\", "/"))


@dataclass(frozen=True, kw_only=True)
class Site:
    """A folder with its package.json, and the configuration files beside it."""

    tree: Tree
    folder: str
    package: Mapping[str, object]

    @property
    def file(self) -> str:
        """Its package.json."""
        return join(self.folder, "package.json")

    def version(self, name: str) -> str:
        """Return what package.json asks for of a package, nothing when it does not."""
        found = (section(self.package, kind).get(name) for kind in ("dependencies", "devDependencies"))
        return next((one for one in found if isinstance(one, str)), "")

    def asks_for(self, name: str) -> bool:
        """Whether package.json asks for a package."""
        return bool(self.version(name))

    def config(self, stem: str) -> str | None:
        """Return the configuration file that a tool reads by itself."""
        names = [f"{stem}{ending}" for ending in ENDINGS]
        found = [path for path in self.tree.beside(self.folder) if name_of(path) in names]
        return min(found, key=lambda path: names.index(name_of(path)), default=None)

    def text(self, path: str) -> str | None:
        """Return a configuration without comments; nothing when it cannot be read, or is too long to be."""
        text = self.tree.facts.texts.get(path)
        return javascript.plain(text) if text is not None and len(text) <= javascript.MAX_CONFIG else None

    def said(self, path: str, source: str, line: int | None = None, *, sure: Confidence = Confidence.DERIVED) -> Output:
        """Return the output that a file names; a path out of the tree is no answer."""
        if resolve(self.folder, path) is None:
            return unknown("dist")
        return Output(folder=tidy(path), source=source, line=line, sure=sure)
