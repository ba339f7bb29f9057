"""Plain text as a terminal shows it: wrapped with hanging indents, coloured by what a line begins with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.text import Text

from pipeline.errors import ExitCode
from pipeline.judge.model import Status
from pipeline.render import summary
from pipeline.render.trouble import MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from pipeline.judge.model import Report

STATUS = {
    Status.PASSED: "green",
    Status.FAILED: "bold red",
    Status.BROKEN: "bold yellow",
    Status.UNAVAILABLE: "yellow",
    Status.SKIPPED: "dim",
}
VERDICT = {ExitCode.GREEN: "bold green", ExitCode.RED: "bold red"}
OTHER_VERDICT = "bold yellow"
_BOLD = "bold"
_TITLES = (
    *("Accepted", "Looked at", "Not proven here", "Worth knowing", "Security gates", "Red"),
    *("Found", "Steps", "Off", "Services for tests"),
)
_STYLES = (
    *((re.compile(rf"^  {MARK[status]}(?= +\S+  )"), style) for status, style in STATUS.items()),
    *((re.compile(rf"^\S+ {MARK[status]}(?=: )"), style) for status, style in STATUS.items()),
    (re.compile(r"^  failed(?=: )"), "red"),
    *(
        (re.compile(rf"^{re.escape(word)}(?=: (?:steps|gates) )"), VERDICT.get(code, OTHER_VERDICT))
        for code, word in summary.WORD.items()
    ),
    # The words of `doctor`; names of checks may have several.
    (re.compile(r"^  ok(?= {7}\S)"), "green"),
    (re.compile(r"^  note(?= {5}\S)"), "yellow"),
    (re.compile(r"^  PROBLEM(?=  \S)"), "bold red"),
    (re.compile(r"^ready: .*"), "bold green"),
    (re.compile(r"^\d+ problems?: .*"), "bold red"),
    (re.compile(r"^P[0-9]{3}(?= )"), "bold red"),
    # The words of releases.
    (re.compile(r"^(?:VERIFIED|UNCHANGED)(?=: )"), "bold green"),
    (re.compile(r"^(?:RED(?:, [A-Z ]+)?|ALERT: RED, AND NOT ROLLED BACK)(?=: )"), "bold red"),
    (re.compile(r"^SUPERSEDED(?=: )"), "bold yellow"),
    (re.compile(r"^refused$"), "bold red"),
    (re.compile(r"^(?:warnings|missing|why)$"), _BOLD),
    (re.compile(rf"^(?:{'|'.join(_TITLES)}):$"), _BOLD),
    (re.compile(r"^ +\$ .*?(?=   \(|$)"), _BOLD),
)
_START = re.compile(r" *(?:- |\| )?")
_COMMAND = re.compile(r"( *\$ )(.*?)(?:   (\(.*\)))?")
_WORD = re.compile(r"(?:'[^']*'|\"[^\"]*\"|[^\s'\"])+")
_GAP = re.compile(r"(?<=\S) {2,}(?=\S)")
# A continuation keeps at least this part of the width.
_WIDEST = 0.7
_DEEPER = 4


def show(text: str, console: Console) -> None:
    """Print a text."""
    for line in text.removesuffix("\n").split("\n"):
        for piece in fit(line, console):
            console.print(piece, soft_wrap=True, highlight=False)


def show_report(report: Report, console: Console, *, table: bool) -> None:
    """Print a report; without its table where the rows were shown as they came."""
    console.print()
    console.print(Text(summary.WORD[report.verdict], style=VERDICT.get(report.verdict, OTHER_VERDICT)))
    show(summary.figures(report), console)
    show(summary.body(report, table=table), console)


def fit(line: str, console: Console) -> Iterator[Text]:
    """Yield a line in pieces of the terminal's width."""
    styled = Text(line)
    for pattern, style in _STYLES:
        styled.highlight_regex(pattern, style)
    if styled.cell_len <= console.width or line.lstrip().startswith("-> "):
        yield styled
    elif command := _COMMAND.fullmatch(line):
        yield from _command(*command.groups(), width=console.width)
    else:
        lead, hang = _hang(line, console.width)
        head, rest = styled[:hang], styled[hang:]
        for number, piece in enumerate(rest.wrap(console, console.width - hang, overflow="fold")):
            whole = (head if number == 0 else Text(lead)) + piece
            whole.rstrip()
            yield whole


def _command(sign: str, words: str, note: str | None, *, width: int) -> Iterator[Text]:
    """Yield a command as a shell reads it from several lines."""
    lead = " " * (len(sign) + 2)
    piece = sign.rstrip()
    for word in _WORD.findall(words):
        if len(piece) + len(word) + len(" \\ ") > width and len(piece) > len(lead):
            yield Text(f"{piece} \\", style=_BOLD)
            piece = lead[:-1]
        piece = f"{piece} {word}"
    yield Text(piece, style=_BOLD)
    if note:
        yield Text(lead + note)


def _hang(line: str, width: int) -> tuple[str, int]:
    """Return what a continuation begins with, and its length."""
    start = _START.match(line)
    indent = start[0] if start else ""
    most = int(width * _WIDEST)
    if indent.endswith("| ") and len(indent) <= most:
        return indent, len(indent)
    gaps = [gap.end() for gap in _GAP.finditer(line, len(indent)) if gap.end() <= most]
    fitting = [at for at in gaps if max(map(len, line[at:].split())) <= width - at]
    deep = fitting[-1] if fitting else len(indent) + (0 if indent.endswith("- ") or not indent else _DEEPER)
    hang = min(deep, most)
    return " " * hang, hang
