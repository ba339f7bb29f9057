"""NuGet packages, their sources and .NET tools."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.app import support
from pipeline.app.discover.markup import section, string, tag_of, xml_of
from pipeline.app.discover.remarks.projects import projects_of
from pipeline.app.discover.remarks.secret_words import is_placeholder
from pipeline.app.discover.remarks.view import quoted
from pipeline.app.discover.tree import folder_of, line_of, resolve
from pipeline.app.remark_kinds import dotnet as kinds
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from pipeline.app.discover.remarks.view import View
    from pipeline.app.model import Remark

# Released together, one version for all of them.
FAMILIES = ("Microsoft.EntityFrameworkCore", "Elsa", "HotChocolate", "MassTransit", "Microsoft.Orleans", "Volo.Abp")
_PROVIDERS = {
    "SQL Server": re.compile(r"EntityFrameworkCore\..*SqlServer", re.IGNORECASE),
    "PostgreSQL": re.compile(
        r"EntityFrameworkCore\..*(?:PostgreSQL|Npgsql)|Npgsql\.EntityFrameworkCore", re.IGNORECASE
    ),
    "MySQL": re.compile(r"EntityFrameworkCore\..*MySql|MySql\.EntityFrameworkCore", re.IGNORECASE),
    "Oracle": re.compile(r"Oracle\.EntityFrameworkCore", re.IGNORECASE),
}
_RELEASED_WITH_DOTNET = re.compile(
    r"Microsoft\.(?:EntityFrameworkCore|AspNetCore)(?:\.(?!OData|Mvc\.Versioning|SystemWebAdapters|SignalR\.Client|"
    r"DataProtection\.StackExchangeRedis)[\w.]+)?"
)
_HOME = re.compile(
    r"(?:\.\.[\\/])+\.nuget[\\/]packages[\\/][^<\"';\s]*|(?<![\w.$])(?:[A-Za-z]:\\+Users\\|/home/(?=\w)|/Users/(?=\w)|~/)[^<\"';\s]*"
)
_ABSOLUTE = re.compile(r"[A-Za-z]:[\\/]|/|~/")
_TOOL = re.compile(r"\bdotnet\s+tool\s+(?:install|update)\b(.*)")
_TOOL_VERSION = re.compile(r"--version[ =]\"?'?([\w.*-]+)")
_FOLDERS = frozenset({"globalpackagesfolder", "repositorypath"})
_SECRET_KEYS = frozenset({"cleartextpassword", "password"})


def mixed(view: View) -> Iterator[Remark]:
    """Find packages that belong together in several versions."""
    by_name: dict[str, dict[str, list[str]]] = {}
    for project in projects_of(view):
        for name, version in project.packages:
            family = next((f for f in FAMILIES if name == f or name.startswith(f"{f}.")), name)
            if version and "*" not in version and not project.is_test:
                # 9.0.3 and 9.0.3.0 are one version.
                plain = re.sub(r"^(\d+\.\d+\.\d+)\.0$", r"\1", version)
                by_name.setdefault(family, {}).setdefault(plain, []).append(project.path)
    for family, versions in sorted(by_name.items()):
        if len(versions) > 1:
            told = ", ".join(
                f"{v} ({_stem(paths[0])})" for v, paths in sorted(versions.items(), key=lambda one: _order(one[0]))
            )
            newest = versions[max(versions, key=_order)][0]
            star = ".*" if family in FAMILIES else ""
            line = line_of(view.text(newest), f'"{family}')
            yield kinds.MIXED_VERSIONS.at(f"{family}{star} in {len(versions)} versions: {told}", newest, line)


def _order(version: str) -> tuple[list[int], bool, str]:
    """Return what versions are compared by: 10 is above 9, and a release above what came before it."""
    numbers, dash, label = version.partition("-")
    return [int(part[:9]) for part in re.findall(r"[0-9]+", numbers)], not dash, label


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]


def providers(view: View) -> Iterator[Remark]:
    """Find EF providers of several databases; SQLite is for tests and does not count."""
    found: dict[str, tuple[str, str]] = {}
    for project in projects_of(view):
        for name, _ in project.packages if not project.is_test else ():
            for database, pattern in _PROVIDERS.items():
                if pattern.search(name):
                    found.setdefault(database, (name, project.path))
    if len(found) > 1:
        told = ", ".join(f"{database} by {name}" for database, (name, _) in sorted(found.items()))
        name, path = max(found.items())[1]
        yield kinds.OTHER_PROVIDER.at(told, path, line_of(view.text(path), name))


def old(view: View) -> Iterator[Remark]:
    """Find packages of a .NET release that is over and older than what the project targets, one remark a release."""
    for project in projects_of(view):
        found: dict[str, list[tuple[str, str]]] = {}
        targets = [int(one[1]) for f in project.frameworks if (one := re.match(r"net(\d{1,2})\.", f))]
        for name, version in project.packages if targets else ():
            number = re.match(r"(\d{1,2})\.\d", version)
            if number and int(number[1]) < min(targets) and _RELEASED_WITH_DOTNET.fullmatch(name):
                found.setdefault(number[0], []).append((name, version))
        for release, packages in sorted(found.items()):
            end = support.DOTNET.get(release)
            if end and end < view.today:
                message = f"{_told(packages)} of .NET {release}, out of support since {end}"
                line = line_of(view.text(project.path), f'"{packages[0][0]}"')
                yield kinds.EOL_PACKAGE.at(message, project.path, line)


def _told(packages: list[tuple[str, str]]) -> str:
    name, version = packages[0]
    return f"{name} {version}" + (f" and {len(packages) - 1} more packages" if len(packages) > 1 else "")


def floating(view: View) -> Iterator[Remark]:
    """Find versions that are chosen anew at each restore, one remark a project."""
    for project in projects_of(view):
        found = [(name, version) for name, version in project.packages if "*" in version]
        if found:
            line = line_of(view.text(project.path), f'"{found[0][0]}"')
            yield kinds.FLOATING_VERSION.at(_told(found), project.path, line)


def locks(view: View) -> Iterator[Remark]:
    """Tell that no project at all has a lock file."""
    projects = projects_of(view)
    if projects and not any(project.has_lock_file for project in projects):
        yield kinds.NO_LOCKS.at(f"none of {len(projects)} projects has a packages.lock.json")


def nuget_config(view: View) -> Iterator[Remark]:
    """Find machine paths, missing folders and credentials in nuget.config."""
    for path, text in view.texts(r"(?i)(?:.*/)?nuget\.config"):
        try:
            root = xml_of(view.tree, path)
        except PipelineError as error:
            yield kinds.UNREAD.at(error.what, path)
            continue
        for element in root.iter():
            key, value = element.get("key", ""), element.get("value", "")
            line = line_of(text, value) if value else None
            if problem := _wrong_path(view, path, element, root):
                yield kinds.MACHINE_PATH.at(f"`{key}` is {value}{problem}", path, line)
            secret = key.lower() in _SECRET_KEYS and not is_placeholder(value)
            if secret and tag_of(element) == "add":
                yield kinds.FEED_SECRET.at(f"`{key}` has its value in the file", path, line_of(text, key))


def _wrong_path(view: View, path: str, element: Element, root: Element) -> str:
    """Return what is wrong with a path in nuget.config, empty when nothing is."""
    key, value = element.get("key", ""), element.get("value", "").strip()
    sources = [one for group in root if tag_of(group) in ("packageSources", "fallbackPackageFolders") for one in group]
    if key.lower() in _FOLDERS and _ABSOLUTE.match(value):
        return ", a path of one machine"
    if element not in sources or not value or "://" in value or "%" in value:
        return ""
    if _ABSOLUTE.match(value):
        return ", a path of one machine"
    there = resolve(folder_of(path), value)
    return "" if there and view.holds(there) else ", a folder that is not there"


def npm_tokens(view: View) -> Iterator[Remark]:
    """Find tokens of a package registry in .npmrc."""
    for path, text in view.texts(r"(?:.*/)?\.npmrc"):
        for number, line in enumerate(text.splitlines(), 1):
            key, _, value = line.partition("=")
            if re.search(r"(?:_authToken|_auth|_password)\s*$", key) and not is_placeholder(value):
                yield kinds.FEED_SECRET.at(f"`{key.strip()}` has its value in the file", path, number)


def homes(view: View) -> Iterator[Remark]:
    """Find homes of one machine in project files."""
    for path, text in view.texts(r"(?:.*/)?(?:[^/]+\.(?:csproj|fsproj)|Directory\.[^/]+\.(?:props|targets))"):
        for number, line in enumerate(text.splitlines(), 1):
            found = _HOME.search(line[:2000])
            if found and "://" not in found[0]:
                yield kinds.MACHINE_PATH.at(f"names {quoted(found[0])}", path, number)
                break


def tools(view: View) -> Iterator[Remark]:
    """Find .NET tools that are installed beside the manifest."""
    pinned: dict[str, str] = {}
    for path, _ in view.texts(r"(?:.*/)?dotnet-tools\.json"):
        for name, tool in section(view.json(path), "tools").items():
            pinned[name.lower()] = string(tool, "version") if isinstance(tool, dict) else ""
    for one in view.shell_lines:
        found = _TOOL.search(one.text)
        if not found:
            continue
        words = [word.strip("\"'") for word in found[1].split() if not word.startswith("-")]
        name = next((word for word in words if re.fullmatch(r"[A-Za-z][\w.-]+", word)), "")
        version = _TOOL_VERSION.search(found[1])
        wanted = pinned.get(name.lower())
        if name and (version is None or (wanted and version[1] != wanted)) and "$" not in found[1]:
            said = f"installs {name} {version[1]}" if version else f"installs {name} in whatever version is newest"
            more = f", the manifest says {wanted}" if wanted else ""
            yield kinds.TOOL_VERSION.at(said + more, one.file, one.line)


DETECTORS = (mixed, providers, old, floating, locks, nuget_config, npm_tokens, homes, tools)
