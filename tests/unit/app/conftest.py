"""Small source trees as facts: `found` discovers one, `refused` returns the error it ends with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from pipeline.app.discover import discover
from pipeline.app.facts import HEADS, NAMES_ONLY, Facts
from pipeline.errors import PipelineError
from pipeline.plan.make import make
from pipeline.settings.load import resolve
from tests.samples import IMAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.app.model import App


class Found(Protocol):
    """Discovers a tree of paths and texts, with settings as YAML."""

    def __call__(self, files: Mapping[str, str], settings: str = "", **unreadable: str) -> App:
        """Return the application."""


class Refused(Protocol):
    """Like Found, for a tree that ends with an error."""

    def __call__(self, files: Mapping[str, str], settings: str = "", **unreadable: str) -> PipelineError:
        """Return the error."""


def facts_of(files: Mapping[str, str], unreadable: Mapping[str, str] | None = None) -> Facts:
    """Return facts as the edges would read them."""
    # A lock file without a text is one whose content nobody looked at.
    unread = {
        path
        for path, text in files.items()
        if path.rpartition("/")[2] in NAMES_ONLY or (path.endswith(HEADS) and not text)
    }
    texts = {path: text for path, text in files.items() if path not in unread}
    return Facts(paths=frozenset(files), texts=texts, unreadable=unreadable or {}, files=frozenset(files))


def _found(files: Mapping[str, str], settings: str = "", **unreadable: str) -> App:
    return discover(facts_of(files, unreadable.get("paths") or {}), resolve(settings).settings)


@pytest.fixture
def found() -> Any:
    """Return the discovery of a small tree."""
    return _found


@pytest.fixture
def refused() -> Any:
    """Return the discovery and planning of a small tree that must fail."""

    def run(files: Mapping[str, str], settings: str = "", **unreadable: Any) -> PipelineError:
        with pytest.raises(PipelineError) as caught:
            make(_found(files, settings, **unreadable), resolve(settings).settings, IMAGES)
        return caught.value

    return run


@pytest.fixture
def csproj() -> Any:
    """Return a writer of project files."""

    def write(*inner: str, sdk: str = "Microsoft.NET.Sdk", tfm: str = "net10.0") -> str:
        framework = f"<TargetFramework>{tfm}</TargetFramework>" if tfm else ""
        items = "".join(
            i if i.startswith("<") else f'<ItemGroup><PackageReference Include="{i}" /></ItemGroup>' for i in inner
        )
        return f'<Project Sdk="{sdk}"><PropertyGroup>{framework}</PropertyGroup>{items}</Project>'

    return write


@pytest.fixture
def reference() -> Any:
    """Return a writer of project references."""
    return lambda path: f'<ItemGroup><ProjectReference Include="{path}" /></ItemGroup>'


@pytest.fixture
def sln() -> Any:
    """Return a writer of classic solutions."""

    def write(*paths: str) -> str:
        kind = "{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}"
        lines = [f'Project("{kind}") = "x", "{path}", "{{1}}"\nEndProject' for path in paths]
        return (
            "\nMicrosoft Visual Studio Solution File, Format Version 12.00\n"
            + "\n".join(lines)
            + "\nGlobal\nEndGlobal\n"
        )

    return write


@pytest.fixture
def package() -> Any:
    """Return a writer of package.json for a React application."""

    def write(scripts: Mapping[str, str] | None = None, **more: Any) -> str:
        standard = {"build": "vite build", "lint": "eslint .", "test": "vitest run"}
        content = {
            "name": "client",
            "scripts": standard if scripts is None else scripts,
            "dependencies": {"react": "19"},
        }
        return json.dumps(content | more, indent=2)

    return write
