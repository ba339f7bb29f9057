"""Reads what a step left in its report folder."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from pipeline.judge.model import Execution
from pipeline.parse.text import clean
from pipeline.plan import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from pipeline.plan.model import Plan, Step

# `timeout` ends with 124 when the time is up, and 137 when the command had to be killed for it.
TIMED_OUT = (124, 137)
MAX_REPORT = 50_000_000
# Of one step; parsed, a report takes ten times its size.
MAX_REPORTS = 200_000_000
EXIT_DIGITS = 4
# What step.sh notes for us; the log is for everybody.
RECORD = ("exit", "spent", "ended", "number")


def execution(step: Step, folder: Path, root: str, out: str = "") -> Execution:
    """Return what happened, from the record that step.sh wrote; `root` and `out` are where source and reports lay."""
    said = text(folder / "exit").strip()
    code = int(said) if said.isdigit() and len(said) < EXIT_DIGITS else 1
    ended, spent = _seconds(folder / "ended"), _seconds(folder / "spent") / 1000
    return Execution(
        step=step.id,
        exit_code=code,
        log=clean(text(folder / "log", from_end=True)),
        files=files(step, folder),
        started=max(0.0, ended - spent),
        ended=ended,
        command=shown.command(_last(step, text(folder / "number").strip()), step.literals),
        timed_out=code in TIMED_OUT and spent >= step.timeout,
        root=root,
        out=out,
    )


def _last(step: Step, number: str) -> tuple[str, ...]:
    """Return the command that ran last, which is not the step's last one when it failed before."""
    commands = step.commands or ((),)
    ran = int(number) if number.isdigit() and len(number) < EXIT_DIGITS else len(commands)
    return commands[min(max(ran, 1), len(commands)) - 1]


def emptied(folder: Path) -> None:
    """Make a report folder anew, whatever an earlier step left in its place."""
    if folder.is_symlink() or not folder.is_dir():
        folder.unlink(missing_ok=True)
    else:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)


def copy(source: Path, target: Path, plan: Plan) -> None:
    """Copy the report folders of all steps: plain files only, links and pipes of the user's code lead elsewhere."""
    # What a step leaves for others is no evidence.
    left = {source / step.id / folder.path for step in plan for folder in step.folders if not folder.tree}
    for file in sorted(source.rglob("*")):
        if file.is_file() and not file.is_symlink() and left.isdisjoint(file.parents):
            name = file.relative_to(source)
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target / name)


def redact(content: str, secrets: Iterable[str]) -> str:
    """Take secret values out of a text."""
    for secret in filter(None, secrets):
        content = content.replace(secret, "***")
    return content


def redact_folder(folder: Path, secrets: Iterable[str], *, without: Collection[str] = ()) -> tuple[str, ...]:
    """Take secret values out of every file below a folder; return the names of the files that held one.

    `without` are folders that a step leaves for others: nobody shows them, and a program must stay as it is.
    """
    values = [secret.encode() for secret in secrets if secret]
    found = []
    for path in sorted(folder.rglob("*")) if values else ():
        name = path.relative_to(folder)
        if path.is_symlink() or not path.is_file() or name.parts[0] in without:
            continue
        content = clean_of = path.read_bytes()
        for value in values:
            clean_of = clean_of.replace(value, b"***")
        if clean_of != content:
            path.write_bytes(clean_of)
            found.append(name.as_posix())
    return tuple(found)


def files(step: Step, folder: Path) -> tuple[tuple[str, str], ...]:
    """Return the reports that the step declared, as pairs of a relative path and a text."""
    outputs = [output for output in step.outputs if output.kind != "directory"]
    found, left = [], MAX_REPORTS
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        wanted = any(output.holds(name) for output in outputs)
        if wanted and path.is_file() and not path.is_symlink():
            found.append((name, text(path, most=min(left, MAX_REPORT))))
            left -= min(left, path.stat().st_size, MAX_REPORT)
    return tuple(found)


def text(path: Path, *, from_end: bool = False, most: int | None = None) -> str:
    """Read a file, of a huge one a part: what is cut off says so to its parser, and a log matters at its end."""
    if not path.is_file() or path.is_symlink():
        return ""
    most = MAX_REPORT if most is None else most
    with path.open("rb") as file:
        if from_end:
            file.seek(max(0, path.stat().st_size - most))
        return file.read(most).decode("utf-8", "replace")


def _seconds(path: Path) -> float:
    """Read `date +%s.%N`; busybox has no nanoseconds and leaves the part after the dot empty."""
    whole, _, fraction = text(path).strip().partition(".")
    digits = fraction if fraction.isdigit() else "0"
    return float(f"{whole}.{digits}") if whole.isdigit() else 0.0
