"""One YAML text to its node tree, with bounds that keep hostile files harmless."""

from __future__ import annotations

import yaml

MAX_BYTES = 100_000
MAX_DEPTH = 20
MAX_ALIASES = 20
MAX_EVENTS = 10_000


def compose(origin: str, text: str, problems: list[str]) -> yaml.Node | None:
    """Return the root node; None when the text is empty or when a problem was added."""
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        problems.append(f"{origin}: expected at most {MAX_BYTES // 1000} kB, got {len(text) // 1000} kB")
        return None
    try:
        if not _is_bounded(origin, text, problems):
            return None
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        problems.append(_told(origin, text, error))
    except (ValueError, OverflowError) as error:
        # PyYAML lets an escape beyond Unicode through as what chr() raises.
        problems.append(f"{origin}: expected YAML, got {error}")
    return None


def _is_bounded(origin: str, text: str, problems: list[str]) -> bool:
    # Events come without recursion: what nests too deep is found before the recursive composer sees it.
    depth = aliases = 0
    for count, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        aliases += isinstance(event, yaml.AliasEvent)
        line = event.start_mark.line + 1 if event.start_mark else 1
        bounds = ((depth, MAX_DEPTH, "levels"), (aliases, MAX_ALIASES, "aliases"), (count, MAX_EVENTS, "YAML events"))
        for number, bound, what in bounds:
            if number > bound:
                problems.append(f"{origin}:{line}: expected at most {bound} {what}, got more")
                return False
    return True


def _told(origin: str, text: str, error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and (mark := error.problem_mark or error.context_mark):
        what = error.problem or error.context or "something else"
        return f"{origin}:{mark.line + 1}: expected YAML, got {' '.join(what.split())}"
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return f"{origin}:{line}: expected YAML, got a character that cannot be read"
    return f"{origin}: expected YAML, got {error}"
