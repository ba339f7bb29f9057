"""Where `ng build` leaves its files: angular.json."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.app.discover.markup import json_of, section, string
from pipeline.app.discover.said import Output, Site, unknown
from pipeline.app.discover.tree import join, line_of
from pipeline.app.model import Confidence
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Builders that put the files for browsers straight into the output path, and those that make a folder inside it.
_STRAIGHT = (":browser", ":browser-esbuild")
_INSIDE = (":application",)
_BROWSER = "browser"
_WITH_VALUE = ("--configuration", "-c", "--base-href", "--deploy-url", "--output-hashing")


def output(site: Site, words: Sequence[str]) -> Output | None:
    """Return where `ng build` leaves its files, by the options of its project and configuration."""
    if not words or words[0] not in ("build", "b"):
        return None
    path = join(site.folder, "angular.json")
    try:
        content = json_of(site.tree, path, lenient=True)
    except PipelineError:
        return unknown("dist")
    named = _project(content, words[1:])
    if named is None:
        return unknown("dist")
    name, project = named
    build = section(section(project, "architect") or section(project, "targets"), "build")
    options = dict(section(build, "options"))
    configuration = _value(words, "--configuration", "-c") or string(build, "defaultConfiguration") or "production"
    for one in configuration.split(","):
        options |= section(section(build, "configurations"), one)
    if given := _value(words, "--output-path"):
        options["outputPath"] = given
    return _of_options(site, path, name, string(build, "builder"), options)


def _project(content: Mapping[str, object], words: Sequence[str]) -> tuple[str, Mapping[str, object]] | None:
    """Return the project that is built: the one named, the default one, the only application."""
    projects = {name: one for name, one in section(content, "projects").items() if isinstance(one, dict)}
    before = ["", *words]
    named = next((word for word, last in zip(words, before, strict=False) if _is_name(word, last)), "")
    default = string(content, "defaultProject")
    builds = [
        name
        for name, one in projects.items()
        if one.get("projectType", "application") == "application"
        and "build" in (section(one, "architect") or section(one, "targets"))
    ]
    name = named or default or (builds[0] if len(builds) == 1 else "")
    return (name, projects[name]) if name in projects else None


def _is_name(word: str, before: str) -> bool:
    return not word.startswith("-") and before not in _WITH_VALUE


def _value(words: Sequence[str], *names: str) -> str:
    for at, word in enumerate(words):
        flag, has_value, value = word.partition("=")
        if flag in names:
            return value if has_value else next(iter(words[at + 1 : at + 2]), "")
    return ""


def _of_options(site: Site, path: str, name: str, builder: str, options: Mapping[str, object]) -> Output:
    written = options.get("outputPath", f"dist/{name}")
    base, browser = written, _BROWSER
    if isinstance(written, dict):
        base, browser = written.get("base"), written.get("browser", _BROWSER)
    if not isinstance(base, str) or not isinstance(browser, str):
        return unknown("dist")
    line = line_of(site.tree.read(path), '"outputPath"')
    sure = Confidence.STATED if "outputPath" in options else Confidence.DERIVED
    if builder.endswith(_STRAIGHT):
        return site.said(base, path, line, sure=sure)
    if not builder.endswith(_INSIDE):
        return unknown(base, join(base, browser))
    if options.get("ssr") and options.get("outputMode") != "static":
        return Output(server="angular", source=path, line=line_of(site.tree.read(path), '"ssr"'))
    return site.said(f"{base}/{browser}", path, line, sure=sure)
