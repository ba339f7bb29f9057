"""pipeline.yaml: the answers that discovery could not give, and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipeline.settings.model import Settings
from pipeline.settings.shape import Kind, paths

if TYPE_CHECKING:
    from pipeline.app.model import App
    from pipeline.scaffold.model import Question

HEAD = """\
# What the pipeline could not find out by itself. Every key is described in pipeline/settings/reference.yaml of the
# pipeline; `pipeline settings` prints what holds here.
"""


RAW = {"github.com": "https://raw.githubusercontent.com/{}/{}", "gitlab.com": "https://gitlab.com/{}/-/raw/{}"}
SCHEMA = "pipeline/settings/schema.json"

# Packages that talk to a server which the pipeline can start beside the tests.
CLIENTS = {
    "postgres": ("npgsql",),
    "redis": ("stackexchange.redis", "microsoft.extensions.caching.stackexchangeredis"),
}
CONNECTIONS = {
    "postgres": (
        "Host=${postgres.host};Port=${postgres.port};Database=${postgres.database};"
        "Username=${postgres.user};Password=${postgres.password}"
    ),
    "redis": "${redis.host}:${redis.port}",
}


def text(
    questions: tuple[Question, ...], apps: tuple[App, ...], services: tuple[str, ...] = (), module: str = ""
) -> str:
    """Return pipeline.yaml, or an empty text when it has nothing to say.

    Args:
        questions: what discovery asked, with the answers that were given.
        apps: the applications, which may use servers.
        services: the servers that the settings name already.
        module: the address of the pipeline with its version, where the schema for editors lies.

    """
    parts = [_servers(apps, services), answers(questions)]
    return "\n".join([_for_editors(module) + HEAD, *(part for part in parts if part)]) if any(parts) else ""


def _for_editors(module: str) -> str:
    """Return the line that tells an editor the keys; only for hosts whose addresses of raw files are known."""
    repository, _, version = module.partition("@")
    host, _, path = repository.partition("/")
    return f"# yaml-language-server: $schema={RAW[host].format(path, version)}/{SCHEMA}\n" if host in RAW else ""


def clients(app: App) -> dict[str, str]:
    """Return the servers that tests might need, with the package and project that say so."""
    net = app.dotnet
    if not net or not net.tests:
        return {}
    packages = [(name, project.path) for project in (*net.projects, *net.tests) for name, _ in project.packages]
    if any(name.lower().startswith("testcontainers") for name, _ in packages):
        return {}  # these tests start their servers themselves
    found: dict[str, str] = {}
    for name, path in packages:
        for server, starts in CLIENTS.items():
            if name.lower().startswith(starts):
                found.setdefault(server, f"{path} uses {name}")
    return found


def _servers(apps: tuple[App, ...], there: tuple[str, ...]) -> str:
    """Return the servers as comments: whether a test talks to one stands in no file."""
    found = {server: why for app in apps for server, why in clients(app).items() if server not in there}
    if not found:
        return ""
    lines = [f"# TO DECIDE: {'; '.join(found.values())}. Where tests talk to a server, take away the `# ` of each line"]
    lines += [
        "# below, and name the variable that your application reads.",
        "# services:",
        *(f"#   {server}: {{}}" for server in found),
    ]
    lines += [
        "# test:",
        "#   env:",
        *(f"#     ConnectionStrings__{s.title()}: {_quoted(CONNECTIONS[s])}" for s in found),
    ]
    return "\n".join(lines) + "\n"


def overlay(key: str, value: str) -> str:
    """Return the YAML that sets one value by its dotted key."""
    text_ = _scalar(key, value)
    for name in reversed(key.split(".")):
        text_ = f"{{{_quoted(name)}: {text_}}}"
    return text_


def answers(questions: tuple[Question, ...]) -> str:
    """Return answers as YAML, section by section; open questions as comments in theirs.

    A section whose lines are all comments sets nothing: the file stays valid, and the run goes on asking.
    """
    tree: dict[str, Any] = {}
    for question in questions:
        *sections, name = question.key.split(".")
        place = tree
        for section in sections:
            place = place.setdefault(section, {})
        place[name] = question
    return "\n".join(_lines(tree, "")) + "\n" if tree else ""


def _lines(tree: dict[str, Any], indent: str) -> list[str]:
    lines: list[str] = []
    for name, value in tree.items():
        if isinstance(value, dict):
            lines += [f"{indent}{name}:", *_lines(value, f"{indent}  ")]
        elif value.answer:
            lines += [f"{indent}# {value.why}"] if value.why else []
            lines.append(f"{indent}{name}: {_scalar(value.key, value.answer)}")
        else:
            lines.append(f"{indent}# TO ANSWER: {value.why or value.key}; take away the `# ` of one line:")
            lines += [f"{indent}# {key.rpartition('.')[2]}: {_scalar(key, text_)}" for key, text_ in value.answers]
            lines += [f"{indent}# {value.also}"] if value.also else []
    return lines


def _scalar(key: str, value: str) -> str:
    """Return a value as YAML: quoted where the key takes text, so that `10.0` stays one."""
    path = tuple(key.split("."))
    shape = paths(Settings).get(path[2:] if path[0] in {"apps", "environments"} else path)
    return value if shape and shape.kind in {Kind.FLAG, Kind.NUMBER} and value.isalnum() else _quoted(value)


def _quoted(text_: str) -> str:
    return json.dumps(text_, ensure_ascii=False)
