"""Whether the application keeps its data in a file, as far as packages and variables tell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.app.model import Dotnet, Project
    from pipeline.release.refuse.case import Case

_FILE = re.compile(
    r"EntityFrameworkCore\.(?:Sqlite|LiteDB)|Microsoft\.Data\.Sqlite|System\.Data\.SQLite|sqlite-net|LiteDB|DuckDB\.NET"
    r"|linq2db\.SQLite|ServiceStack\.OrmLite\.Sqlite",
    re.IGNORECASE,
)
_SERVER = re.compile(
    r"EntityFrameworkCore\..*(?:SqlServer|PostgreSQL|MySql|Oracle|Cosmos)|Npgsql|MySqlConnector|MySql\.|Oracle\."
    r"|Microsoft\.Data\.SqlClient|System\.Data\.SqlClient|Marten|MongoDB|RavenDB|Cosmos",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"(?:^|;)\s*(?:data ?source|filename)\s*=\s*(?:file:)?([^;?]+)", re.IGNORECASE)
_NAME = re.compile(r"[\w./ -]*\.(?:db3?|sqlite3?|duckdb|litedb)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class FileDatabase:
    """A database in a file, and what says so; `is_sure` where nothing says that there is another one.

    `path` is the file where a variable names it, `variable` its place in the fly.toml.
    """

    said: str
    is_sure: bool
    path: str = ""
    variable: str = ""


def of(case: Case) -> FileDatabase | None:
    """Return the database in a file that an application uses, or may use."""
    for name, value in case.config.env:
        found = _SOURCE.search(value)
        path = found[1].strip() if found else ""
        if _NAME.fullmatch(path):
            return FileDatabase(said=f"{name} names {path}", is_sure=True, path=path, variable=f"env.{name}")
    packages = list(_packages(case.app.dotnet)) if case.app.dotnet else []
    files = [(package, project) for package, project in packages if _FILE.search(package)]
    if not files:
        return None
    package, project = files[0]
    alone = not any(_SERVER.search(package) for package, _ in packages)
    return FileDatabase(said=f"{project} has {package}", is_sure=alone)


def _packages(dotnet: Dotnet) -> Iterator[tuple[str, str]]:
    """Yield the packages of the web project and of what it references, with the project."""
    known = {project.path: project for project in dotnet.projects}
    left = [dotnet.web] if dotnet.web else [project for project in dotnet.projects if not project.is_test]
    seen: set[str] = set()
    while left:
        project: Project = left.pop()
        if project.path in seen:
            continue
        seen.add(project.path)
        yield from ((name, project.path) for name, _ in project.packages)
        left += (known[path] for path in project.references if path in known)
