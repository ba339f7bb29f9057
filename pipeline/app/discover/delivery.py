"""How the application gets to where it runs: images, compose files, Fly.io configurations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipeline.app.discover.choice import absent, asked, listed
from pipeline.app.discover.contexts import NAME as CONTEXT
from pipeline.app.discover.contexts import compose_files, context_of, workflows
from pipeline.app.discover.docker import dockerfiles, paths
from pipeline.app.discover.fly import fly_configs
from pipeline.app.discover.remarks import documents
from pipeline.app.discover.tree import SIDE_FOLDERS, line_of, name_of, resolve
from pipeline.app.discover.web import starts
from pipeline.app.model import Confidence, Fact
from pipeline.errors import SETTINGS_INVALID, PipelineError
from pipeline.settings.files import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.app.discover.docker import Dockerfile
    from pipeline.app.discover.dotnet import View
    from pipeline.app.discover.fly import FlyConfig
    from pipeline.app.discover.remarks.documents import Document, Map
    from pipeline.app.discover.tree import Tree
    from pipeline.settings.model import DockerSettings

FILE_KEY = "docker.file"
CONTEXT_KEY = "docker.context"
NAME = "dockerfile of the web project"

_OTHER_USE = re.compile(r"\.(?:dev|development|test|tests|debug|original|azure|ci|old|bak|example)$", re.IGNORECASE)
_SERVER = re.compile(
    r"(?:^|/)(?:postgres|postgis|redis|valkey|mysql|mariadb|mongo|rabbitmq|elasticsearch|kafka|azurite|memcached|seq"
    r"|(?:mssql/)?server|minio)$"
)
_FOREIGN = re.compile(
    r"\b(?:nginx|node|bun|python|postgres|mssql|mysql|mongo|elasticsearch|redis|devcontainers|ruby)\b"
)
_SIDE_USE = re.compile(r"(?:^|/)(?:\.devcontainer|tests?|e2e|tools)(?:/|$)", re.IGNORECASE)


def facts(tree: Tree) -> list[Fact[Any]]:
    """Return what the files say, whatever the web project is."""
    configs = fly_configs(tree)
    environments = tuple(f"{one.environment or 'default'}: {one.path}" for one in configs)
    composed = tuple(one.path for one in compose_files(tree))
    return [
        listed("dockerfiles", tuple(paths(tree))),
        listed("compose files", composed),
        _servers(tree),
        listed("fly configurations", tuple(one.path for one in configs)),
        Fact(
            name="fly environments",
            value=environments,
            source=configs[0].path if configs else "no fly.toml",
            confidence=Confidence.DERIVED,
        ),
        *([_app(tree, configs[0])] if len(configs) == 1 else []),
    ]


def _app(tree: Tree, config: FlyConfig) -> Fact[str]:
    line = line_of(tree.facts.texts.get(config.path, ""), config.app) if config.app else None
    return Fact(name="fly app", value=config.app, source=config.path, line=line)


def _servers(tree: Tree) -> Fact[tuple[str, ...]]:
    """Return the images of databases and the like that compose files and CI start beside the application."""
    found: dict[str, tuple[str, int]] = {}
    for document, services in _services(tree):
        for service in services.values():
            image = documents.text(service, "image")
            if _SERVER.search(image.partition(":")[0]):
                found.setdefault(str(image), (document.path, image.line))
    source, line = next(iter(found.values()), ("no compose file and no CI job", None))
    value = tuple(sorted(found))
    sure = Confidence.STATED if value else Confidence.DERIVED
    return Fact(name="servers beside the application", value=value, source=source, line=line, confidence=sure)


def _services(tree: Tree) -> Iterator[tuple[Document, Map]]:
    for compose in compose_files(tree):
        yield compose, documents.mapping(compose.root, "services")
    for workflow in workflows(tree):
        for job in documents.mapping(workflow.root, "jobs").values():
            yield workflow, documents.mapping(job, "services")


def facts_of_view(tree: Tree, view: View, settings: DockerSettings) -> list[Fact[Any]]:
    """Return which Dockerfile makes the image of the web project, and where it is built."""
    file = _set_file(tree, settings) if settings.file else choose(tree, view)
    value = file.value
    if not isinstance(value, str):
        context: Fact[Any] = absent(CONTEXT, file.source)
        if file.is_asked:
            found = [context_of(tree, one).value for one in dockerfiles(tree) if one.path in file.candidates]
            context = asked(CONTEXT, [*found, None], FILE_KEY)
        return [file, context]
    if settings.context:
        return [file, Fact(name=CONTEXT, value=_set_context(tree, settings), source=SETTINGS)]
    return [file, context_of(tree, next(one for one in dockerfiles(tree) if one.path == value))]


def _set_file(tree: Tree, settings: DockerSettings) -> Fact[Any]:
    path = resolve(".", settings.file)
    if path is None or path not in paths(tree):
        known = tuple(f"there is {name}" for name in paths(tree))
        raise PipelineError(SETTINGS_INVALID, f"{FILE_KEY}: {settings.file} is not a Dockerfile in the source", known)
    return Fact(name=NAME, value=path, source=SETTINGS)


def _set_context(tree: Tree, settings: DockerSettings) -> str:
    folder = resolve(".", settings.context)
    if folder is None or (folder != "." and folder not in tree.folders):
        raise PipelineError(SETTINGS_INVALID, f"{CONTEXT_KEY}: {settings.context} is not a folder in the source")
    return folder


def choose(tree: Tree, view: View) -> Fact[Any]:
    """Return the Dockerfile that starts the web project; the one that is deployed goes first."""
    web = view.web
    if web is None:
        return Fact(name=NAME, value=None, source="no web project", confidence=Confidence.DERIVED)
    found = [one for one in dockerfiles(tree) if starts(one, web)]
    deployed = [config for config in fly_configs(tree) if config.dockerfile in {one.path for one in found}]
    if deployed:
        return _of_fly(deployed[0])
    main = [one for one in found if not _OTHER_USE.search(name_of(one.path))] or found
    if main:
        best = min(main, key=lambda one: _rank(one, web.project.folder))
        equal = [one for one in main if _rank(one, web.project.folder) == _rank(best, web.project.folder)]
        if len(equal) > 1:
            return asked(NAME, [one.path for one in equal], FILE_KEY)
        return Fact(name=NAME, value=best.path, source=best.path, confidence=Confidence.DERIVED)
    unsure = [one for one in dockerfiles(tree) if _could_be(one)]
    if unsure:
        return asked(NAME, [*(one.path for one in unsure), None], FILE_KEY)
    return Fact(name=NAME, value=None, source="no Dockerfile starts the web project", confidence=Confidence.DERIVED)


def _of_fly(config: FlyConfig) -> Fact[Any]:
    """Return the Dockerfile that Fly builds: the one that it names, else the one beside its configuration."""
    value, line = config.dockerfile, config.dockerfile_line
    if line is None:
        return Fact(name=NAME, value=value, source=value or config.path, confidence=Confidence.DERIVED)
    return Fact(name=NAME, value=value, source=config.path, line=line)


def _rank(file: Dockerfile, folder: str) -> tuple[bool, bool, bool]:
    return name_of(file.path).lower() != "dockerfile", file.folder != folder, file.folder != "."


def _could_be(file: Dockerfile) -> bool:
    """Whether an image could hold the web project although nothing in it says so: what it copies was made before."""
    images = " ".join(stage.image for stage in file.stages)
    foreign = _FOREIGN.search(images)
    side = _SIDE_USE.search(file.path) or not SIDE_FOLDERS.isdisjoint(file.path.lower().split("/")[:-1])
    return not foreign and not side and file.folder == "."
