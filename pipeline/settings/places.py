"""Places: what only a runner knows and puts into a text, such as ${postgres.host}; $${name} keeps one as a text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.settings.forms import guess

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.settings.check import Path, Value

PLACE = re.compile(r"\$?\$\{([a-z][a-z0-9_.]*)\}")

# What the environment of tests may name; a test compares it with what the plan gives to the runners.
OF_STEP = ("source", "out")
OF_SERVICE: Mapping[str, tuple[str, ...]] = {
    "postgres": ("host", "port", "user", "password", "database"),
    "redis": ("host", "port"),
}
KNOWN = (*OF_STEP, *(f"{service}.{key}" for service, keys in OF_SERVICE.items() for key in keys))
# Keys whose values are environments in which places are filled in.
ENVIRONMENTS = (("test", "env"), ("image", "env"))


def named(text: str) -> tuple[str, ...]:
    """Return the places that a text names, each once."""
    found = (match[1] for match in PLACE.finditer(text) if not match[0].startswith("$$"))
    return tuple(dict.fromkeys(found))


def problems(values: Mapping[Path, Value]) -> Iterator[str]:
    """Return a line for each unknown place in an environment: it would reach the program as it stands."""
    for path, value in values.items():
        if path[-3:-1] in ENVIRONMENTS and isinstance(value.value, str):
            unknown = (place for place in named(value.value) if place not in KNOWN)
            yield from (f"{value.origin} {'.'.join(path)}: {_told(place)}" for place in unknown)


def _told(place: str) -> str:
    close = guess(place, KNOWN)
    hint = f"did you mean ${{{close}}}?" if close else f"$${{{place}}} keeps it as a text"
    return f"expected one of {', '.join(f'${{{name}}}' for name in KNOWN)}, got ${{{place}}}; {hint}"
