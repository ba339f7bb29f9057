"""pipeline.exceptions.yaml: findings that somebody answers for, for a while."""

from __future__ import annotations

from dataclasses import dataclass, fields

import yaml

from pipeline.errors import SETTINGS_INVALID, PipelineError
from pipeline.settings.document import compose
from pipeline.settings.files import EXCEPTIONS

KEY = "exceptions"
_NOTHING = "tag:yaml.org,2002:null"


@dataclass(frozen=True, kw_only=True)
class Waiver:
    """One exception. All are texts as they stand there; the judge says what is wrong with them.

    `id` is an advisory, a rule or a licence, `scope` a package (`lodash`, `lodash@4.17.20`) or a glob of files. `count`
    is how many secrets it is about, one where it says nothing.
    """

    id: str = ""
    scope: str = ""
    reason: str = ""
    owner: str = ""
    expires: str = ""
    count: str = ""
    line: int = 0


_KEYS = tuple(field.name for field in fields(Waiver) if field.name != "line")


def read(text: str | None) -> tuple[Waiver, ...]:
    """Return the exceptions of the file.

    Raises:
        PipelineError: P105 when it is not a list of exceptions under one key; each problem with its line.

    """
    if text is None:
        return ()
    problems: list[str] = []
    node = compose(EXCEPTIONS, text, problems)
    waivers = _list(node, problems) if node else []
    if problems:
        raise PipelineError(
            SETTINGS_INVALID, "1 problem" if len(problems) == 1 else f"{len(problems)} problems", tuple(problems)
        )
    return tuple(waivers)


def _list(node: yaml.Node, problems: list[str]) -> list[Waiver]:
    if not isinstance(node, yaml.MappingNode) or [key.value for key, _ in node.value] != [KEY]:
        problems.append(f"{EXCEPTIONS}:1: expected the one key `{KEY}`")
        return []
    (_, entries) = node.value[0]
    if entries.tag == _NOTHING:
        return []  # every line below the key is a comment
    if not isinstance(entries, yaml.SequenceNode):
        problems.append(f"{EXCEPTIONS}:{entries.start_mark.line + 1} {KEY}: expected a list")
        return []
    return [_waiver(entry, problems) for entry in entries.value]


def _waiver(node: yaml.Node, problems: list[str]) -> Waiver:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        problems.append(f"{EXCEPTIONS}:{line} {KEY}: expected {', '.join(_KEYS)}")
        return Waiver(line=line)
    values: dict[str, str] = {}
    for key, value in node.value:
        place = f"{EXCEPTIONS}:{key.start_mark.line + 1}"
        if not isinstance(key, yaml.ScalarNode) or key.value not in _KEYS:
            problems.append(f"{place}: expected one of {', '.join(_KEYS)}, got {str(key.value)[:40]}")
        elif not isinstance(value, yaml.ScalarNode):
            problems.append(f"{place} {key.value}: expected text")
        elif key.value in values:
            problems.append(f"{place} {key.value}: expected one such key, got it twice")
        else:
            # A date is no text to YAML; the node keeps it as it was written. Nothing is nothing, however it is written.
            values[key.value] = "" if value.tag == _NOTHING else " ".join(value.value.split())
    return Waiver(line=line, **values)
