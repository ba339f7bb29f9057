"""What a rule decided: nothing, one, or several of equal rank; and facts under several answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pipeline.app.model import Confidence, Fact

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")


@dataclass(frozen=True)
class Choice(Generic[T]):
    """The best options; more than one means that only the settings can decide.

    `source` and `line` are what decided, where that is another file than the option itself.
    """

    options: tuple[T, ...] = ()
    confidence: Confidence = Confidence.DERIVED
    source: str = ""
    line: int | None = None

    @property
    def one(self) -> T | None:
        """The only option."""
        return self.options[0] if len(self.options) == 1 else None

    @property
    def is_open(self) -> bool:
        """Whether several are left."""
        return len(self.options) > 1


def asked(name: str, candidates: Sequence[Any], key: str) -> Fact[Any]:
    """Return the fact that several answers are possible."""
    ordered = tuple(sorted(dict.fromkeys(candidates), key=repr))
    return Fact(name=name, value=None, confidence=Confidence.ASKED, candidates=ordered, key=key)


def listed(name: str, paths: Sequence[str]) -> Fact[tuple[str, ...]]:
    """Return the fact that these files are there; their names are the evidence."""
    sure = Confidence.STATED if paths else Confidence.DERIVED
    return Fact(name=name, value=tuple(paths), source=paths[0] if paths else "no such file", confidence=sure)


def absent(name: str, why: str) -> Fact[Any]:
    """Return the fact that there is nothing of a kind, and where it would have been said."""
    return Fact(name=name, value=None, source=why, confidence=Confidence.DERIVED)


def merged(answers: Sequence[Sequence[Fact[Any]]], key: str) -> tuple[Fact[Any], ...]:
    """Return what holds under every answer to an open question; what differs is asked by the question's key."""
    if len(answers) == 1:
        return tuple(answers[0])
    by_name: dict[str, list[Fact[Any]]] = {}
    for facts in answers:
        for fact in facts:
            by_name.setdefault(fact.name, []).append(fact)
    return tuple(_one(facts, len(answers), key) for facts in by_name.values())


def _one(facts: list[Fact[Any]], answers: int, key: str) -> Fact[Any]:
    possible = [option for fact in facts for option in (fact.candidates if fact.is_asked else (fact.value,))]
    if len(facts) < answers:
        # Where a fact is not even told there is nothing of its kind.
        possible.append(() if isinstance(possible[0], tuple) else None)
    first = next((fact for fact in facts if not fact.is_asked), facts[0])
    if len(set(possible)) == 1 and not first.is_asked:
        return first
    own = next((fact.key for fact in facts if fact.is_asked), key)
    return asked(first.name, possible, own)
