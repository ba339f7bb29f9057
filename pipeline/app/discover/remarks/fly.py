"""Fly.io configurations against the image and the application that they run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.app.discover.markup import section, string, toml_of
from pipeline.app.discover.remarks.images import final, started_project
from pipeline.app.discover.remarks.secret_words import is_secret
from pipeline.app.discover.remarks.sources import starts_with_migration
from pipeline.app.discover.tree import folder_of, join, line_of, name_of, resolve
from pipeline.app.remark_kinds import deployment as kinds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.app.discover.docker import Dockerfile
    from pipeline.app.discover.remarks.view import View
    from pipeline.app.model import Remark

_FILE = r"(?:.*/)?fly(?:\.[\w-]+)?\.toml"
_EXAMPLE = re.compile(r"\.(?:example|sample|template)\.toml$")
_PORT = re.compile(r"https?://[^:\s;\"']*:(\d{2,5})")
_LISTENS = re.compile(r"\bUseUrls\s*\(|\bListenAnyIP\s*\(|\"PORT\"|\bConfigureKestrel\b|\bUrls\.Add\s*\(")
_DURATION = re.compile(r"(\d+)\s*(ms|s|m|h)?")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
_MADE = re.compile(r"\bmkdir\b((?:\s+[\w./-]+)+)")
_HOLDS_DATA = re.compile(r"data|upload|storage|files|media|db", re.IGNORECASE)
GRACE = 30
NET_8 = 8


@dataclass(frozen=True)
class Config:
    """A fly.toml with its content."""

    path: str
    text: str
    content: Mapping[str, object]

    def line(self, needle: str) -> int | None:
        """Return the line of a text."""
        return line_of(self.text, needle)


def configs(view: View) -> list[Config]:
    """Return every configuration that can be read; examples do not count."""
    return view.once("fly configs", lambda one: [config for config, _ in _read(one) if config])


def _read(view: View) -> Iterator[tuple[Config | None, Remark | None]]:
    for path, text in view.texts(_FILE):
        if _EXAMPLE.search(path):
            continue
        try:
            yield Config(path, text, toml_of(text)), None
        except ValueError as error:
            said = " ".join(str(error).split())
            at = re.search(r"line (\d+)", said)
            yield None, kinds.INVALID_FLY.at(f"not valid TOML: {said}", path, int(at[1]) if at else None)


def invalid(view: View) -> Iterator[Remark]:
    """Find configurations that no TOML parser takes."""
    yield from (remark for _, remark in _read(view) if remark)


def _services(config: Config) -> list[Mapping[str, object]]:
    listed = config.content.get("services")
    found = [*(listed if isinstance(listed, list) else [listed]), config.content.get("http_service")]
    return [one for one in found if isinstance(one, dict)]


def _checks(config: Config) -> list[Mapping[str, object]]:
    found: list[object] = list(section(config.content, "checks").values())
    for service in _services(config):
        for key in ("checks", "http_checks"):
            listed = service.get(key)
            found += listed if isinstance(listed, list) else []
    return [one for one in found if isinstance(one, dict) and (string(one, "path") or string(one, "method"))]


def image_of(view: View, config: Config) -> Dockerfile | None:
    """Return the Dockerfile that a configuration builds."""
    written = string(section(config.content, "build"), "dockerfile")
    path = resolve(folder_of(config.path), written) if written else join(folder_of(config.path), "Dockerfile")
    return next((file for file in view.dockerfiles if file.path == path), None)


def ports(view: View) -> Iterator[Remark]:
    """Find an internal port that the image does not listen on."""
    for config in configs(view):
        file = image_of(view, config)
        wanted = {service["internal_port"] for service in _services(config) if "internal_port" in service}
        said = _listens(view, config, file) if file else None
        if said and wanted and not wanted & {said[0]}:
            port = min(map(str, wanted))
            message = f"internal_port is {port}, and the image listens on {said[0]} ({said[1]})"
            yield kinds.PORT.at(message, config.path, config.line("internal_port"))


def _listens(view: View, config: Config, file: Dockerfile) -> tuple[int, str] | None:
    """Return the port the application listens on and what says so; None where only the code knows."""
    settings = _variables(config, file)
    if found := _PORT.search(settings.get("ASPNETCORE_URLS", "")):
        return int(found[1]), "ASPNETCORE_URLS"
    if settings.get("ASPNETCORE_HTTP_PORTS", "").isdigit():
        return int(settings["ASPNETCORE_HTTP_PORTS"]), "ASPNETCORE_HTTP_PORTS"
    project = started_project(view, file)
    if not project or "PORT" in settings or _says_itself(view, project.folder):
        return None
    starts = (one.text for stage in final(file) for one in stage.body if one.name in ("ENTRYPOINT", "CMD"))
    if found := next((hit for text in starts if (hit := _PORT.search(text))), None):
        return int(found[1]), "--urls"
    major = re.match(r"net(\d+)", project.frameworks[0] if project.frameworks else "")
    if not major:
        return None
    return (8080, "the default since .NET 8") if int(major[1]) >= NET_8 else (80, "the default before .NET 8")


def _variables(config: Config, file: Dockerfile) -> dict[str, str]:
    """Return the variables of image and configuration; those of the configuration win."""
    said: dict[str, str] = {}
    for stage in reversed(final(file)):
        for one in stage.body:
            pairs = re.findall(r"(\w+)[= ]\"?([^\s\"]+)", one.text) if one.name == "ENV" else ()
            said |= {key.upper(): value for key, value in pairs}
    return said | {key.upper(): str(value) for key, value in section(config.content, "env").items()}


def _says_itself(view: View, folder: str) -> bool:
    sources = view.texts(
        rf"{re.escape(folder)}/(?:Program|Startup)\.cs" if folder != "." else r"(?:Program|Startup)\.cs"
    )
    settings = view.texts(rf"(?:{re.escape(folder)}/)?appsettings(?:\.Production)?\.json")
    return any(_LISTENS.search(text) for _, text in sources) or any('"Kestrel"' in text for _, text in settings)


def checks(view: View) -> Iterator[Remark]:
    """Find missing checks, checks of another path, and too little patience for a start that migrates."""
    if not configs(view):
        return
    mapped = set(view.fact("health endpoints") or ())
    migrates = starts_with_migration(view)
    for config in configs(view):
        file, found = image_of(view, config), _checks(config)
        if file and file.is_dotnet and _services(config) and not found:
            yield kinds.NO_CHECK.at("no service has an HTTP check", config.path, config.line("internal_port"))
        for check in found:
            path = string(check, "path")
            if mapped and path not in ("", "/") and path not in mapped and not path.startswith("/api"):
                message = f"asks {path}, the application maps {', '.join(sorted(mapped))}"
                yield kinds.CHECK_PATH.at(message, config.path, config.line(path))
            grace = _seconds(check.get("grace_period"))
            if migrates and grace is not None and grace < GRACE:
                message = f"{check['grace_period']} for a start that migrates ({name_of(migrates[0][0])})"
                yield kinds.SHORT_GRACE.at(message, config.path, config.line("grace_period"))


def _seconds(value: object) -> float | None:
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    return int(found[1][:9]) * _SECONDS[found[2] or "s"] if found else None


def builds(view: View) -> Iterator[Remark]:
    """Find images by name and Dockerfiles that are not there."""
    for config in configs(view):
        build = section(config.content, "build")
        if image := string(build, "image"):
            yield kinds.FLY_IMAGE.at(f"deploys {image}", config.path, config.line("image"))
        written = string(build, "dockerfile")
        path = resolve(folder_of(config.path), written) if written else None
        if written and (path is None or not view.holds(path)):
            yield kinds.FLY_DOCKERFILE.at(f"names {written}, which is not there", config.path, config.line(written))


def environment(view: View) -> Iterator[Remark]:
    """Find secrets among the variables, and environment names that contradict the file's."""
    for config in configs(view):
        suffix = name_of(config.path).removeprefix("fly.").removesuffix("toml").strip(".").lower()
        for key, value in section(config.content, "env").items():
            if is_secret(key, str(value)):
                yield kinds.FLY_SECRET.at(f"`{key}` has its value in the file", config.path, config.line(key))
            said = str(value).lower()
            named = key.upper() in ("ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT")
            other = (suffix.startswith("stag") and said == "production") or (
                suffix.startswith("prod") and said == "staging"
            )
            if named and (other or said == "development"):
                message = f"{key} is {value}" + (f" in the configuration of {suffix}" if suffix else "")
                yield kinds.FLY_ENVIRONMENT.at(message, config.path, config.line(key))


def volumes(view: View) -> Iterator[Remark]:
    """Tell what a volume means, and find folders for data that are on none."""
    for config in configs(view):
        listed = config.content.get("mounts")
        found = [one for one in (listed if isinstance(listed, list) else [listed]) if isinstance(one, dict)]
        targets = [string(one, "destination").rstrip("/") for one in found]
        if targets:
            yield kinds.ONE_VOLUME.at(f"{', '.join(targets)} is on a volume", config.path, config.line("destination"))
        file = image_of(view, config)
        for path, line in _made(file) if file and targets else ():
            if _HOLDS_DATA.search(name_of(path)) and not any(path == t or path.startswith(f"{t}/") for t in targets):
                message = f"makes {path}, and the volume is on {', '.join(targets)}"
                yield kinds.NOT_ON_VOLUME.at(message, file.path if file else "", line)


def _made(file: Dockerfile) -> list[tuple[str, int]]:
    """Return the folders that the last stage makes, with their lines."""
    found = []
    folder = "/"
    for one in file.stages[-1].body if file.stages else ():
        if one.name == "WORKDIR":
            folder = one.text.strip().strip("\"'")
        if one.name == "RUN":
            words = [word for part in _MADE.findall(one.text) for word in part.split() if not word.startswith("-")]
            found += [(word if word.startswith("/") else f"{folder.rstrip('/')}/{word}", one.line) for word in words]
    return found


DETECTORS = (invalid, ports, checks, builds, environment, volumes)
