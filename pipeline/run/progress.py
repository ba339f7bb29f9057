"""Live progress on a terminal; one line per ended step where there is none."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table

from pipeline.render import summary, terminal

if TYPE_CHECKING:
    from types import TracebackType

    from pipeline.judge.model import StepResult
    from pipeline.plan.model import Plan, Step


class Progress:
    """Shows what runs now, and each result as it comes, on standard error."""

    def __init__(self, plan: Plan, console: Console | None = None) -> None:
        # FORCE_COLOR, which CI systems set, would make a terminal of a log.
        self._console = console or Console(stderr=True, force_terminal=None if sys.stderr.isatty() else False)
        self._width = max((len(step.id) for step in plan), default=0)
        self._running: dict[str, float] = {}
        self._live = Live(console=self._console, get_renderable=self._table, refresh_per_second=8, transient=True)

    def __enter__(self) -> Self:
        """Start the display."""
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the display."""
        if self._console.is_terminal:
            self._live.stop()

    def started(self, step: Step) -> None:
        """Show a step as running."""
        self._running[step.id] = time.monotonic()

    def ended(self, result: StepResult) -> None:
        """Print a result."""
        self._running.pop(result.id, None)
        row = summary.row(result, self._width, time.time())
        if self._console.is_terminal:
            terminal.show(row, self._console)
        else:
            self._console.print(row, soft_wrap=True, markup=False)

    def stopping(self) -> None:
        """Say that a run which is cut short comes to its end."""
        self._console.print("stopping: what was started is being ended")

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 1))
        for id_, began in self._running.items():
            table.add_row(Spinner("dots"), id_, f"{time.monotonic() - began:.0f} s")
        return table
