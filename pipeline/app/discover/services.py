"""What tests need outside of their process: servers, a browser, a running application."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipeline.app.discover.project import reachable
from pipeline.app.discover.sources import code_of, texts_of
from pipeline.app.model import Confidence, Fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.app.discover.dotnet import View
    from pipeline.app.discover.tree import Tree

BROWSER = "browser"
RUNNING = "running-app"

# Builders of Testcontainers, and what Aspire adds, by the first part of their names.
_SERVERS = {
    "postgresql": "postgres",
    "postgres": "postgres",
    "mssql": "mssql",
    "sqlserver": "mssql",
    "mysql": "mysql",
    "mariadb": "mariadb",
    "redis": "redis",
    "valkey": "redis",
    "mongodb": "mongodb",
    "elasticsearch": "elasticsearch",
    "rabbitmq": "rabbitmq",
    "kafka": "kafka",
    "minio": "minio",
    "cosmosdb": "cosmosdb",
    "azurecosmosdb": "cosmosdb",
    "azurite": "azurite",
}
# Packages that start a server without a word in the sources.
_HIDDEN = {"pgctxsetup": "postgres", "mysticmind.postgresembed": "postgres"}
_CLIENTS = {"SqlConnection": "mssql", "NpgsqlConnection": "postgres", "MySqlConnection": "mysql"}
_BROWSERS = ("microsoft.playwright", "selenium.webdriver")

_BUILDER = re.compile(r"\bnew\s+([A-Z]\w*?)Builder\s*\(")
_ASPIRE = re.compile(r"\.\s*Add([A-Z]\w*?)\s*\(\s*\"")
_CLIENT = re.compile(r"\bnew\s+(SqlConnection|NpgsqlConnection|MySqlConnection)\s*\(")
_FROM_OUTSIDE = re.compile(r"(?:GetEnvironmentVariable|EnvironmentVariables?\w*\s*\.\s*Get\w*)\s*\(")
_DRIVES = re.compile(r"\b(?:IPlaywright|IBrowser|PageTest|IPage|IWebDriver|ChromeDriver|WebDriver)\b")
_ADDRESS = re.compile(r"https?://localhost:\d+")
_HOSTS = re.compile(r"\b(?:WebApplicationFactory|DistributedApplication\w*|TestServer)\b")


def facts_of_view(tree: Tree, view: View) -> list[Fact[Any]]:
    """Return the services of the tests, and who starts them."""
    found: dict[str, str] = {}
    for service, source in _needs(tree, view):
        found.setdefault(service, source)
    source = next(iter(found.values()), "nothing in the test projects")
    names = tuple(sorted(found))
    return [Fact(name="services of the tests", value=names, source=source, confidence=Confidence.DERIVED)]


def _needs(tree: Tree, view: View) -> Iterator[tuple[str, str]]:
    tests = [project.path for project in view.tests]
    application = set(view.served)
    closure = reachable(view.files, tests)
    hosts = {path for path in closure if view.files[path].is_aspire_host and path not in tests}
    side = [path for path in closure if path not in application and path not in hosts]
    for path in closure:
        names = view.files[path].names
        yield from ((_HIDDEN[name], path) for name in sorted(names) if name in _HIDDEN)
        yield from _of_pattern(tree, path, _BUILDER)
    for path in side:
        yield from _of_pattern(tree, path, _ASPIRE)
        yield from _of_browser(tree, view, path)
    yield from _of_aspire_hosts(tree, view, tests)
    yield from _from_outside(tree, side)


def _of_pattern(tree: Tree, project: str, pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    return tree.once((pattern.pattern, project), lambda: list(_look(tree, project, pattern)))


def _look(tree: Tree, project: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    for path, code in code_of(tree, project, "Builder" if pattern is _BUILDER else ".Add"):
        found = (one[1].lower() for one in pattern.finditer(code))
        yield from ((_SERVERS[name], path) for name in found if name in _SERVERS)


def _of_browser(tree: Tree, view: View, project: str) -> list[tuple[str, str]]:
    names = view.files[project].names
    return tree.once(("browser", project), lambda: list(_browsers(tree, project, names)))


def _browsers(tree: Tree, project: str, names: frozenset[str]) -> Iterator[tuple[str, str]]:
    texts = texts_of(tree, project)
    drives = [path for path, text in texts if _DRIVES.search(text)]
    if not drives and not any(name.startswith(_BROWSERS) for name in names):
        return
    yield BROWSER, drives[0] if drives else project
    whole = "\n".join(text for _, text in texts)
    if _ADDRESS.search(whole) and not _HOSTS.search(whole):
        yield RUNNING, project


def _of_aspire_hosts(tree: Tree, view: View, tests: list[str]) -> Iterator[tuple[str, str]]:
    """Yield what an Aspire host adds where a test starts the whole application by it."""
    for test in tests:
        if "aspire.hosting.testing" not in view.files[test].names:
            continue
        for path in view.files[test].project.references:
            if path in view.files and view.files[path].is_aspire_host:
                yield from _of_pattern(tree, path, _ASPIRE)


def _from_outside(tree: Tree, side: list[str]) -> Iterator[tuple[str, str]]:
    """Yield what tests connect to by themselves, at an address that the environment gives."""
    texts = [one for project in side for one in code_of(tree, project, "Environment")]
    if any(_FROM_OUTSIDE.search(text) for _, text in texts):
        connects = [one for project in side for one in code_of(tree, project, *_CLIENTS)]
        yield from ((_CLIENTS[found[1]], path) for path, text in connects for found in _CLIENT.finditer(text))
