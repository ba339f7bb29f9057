"""C# sources, read for a few words: how the application starts, what it checks, which migrations EF sees."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.app.csharp import bare, code
from pipeline.app.discover.remarks.projects import closure, projects_of
from pipeline.app.discover.remarks.view import folders_above
from pipeline.app.discover.tree import folder_of, name_of
from pipeline.app.remark_kinds import configuration as kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.app.discover.remarks.view import View
    from pipeline.app.model import Remark

_MIGRATE = re.compile(r"\.\s*Database\s*\.\s*Migrate(?:Async)?\s*\(")
_CHECKS = re.compile(r"\.\s*AddHealthChecks\s*\(")
_ADDED = re.compile(r"\.\s*Add(?!HealthChecks\b)(\w*)(?:<[^>;]*>)?\s*\(")
_MAPPED = re.compile(r"\.\s*(?:MapHealthChecks|UseHealthChecks|MapGet|MapDefaultEndpoints)\s*\(\s*(\"[^\"]*\")?")
_OFF = re.compile(r"\b\w*\.?DisableSecurity\s*\(\s*\)|\bAllowAnonymousToAllEndpoints\b")
_ANONYMOUS = re.compile(
    r"\[\s*(?:\w+\s*,\s*){0,9}AllowAnonymous\b[^\]]{0,99}\]\s*(?:\[[^\]]{0,300}\]\s*){0,9}public\s+(?:\w+\s+){0,4}class\b"
)
_MIGRATION = re.compile(r"\bclass\s+(\w+)\s*(?:\([^)]{0,300}\))?\s*:\s*(?:\w+\.){0,9}Migration\b")
_CATCH = re.compile(r"\bcatch\b\s*(?:\([^)]*\)\s*)?(?:when\s*\([^)]*\)\s*)?\{")
_OPEN_TRY = re.compile(r"\btry\s*\{")
_TESTS = re.compile(r"(?:^|/)[^/]*(?:Tests?|Specs|E2E|Benchmarks?)(?:/|\.)|(?:^|/)tests?/", re.IGNORECASE)
_SERVERS = re.compile(
    r"EntityFrameworkCore|^Npgsql|SqlClient|Dapper|MongoDB|StackExchange\.?Redis|RabbitMQ|MassTransit|Elasticsearch|Cosmos",
    re.IGNORECASE,
)
# The methods by which packages add a check to IHealthChecksBuilder; Aspire's clients register their own.
_KEPT = re.compile(
    r"\.\s*(?:Add(?:DbContextCheck|NpgSql|SqlServer|MySql|Redis|RabbitMQ|MongoDb|Mongo|Elasticsearch|Kafka|UrlGroup"
    r"|Sqlite|AzureServiceBus\w*|TypeActivatedCheck)"
    r"|(?:Add|Enrich)(?:Keyed)?(?:Npgsql|SqlServer|MySql|Oracle|Cosmos|AzureNpgsql)\w*(?:DbContext|DataSource|Client|Database)"
    r"|Add(?:Keyed)?(?:Redis\w*(?:Client|Cache)|RabbitMQClient|MongoDBClient|AzureServiceBusClient))\s*[<(]"
)
_KEPT_WORDS = ("Add", "Enrich")
MAX_TEXT = 200_000
# Enough for every call that a person writes; the patterns are slow on more.
MAX_CALL = 2_000
MOST = 20


def _sources(view: View, *words: str) -> Iterator[tuple[str, str]]:
    """Yield path and code of the sources that hold one of these words; tests are no application."""
    for path, text in view.sources(*words):
        if not _TESTS.search(path):
            yield path, code(text[:MAX_TEXT])


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def starts_with_migration(view: View) -> list[tuple[str, int, str]]:
    """Return where the application migrates when it runs: path, line and code."""
    return view.once("migrates", _migrates)


def _migrates(view: View) -> list[tuple[str, int, str]]:
    found = [(path, bare(text)) for path, text in _sources(view, ".Migrate") if _is_of_web(view, path)]
    return [(path, hit.start(), text) for path, text in found for hit in islice(_MIGRATE.finditer(text), MOST)]


def _is_of_web(view: View, path: str) -> bool:
    """Whether a source belongs to the web project or to what it references; of other programs nobody asked."""
    net = view.app.dotnet
    if not net or not net.web:
        return True
    path_of_web = net.web.path
    found = view.once("web closure", lambda one: closure(one, path_of_web))
    owner = view.owners.get(path)
    return owner is None or owner in found


def migrations_at_start(view: View) -> Iterator[Remark]:
    """Find a start that migrates, and one that goes on when that fails."""
    for path, at, text in starts_with_migration(view)[:1]:
        yield kinds.START_MIGRATES.at("migrates the database when it starts", path, _line(text, at))
    for path, at, text in starts_with_migration(view):
        handler = _handler(text, at)
        if handler is not None and not _rethrows(handler):
            message = "catches what the migration throws and goes on"
            yield kinds.SWALLOWED_MIGRATION.at(message, path, _line(text, at))


def _handler(text: str, at: int) -> str | None:
    """Return the body of the innermost catch around a place, None when there is none."""
    for opening in list(_OPEN_TRY.finditer(text, 0, at))[: -MOST - 1 : -1]:
        end = _closing(text, opening.end() - 1)
        if end is not None and end > at:
            found = _CATCH.match(text, _skip(text, end + 1))
            close = _closing(text, found.end() - 1) if found else None
            return text[found.end() : close] if found and close else None
    return None


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _closing(text: str, opening: int) -> int | None:
    depth = 0
    for found in re.compile(r"[{}]").finditer(text, opening):
        depth += 1 if found[0] == "{" else -1
        if depth == 0:
            return found.start()
    return None


def _rethrows(handler: str) -> bool:
    """Whether a handler throws, or ends the process, whatever the environment is."""
    flat = handler
    # What stands below a condition does not always happen.
    for found in islice(re.finditer(r"\bif\s*\(", handler), MOST):
        brace = handler.find("{", found.end())
        close = _closing(handler, brace) if brace >= 0 else None
        if close:
            flat = flat.replace(handler[brace:close], "")
    return bool(re.search(r"\bthrow\b|\bEnvironment\.(?:Exit|FailFast)\b|\bStopApplication\b|\breturn\s+-?[1-9]", flat))


def health(view: View) -> Iterator[Remark]:
    """Find health checks that look at nothing, and an application without any."""
    added: list[tuple[str, int, str]] = []
    maps = False
    for path, text in _sources(
        view, "AddHealthChecks", "HealthChecks(", '("/health', '("/alive', "MapDefaultEndpoints"
    ):
        maps = maps or any(
            "health" in (found[1] or found[0]).lower() or "Default" in found[0] for found in _MAPPED.finditer(text)
        )
        for found in islice(_CHECKS.finditer(text), MOST):
            rest = text[found.end() : found.end() + MAX_CALL].partition(";")[0]
            added.append((path, _line(text, found.start()), rest))
    real = [rest for _, _, rest in added if not _is_shallow(rest)]
    elsewhere = any(re.search(r"\bIHealthCheck\b", text) for _, text in view.sources("IHealthCheck"))
    if added and not real and not elsewhere and not _is_asked_elsewhere(view) and _asks_somebody(view):
        path, line, rest = added[0]
        said = "the only check always says Healthy" if _ADDED.search(rest) else "AddHealthChecks adds no check"
        yield kinds.SHALLOW_HEALTH.at(said, path, line)
    web = view.app.dotnet.web if view.app.dotnet else None
    if web and not added and not maps and not view.fact("health endpoints"):
        yield kinds.NO_HEALTH.at("nothing maps a health endpoint", web.path)


def _asks_somebody(view: View) -> bool:
    """Whether the application depends on a server that a check could ask."""
    packages = (name for project in projects_of(view) if not project.is_test for name, _ in project.packages)
    return any(_SERVERS.search(name) for name in packages)


def _is_asked_elsewhere(view: View) -> bool:
    """Whether checks are added to a builder that was kept, or by a client of Aspire with its own."""
    # The host of Aspire adds the servers themselves, by methods of the same names.
    return any(_KEPT.search(text) for path, text in _sources(view, *_KEPT_WORDS) if _is_of_web(view, path))


def _is_shallow(rest: str) -> bool:
    """Whether the checks behind AddHealthChecks ask nobody."""
    names = _ADDED.findall(rest)
    always = len(
        re.findall(
            r"\.\s*AddCheck\s*\(\s*\"[^\"]*\"\s*,\s*\(?[^,=]*\)?\s*=>\s*[\w.]*HealthCheckResult\s*\.\s*Healthy", rest
        )
    )
    return len(names) == always


def security(view: View) -> Iterator[Remark]:
    """Find endpoint security that is switched off, and controllers that answer everybody."""
    for path, text in _sources(view, "DisableSecurity", "AllowAnonymousToAllEndpoints"):
        if found := _OFF.search(text):
            yield kinds.SECURITY_OFF.at(f"calls {found[0].strip()}", path, _line(text, found.start()))
    open_ = []
    for path, text in view.sources("AllowAnonymous]", "AllowAnonymous,"):
        found = _ANONYMOUS.search(bare(text[:MAX_TEXT])) if path.endswith("Controller.cs") else None
        if found:
            open_.append((path, _line(text, found.start())))
    if open_:
        message = f"{', '.join(name_of(path).removesuffix('.cs') for path, _ in open_)} are open as a whole"
        yield kinds.ANONYMOUS.at(message, *open_[0])


def migrations(view: View) -> Iterator[Remark]:
    """Find migrations that EF does not see, and folders without a snapshot."""
    folders: dict[str, list[str]] = {}
    for path, text in view.texts(r"(?:.*/)?\d{8,14}_\w+\.cs"):
        if "Migration" not in text or not (found := _MIGRATION.search(bare(text[:MAX_TEXT]))):
            continue
        folders.setdefault(folder_of(path), []).append(path)
        designer = f"{path.removesuffix('.cs')}.Designer.cs"
        if view.tree.facts.files and designer not in view.tree.files and "[Migration(" not in text:
            message = f"{found[1]} has no [Migration] and no {name_of(designer)}"
            yield kinds.DEAD_MIGRATION.at(message, path)
    snapshots = folders_above(path for path in view.tree.files if path.endswith("ModelSnapshot.cs"))
    for folder, paths in sorted(folders.items()):
        # The snapshot may stay behind in a folder of its own; it is the project that needs one.
        owner = view.owners.get(paths[0])
        project = folder_of(owner) if owner else folder
        if view.tree.facts.files and project not in snapshots:
            yield kinds.NO_SNAPSHOT.at(f"no *ModelSnapshot.cs lies below {project}", paths[0])


def design_time(view: View) -> Iterator[Remark]:
    """Find EF projects whose tool has to start the application."""
    snapshots = [path for path in view.tree.files if path.endswith("ModelSnapshot.cs")]
    if snapshots and not any(view.sources("IDesignTimeDbContextFactory")):
        yield kinds.DESIGN_TIME.at("no IDesignTimeDbContextFactory: `dotnet ef` runs Program", min(snapshots))


DETECTORS = (migrations_at_start, health, security, migrations, design_time)
