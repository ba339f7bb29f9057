"""Fly.io configurations: which, for which environment, and what they build."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.app.discover.markup import section, string, toml_of
from pipeline.app.discover.tree import folder_of, join, line_of, name_of, resolve
from pipeline.app.model import Platform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.app.discover.tree import Tree

FILE = re.compile(r"fly(?:\.([\w-]+))?\.toml")
EXAMPLES = frozenset({"example", "sample", "template"})
# What production is called; a fly.toml without a suffix is its own too: `fly launch` makes it.
PRODUCTION = ("production", "prod", "live")
_TIME = re.compile(r"(\d{1,5})(s|m|)")
_UNITS = {"": 1, "s": 1, "m": 60}


@dataclass(frozen=True, kw_only=True)
class FlyConfig:
    """One fly.toml. `environment` comes from its name; `problem` says why its content is not known."""

    path: str
    environment: str = ""
    app: str = ""
    dockerfile: str | None = None
    dockerfile_line: int | None = None
    image: str = ""
    health_path: str = ""
    health_line: int | None = None
    platform: Platform | None = None
    problem: str = ""

    @property
    def folder(self) -> str:
        """The folder it lies in: what a deployment from it sees."""
        return folder_of(self.path)


def fly_configs(tree: Tree) -> tuple[FlyConfig, ...]:
    """Return every configuration by path; examples do not count."""
    return tree.once("fly", lambda: tuple(_read(tree, *found) for found in _named(tree)))


def _named(tree: Tree) -> list[tuple[str, str]]:
    found = ((path, FILE.fullmatch(name_of(path))) for path in sorted(tree.paths))
    named = [(path, (one[1] or "").lower()) for path, one in found if one]
    return [(path, suffix) for path, suffix in named if suffix not in EXAMPLES]


def _read(tree: Tree, path: str, environment: str) -> FlyConfig:
    text = tree.facts.texts.get(path, "")
    try:
        content = toml_of(text)
    except ValueError as error:
        return FlyConfig(path=path, environment=environment, problem=str(error))
    build = section(content, "build")
    written = string(build, "dockerfile")
    health = _health(content)
    return FlyConfig(
        path=path,
        environment=environment,
        app=string(content, "app"),
        dockerfile=resolve(folder_of(path), written) if written else _beside(tree, folder_of(path)),
        dockerfile_line=line_of(text, written) if written else None,
        image=string(build, "image"),
        health_path=health,
        health_line=line_of(text, health) if health else None,
        platform=_platform(path, content),
    )


def platform(tree: Tree) -> Platform | None:
    """Return how production starts the image: by its own configuration, or the only one there is."""
    known = [config for config in fly_configs(tree) if config.platform]
    chosen = [config for config in known if config.environment in {"", *PRODUCTION}] if len(known) > 1 else known
    return chosen[0].platform if len(chosen) == 1 else None


def _platform(path: str, content: Mapping[str, object]) -> Platform:
    mounts = content.get("mounts")
    listed = mounts if isinstance(mounts, list) else [mounts]
    port = section(content, "http_service").get("internal_port")
    return Platform(
        path=path,
        env=tuple((name, _written(value)) for name, value in sorted(section(content, "env").items())),
        volumes=tuple(filter(None, (string(mount, "destination") for mount in listed if isinstance(mount, dict)))),
        release_command=string(section(content, "deploy"), "release_command"),
        grace_seconds=_seconds(content.get("kill_timeout")),
        port=port if isinstance(port, int) and not isinstance(port, bool) else None,
    )


def _written(value: object) -> str:
    """Return a value as the platform writes it into the environment."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _seconds(value: object) -> int | None:
    """Return a time such as 30, "30s" or "5m" in seconds; nothing for other forms."""
    found = _TIME.fullmatch(str(value))
    return int(found[1]) * _UNITS[found[2]] if found else None


def _beside(tree: Tree, folder: str) -> str | None:
    found = join(folder, "Dockerfile")
    return found if found in tree.paths else None


def _health(content: Mapping[str, object]) -> str:
    """Return the path of the first HTTP check, those of services first."""
    services = content.get("services")
    places: list[object] = [content.get("http_service"), *(services if isinstance(services, list) else ())]
    checks: list[object] = []
    for place in places:
        if isinstance(place, dict):
            for key in ("checks", "http_checks"):
                listed = place.get(key)
                checks += listed if isinstance(listed, list) else []
    checks += section(content, "checks").values()
    paths = (string(check, "path") for check in checks if isinstance(check, dict))
    return next((path for path in paths if path), "")
