"""Live progress on a terminal; one line per ended step where there is none."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table

from pipeline.render import harmless, summary, terminal

if TYPE_CHECKING:
    from types import TracebackType

    from pipeline.judge.model import StepResult
    from pipeline.plan.model import Plan, Step

EVERY = 0.125  # seconds


class Progress:
    """Shows what runs now, and each result as it comes, on standard error."""

    def __init__(self, plan: Plan, console: Console | None = None) -> None:
        # FORCE_COLOR, which CI systems set, would make a terminal of a log.
        self._console = console or Console(stderr=True, force_terminal=None if sys.stderr.isatty() else False)
        self._width = max((len(step.id) for step in plan), default=0)
        self._running: dict[str, float] = {}
        self._live = Live(console=self._console, get_renderable=self._table, auto_refresh=False, transient=True)
        # The display's own thread would draw over a row that is printed while it counts its lines.
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._drawer = threading.Thread(target=self._draw, daemon=True)

    def __enter__(self) -> Self:
        """Start the display."""
        if self._console.is_terminal:
            self._live.start()
            self._drawer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the display."""
        if self._console.is_terminal:
            self._over.set()
            self._drawer.join()
            self._live.stop()

    def _draw(self) -> None:
        while not self._over.wait(EVERY):
            with self._lock:
                self._live.refresh()

    def started(self, step: Step) -> None:
        """Show a step as running."""
        with self._lock:
            self._running[step.id] = time.monotonic()

    def ended(self, result: StepResult) -> None:
        """Print a result."""
        row = harmless.text(summary.row(result, self._width, time.time()))
        with self._lock:
            self._running.pop(result.id, None)
            if self._console.is_terminal:
                terminal.show(row, self._console)
            else:
                self._console.print(row, soft_wrap=True, markup=False)

    def stopping(self) -> None:
        """Say that a run which is cut short comes to its end."""
        with self._lock:
            self._console.print("stopping: what was started is being ended")

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 1))
        for id_, began in self._running.items():
            table.add_row(Spinner("dots"), id_, f"{time.monotonic() - began:.0f} s")
        return table
