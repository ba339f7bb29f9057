"""What a release writes down: when it began, how long each part took, how it ended."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.release import decide
from pipeline.release.model import Record, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.release.hands import Hands
    from pipeline.release.model import Goal

# Seconds: going back has to begin within five, and writing down that it does may take no more than this of them.
HASTE = 2.0
# For so long a log that cannot be written is tried again in the end, with pauses.
RECORDING, PAUSE = 60.0, 5.0


class Journal:
    """The records of one release.

    Args:
        hands: who writes.
        records: what was released before, the newest first.
        by: who wants it.
        brought: the seconds that its image took to where machines pull from.

    """

    def __init__(self, hands: Hands, records: Sequence[Record], by: str, brought: float = 0.0) -> None:
        self.records, self.by = list(records), by
        self._hands = hands
        self._phases: list[tuple[str, float]] = [("bring", brought)] if brought else []
        self._began = hands.now() - brought

    async def close_what_was_left(self) -> None:
        """Write down that a release before this one was killed: nobody else will."""
        for index, record in enumerate(self.records):
            if record.verdict is Verdict.RUNNING:
                closed = replace(record, verdict=Verdict.INTERRUPTED, why=("it was killed before it could say more",))
                self.records[index] = closed
                await self._hands.remember(closed)

    async def hastily(self, record: Record, most: float = HASTE) -> None:
        """Write what has to be written, and go on when that cannot be done in so many seconds."""
        try:
            await self._hands.remember(record, most=most)
        except PipelineError as error:
            if error.kind is errors.RELEASE_LOCKED:
                raise
            self._hands.tell(f"{record.id} ({record.kind}) could not be written down: {error.what}")

    async def written(self, record: Record) -> Record:
        """Write down how it ended; who cannot tells it at least."""
        until = self._hands.now() + RECORDING
        while True:
            try:
                await self._hands.remember(record)
            except PipelineError as error:
                if error.kind is errors.RELEASE_LOCKED or self._hands.now() >= until:
                    self._hands.tell(f"{record.id} is {record.verdict.value}, which could not be written down")
                    raise
                await self._hands.sleep(PAUSE)
            else:
                return record

    def begun(self, goal: Goal, secrets: dict[str, str]) -> Record:
        """Return the record of the release."""
        return Record(
            id=decide.name_of(self._began, goal, {one.id for one in self.records}),
            goal=goal,
            by=self.by,
            started=self._began,
            secrets=tuple(sorted(secrets.items())),
        )

    def ended(self, record: Record, verdict: Verdict, *, why: Sequence[str] = (), release: int = 0) -> Record:
        """Return a record that has ended now."""
        return replace(
            record,
            verdict=verdict,
            why=tuple(why),
            release=release or record.release,
            ended=self._hands.now(),
            phases=tuple(self._phases),
        )

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Tell what is being done, and keep how long it took."""
        began = self._hands.now()
        self._hands.tell(f"{name} ...")
        try:
            yield
        finally:
            self._phases.append((name, self._hands.now() - began))
