"""Takes what must not be seen out of what others say: a program may print its secrets, an API repeat a token."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.fly.token import plain
from pipeline.settings.redact import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.release.model import Proof, Record

# What is shorter stands in many a word that is no secret.
_SHORTEST = 4


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
        self._hidden = sorted((one for one in found | sent if len(one) >= _SHORTEST), key=len, reverse=True)

    def text(self, said: str) -> str:
        """Return a text without them."""
        for one in self._hidden:
            said = said.replace(one, HIDDEN)
        return said

    def record(self, record: Record) -> Record:
        """Return a record without them: what an application answered stands in its reasons."""
        return replace(record, why=tuple(self.text(one) for one in record.why))

    def proof(self, proof: Proof) -> Proof:
        """Return what is missing without them, and without the answers that tell it."""
        return replace(proof, misses=tuple(self.text(one) for one in proof.misses), evidence=())


def _parts(token: str) -> Iterator[str]:
    """Return the tokens in one that holds several, without the word that tells their kind."""
    for part in plain(token).split(","):
        yield part
        yield part.partition("_")[2]


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "replace")).decode()
