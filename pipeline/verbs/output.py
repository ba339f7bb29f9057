"""Standard output and standard error, whose readers may go away (`| head`): that never changes how a verb ends."""

from __future__ import annotations

import io
import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO

from pipeline.render import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.judge.model import Report


@contextmanager
def guarded() -> Iterator[None]:
    """Let both streams swallow what nobody reads, and print what no encoding holds; they come back at the end.

    Done below the text, so that it holds for every printer: ours, `argparse`, `rich`.
    """
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _guard(before[0]), _guard(before[1], is_beside=True)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):  # a full disk was told already
                stream.flush()
        sys.stdout, sys.stderr = before


def say(text: str, stream: TextIO | None = None, *, fitted: bool = True) -> None:
    """Print a text: for a person fitted to the terminal, for a program as it is; for neither as an order."""
    out = stream or sys.stdout
    text = harmless.text(text)
    if fitted and out.isatty():
        terminal, console = _terminal(out)
        terminal.show(text, console)
    else:
        print(text, end="", file=out)


def say_json(text: str) -> None:
    """Print JSON, or another text whose strings are JSON's."""
    print(harmless.json(text), end="")


def note(text: str) -> None:
    """Print a line beside the output."""
    say(f"{text}\n", sys.stderr)


def say_report(report: Report, *, rows_shown: bool) -> None:
    """Print a summary; a terminal that showed each row as it came gets the verdict below them."""
    if sys.stdout.isatty():
        terminal, console = _terminal(sys.stdout)
        terminal.show_report(report, console, table=not (rows_shown and sys.stderr.isatty()))
        return
    from pipeline.render import summary  # noqa: PLC0415

    print(summary.text(report), end="")


def _terminal(out: TextIO) -> tuple[Any, Any]:
    # Verbs that print nothing of the kind do not pay for these.
    from rich.console import Console  # noqa: PLC0415

    from pipeline.render import terminal  # noqa: PLC0415

    return terminal, Console(file=out, highlight=False)


class _Pipe(io.FileIO):
    """A file that leads nowhere once its reader is gone, or it gives way to whatever keeps it from being written."""

    def __init__(self, number: int, *, gives_way: bool) -> None:
        super().__init__(number, "wb", closefd=False)
        self._kinds = OSError if gives_way else BrokenPipeError

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data) or 0
        except self._kinds:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            return len(data)


def _guard(stream: TextIO | None, *, is_beside: bool = False) -> TextIO:
    """Return a stream whose end ends no verb; of what is said beside the output no line is worth one either."""
    if stream is None:  # closed by the caller (`2>&-`)
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123  # it lives as long as the verb
    try:
        raw = _Pipe(stream.fileno(), gives_way=is_beside)
    except io.UnsupportedOperation:
        return stream
    by_line = is_beside or stream.isatty()
    return io.TextIOWrapper(io.BufferedWriter(raw), stream.encoding, "backslashreplace", line_buffering=by_line)
