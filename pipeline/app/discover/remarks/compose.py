"""Compose files: what never gets healthy, is not there, or has its secret written out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.app.discover.remarks.documents import Map, Seq, Text, mapping, pairs, sequence, text
from pipeline.app.discover.remarks.images import final
from pipeline.app.discover.remarks.secret_words import is_placeholder, is_secret, is_secret_name
from pipeline.app.discover.tree import folder_of, name_of, resolve
from pipeline.app.remark_kinds import images as kinds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.app.discover.docker import Dockerfile
    from pipeline.app.discover.remarks.documents import Document, Value
    from pipeline.app.discover.remarks.view import View
    from pipeline.app.model import Remark

_TOOLS = re.compile(r"\b(curl|wget)\b")
_DOTNET = re.compile(r"dotnet/(?:nightly/)?(?:aspnet|runtime|runtime-deps):\S+")
_KNOWN = frozenset({"development", "staging", "production"})
_DEFAULT = re.compile(r"\$\{([\w]+):?-([^}]*)\}")
_CONFIGURES = re.compile(r"initdb\.d|^/etc/|\.(?:conf|json|ya?ml|cnf|ini|sql|toml|sh|xml|acl)$")


def services(document: Document) -> dict[str, Map]:
    """Return the services of a compose file."""
    found = mapping(document.root, "services")
    return {str(name): service for name, service in found.items() if isinstance(service, Map)}


def invalid(view: View) -> Iterator[Remark]:
    """Find compose files that no YAML parser takes."""
    for document in view.composes:
        if document.problem:
            yield kinds.INVALID_COMPOSE.at(f"not valid YAML: {document.problem}", document.path, document.line)


def built_by(view: View, document: Document, service: Map) -> Dockerfile | None:
    """Return the Dockerfile that a service is built from."""
    build = service.get(Text("build"))
    context = resolve(folder_of(document.path), text(service, "build", "context") or text(service, "build") or ".")
    path = resolve(context, text(service, "build", "dockerfile") or "Dockerfile") if build and context else None
    return next((file for file in view.dockerfiles if file.path == path), None)


def health(view: View) -> Iterator[Remark]:
    """Find health tests whose tool is not in the image, and services that wait for such health."""
    for document in view.composes:
        sick: dict[str, str] = {}
        for name, service in services(document).items():
            file = built_by(view, document, service)
            test = mapping(service, "healthcheck").get(Text("test"))
            tool = _missing_tool(file, _test(test)) if file else ""
            if file and tool:
                sick[name] = f"its health test needs {tool}"
                message = f"the health test of `{name}` calls {tool}, which {file.path} does not install"
                yield kinds.HEALTH_TOOL.at(message, document.path, _line(test) or service.line)
            elif file and not _test(test) and not _tests_itself(file):
                sick[name] = "it has no health test"
        yield from _waiting(document, sick)


def _waiting(document: Document, sick: Mapping[str, str]) -> Iterator[Remark]:
    for name, service in services(document).items():
        for other, need in mapping(service, "depends_on").items():
            if text(need, "condition") == "service_healthy" and other in sick:
                message = f"`{name}` waits for `{other}` to be healthy, and {sick[other]}"
                yield kinds.NEVER_HEALTHY.at(message, document.path, other.line)


def _tests_itself(file: Dockerfile) -> bool:
    return any(one.name == "HEALTHCHECK" for stage in final(file) for one in stage.body)


def instructions(view: View) -> Iterator[Remark]:
    """Find HEALTHCHECK instructions whose tool is not in the image."""
    for file in view.dockerfiles:
        for one in final(file)[0].body if file.stages else ():
            tool = _missing_tool(file, one.text) if one.name == "HEALTHCHECK" else ""
            if tool:
                yield kinds.HEALTH_TOOL.at(f"HEALTHCHECK calls {tool}, which nothing installs", file.path, one.line)


def _test(value: Value | None) -> str:
    if isinstance(value, Seq):
        return " ".join(str(word) for word in value if isinstance(word, Text))
    return str(value) if isinstance(value, Text) else ""


def _line(value: Value | None) -> int:
    return value.line if value is not None else 0


def _missing_tool(file: Dockerfile, words: str) -> str:
    """Return the tool that a .NET runtime image lacks; of other images nobody can tell from here."""
    found = _TOOLS.search(words)
    stages = final(file)
    base = stages[-1].image if stages else ""
    if not found or not _DOTNET.search(base):
        return ""
    # BusyBox brings wget to Alpine.
    there = "alpine" in base and found[1] == "wget"
    installed = any(
        re.search(rf"\b(?:apk|apt|apt-get|dnf|tdnf|yum)\b[^&|;]*\b{found[1]}\b", one.text)
        for stage in stages
        for one in stage.body
        if one.name == "RUN"
    )
    copied = any(found[1] in one.text for stage in stages for one in stage.body if one.name in ("COPY", "ADD"))
    return "" if there or installed or copied else found[1]


def mounts(view: View) -> Iterator[Remark]:
    """Find mounts of files and folders for configuration that nobody has."""
    if not view.tree.facts.files:
        return
    for document in view.composes:
        found: dict[str, int] = {}
        for service in services(document).values():
            for volume in sequence(service, "volumes"):
                source, target, only_read = _mount(volume)
                path = resolve(folder_of(document.path), source) if source.startswith(".") else None
                configures = only_read or _CONFIGURES.search(target) or _CONFIGURES.search(source)
                if path and configures and "$" not in source and not view.holds(path):
                    found.setdefault(source, volume.line)
        if found:
            message = f"mounts {', '.join(found)}, which {'is' if len(found) == 1 else 'are'} not there"
            yield kinds.MISSING_MOUNT.at(message, document.path, min(found.values()))


def _mount(volume: Value) -> tuple[str, str, bool]:
    if isinstance(volume, Map):
        return str(text(volume, "source")), str(text(volume, "target")), text(volume, "read_only") == "true"
    parts = str(volume).split(":") if isinstance(volume, Text) else []
    ends = [*parts, "", "", ""]
    return ends[0], ends[1], "ro" in ends[2].split(",")


def networks(view: View) -> Iterator[Remark]:
    """Find services that can reach nothing outside."""
    for document in view.composes:
        all_ = mapping(document.root, "networks")
        closed = {name for name, network in all_.items() if text(network, "internal") == "true"}
        shut = [name for name, service in services(document).items() if (own := _networks(service)) and own <= closed]
        if closed and shut:
            first = min(closed)
            message = f"nothing outside can be reached by {', '.join(f'`{name}`' for name in shut)}"
            yield kinds.CLOSED_NETWORK.at(message, document.path, first.line)


def _networks(service: Map) -> set[Text]:
    value = service.get(Text("networks"))
    return {one for one in value if isinstance(one, Text)} if isinstance(value, Map | Seq) else set()


def secrets(view: View) -> Iterator[Remark]:
    """Find secrets with their value written out, also as the default of a variable; no value is shown."""
    for document in view.composes:
        found: dict[str, int] = {}
        for service in services(document).values():
            environment = pairs(service.get(Text("environment")))
            for name, value in environment:
                plain = "$" not in value and is_secret(name, value)
                if plain or any(_is_default(one) for one in _DEFAULT.findall(value)):
                    found.setdefault(str(name), name.line)
            command = service.get(Text("command"))
            for one in _DEFAULT.findall(_test(command)):
                if _is_default(one):
                    found.setdefault(one[0], _line(command))
        if found:
            message = (
                f"{', '.join(f'`{name}`' for name in found)} {'has its' if len(found) == 1 else 'have their'} value"
            )
            yield kinds.DEFAULT_SECRET.at(f"{message} in the file", document.path, min(found.values()))


def _is_default(found: tuple[str, str]) -> bool:
    name, value = found
    return bool(value.strip()) and is_secret_name(name) and not is_placeholder(value)


def images(view: View) -> Iterator[Remark]:
    """Find images without version."""
    for document in view.composes:
        for service in services(document).values():
            image = text(service, "image")
            if not image or "@" in image or "$" in image or "build" in service:
                continue
            tag = image.rpartition("/")[2].partition(":")[2]
            if tag in ("", "latest"):
                yield kinds.UNPINNED_IMAGE.at(f"{image} names no version", document.path, image.line)


def environments(view: View) -> Iterator[Remark]:
    """Find environment names for which there is no appsettings file."""
    known = {name_of(path).split(".")[1].lower() for path in view.tree.files if _is_settings(path)} | _KNOWN
    for document in view.composes:
        for service in services(document).values():
            for name, value in pairs(service.get(Text("environment"))):
                said = value.strip("\"'")
                names = name.upper() in ("ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT")
                if names and said.isalpha() and said.lower() not in known:
                    yield kinds.ENVIRONMENT_NAME.at(f"{name} is {said}", document.path, value.line or name.line)


def _is_settings(path: str) -> bool:
    return bool(re.fullmatch(r"appsettings\.\w+\.json", name_of(path), re.IGNORECASE))


def builds(view: View) -> Iterator[Remark]:
    """Find builds from a folder or a Dockerfile that is not there."""
    if not view.tree.facts.files:
        return
    for document in view.composes:
        for name, service in services(document).items():
            build = text(service, "build", "context") or text(service, "build")
            context = resolve(folder_of(document.path), build or ".") if "build" in service else None
            if not context or "$" in build or "://" in build or "dockerfile_inline" in mapping(service, "build"):
                continue
            written = text(service, "build", "dockerfile")
            wanted = resolve(context, written or "Dockerfile")
            # Docker itself takes `dockerfile` when nobody names another.
            there = wanted and (view.holds(wanted) or (not written and view.holds(f"{wanted[:-10]}dockerfile")))
            if wanted and "$" not in written and not there:
                message = f"`{name}` is built from {wanted}, which is not there"
                yield kinds.COMPOSE_BUILD.at(message, document.path, build.line or service.line)


DETECTORS = (invalid, health, instructions, mounts, networks, secrets, images, environments, builds)
