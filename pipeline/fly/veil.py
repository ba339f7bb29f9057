"""Takes what must not be seen out of what others say: a program may print its secrets, an API repeat a token."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from pipeline.fly.token import plain
from pipeline.settings.redact import HIDDEN, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.release.model import Proof, Record

# What is shorter stands in many a word that is no secret.
_SHORTEST = 4
# So many characters of its beginning, at the end of what was cut, are shown by nobody by chance.
_CUT, _AFTER = 8, ").\"' "


class Veil:
    """What hides a token and the values of secrets, as they are and as they are sent.

    Args:
        token: of Fly.io; its parts too.
        values: of the secrets that are at hand.
        user: who the registry knows the token's owner as.

    """

    def __init__(self, token: str, values: Iterable[str], user: str) -> None:
        found = {token, *_parts(token), *(line for value in values for line in (value, *value.splitlines()))}
        sent = {_encoded(f"{user}:{one}") for one in (token, plain(token))} | {_encoded(one) for one in found}
        written = {form for one in found for form in _written(one)}
        self._hidden = sorted((one for one in found | sent | written if len(one) >= _SHORTEST), key=len, reverse=True)

    def text(self, said: str) -> str:
        """Return a text without them."""
        for one in self._hidden:
            said = said.replace(one, HIDDEN)
        return "\n".join(map(self._whole, said.split("\n")))

    def _whole(self, line: str) -> str:
        """Return a line without the beginning of one at its end: what others say is cut before it comes here."""
        kept = line.rstrip(_AFTER)
        for one in self._hidden:
            for size in range(min(len(one) - 1, len(kept)), _CUT - 1, -1):
                if kept.endswith(one[:size]):
                    return kept[:-size] + HIDDEN + line[len(kept) :]
        return line

    def record(self, record: Record) -> Record:
        """Return a record without them: what an application answered and wrote stands in it."""
        return replace(record, why=tuple(self.text(one) for one in record.why), seen=self._shown(record.seen))

    def proof(self, proof: Proof) -> Proof:
        """Return what is missing without them, and what was seen of it."""
        return replace(proof, misses=tuple(self.text(one) for one in proof.misses), seen=self._shown(proof.seen))

    def _shown(self, lines: tuple[str, ...]) -> tuple[str, ...]:
        """Return lines of others without any secret, also one that is not at hand here."""
        return tuple(shown("", self.text(one)) for one in lines)


def _parts(token: str) -> Iterator[str]:
    """Return the tokens in one that holds several, without the word that tells their kind."""
    for part in plain(token).split(","):
        yield part
        yield part.partition("_")[2]


def _written(text: str) -> Iterator[str]:
    """Return a text as logs and addresses write it."""
    yield " ".join(text.split())
    yield json.dumps(text)[1:-1]
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    yield quote(text, safe="")
    yield quote_plus(text)


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "replace")).decode()
