"""How a deployment by flyctl ended, out of its exit code and its words.

Source: superfly/flyctl v0.4.87 (internal/cli/cli.go, internal/command/deploy) and what it says to a simulator of Fly's
APIs. None of it is proof: it says yes to what does not run, and no to what does. So a class tells no more than what may
be done next, and what is not sure is `AMBIGUOUS`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from pipeline.parse import flyctl_signs as signs
from pipeline.parse.flyctl_signs import Outcome
from pipeline.parse.text import clean, title

__all__ = ["Ended", "Outcome", "read"]

_SHOWN = 400
_LONGEST = 10_000


@dataclass(frozen=True, kw_only=True)
class Ended:
    """The end of one call.

    `why` is a sentence, with `said`, what flyctl itself gave as its error. `release` is the number of the release that
    it calls complete, 0 where it calls none so. `touched` is whether it had begun with machines, those of release
    commands not counted, `migrated` whether its release command has ended well.
    """

    outcome: Outcome
    why: str = ""
    said: str = ""
    release: int = 0
    touched: bool = False
    migrated: bool = False


_TOUCHED = re.compile(
    r"^(?:Updating existing machines in|No machines in group|Process groups have changed|Creating green machines"
    r"|> (?:\[\d+/\d+\] )?(?:Creating canary machine|Launching new machine))",
    re.MULTILINE,
)
_MIGRATES = re.compile(r"^(?:Running .{0,200} release_command: |> Created release_command machine)", re.MULTILINE)
_MIGRATED = re.compile(r"release_command .{0,200}completed successfully")
_ERROR = re.compile(r"^Error: ", re.MULTILINE)
_LOGS = "Check its logs: here's the last lines below"
_PANIC = re.compile(r"^(?:panic: |fatal error: |goroutine \d+ \[)", re.MULTILINE)
_TRACE = re.compile(r" \(Trace ID: \w+\)")
_TIMEOUT, _INVALID = "wait timeout", "App configuration is not valid"
_PROGRESS = re.compile(r"^(?:==>|-->|Validating |Searching for|image found|\S? ?invalid app configuration)")
_DEADLINE, _INTERRUPTED, _SIGNALS = 126, 127, 128
_PANICS = (2, 3)
_UNTOLD = "it did not say why"


def read(exit_code: int | None, stdout: str, stderr: str) -> Ended:
    """Return how a deployment ended.

    Args:
        exit_code: nothing where it was ended because its time was over; negative, or above 128, for other signals.
        stdout: where it tells its progress, and the release once it is complete.
        stderr: where it tells its error; its last lines are the error itself.

    """
    out, err = clean(stdout), clean(stderr)
    touched = bool(_TOUCHED.search(out) or _TOUCHED.search(err))
    # Who did not end well told none: what looks like it was printed by the application's release command.
    release, error = _release(out) if exit_code == 0 else 0, _error(err)
    said = _shown(error, out, err)
    if exit_code == 0:
        outcome, why = Outcome.DONE, "flyctl calls the release complete"
        if not release:
            outcome, why = Outcome.AMBIGUOUS, "flyctl ended well and named no release"
    else:
        migrates = bool(_MIGRATES.search(f"{out}\n{err}")) and not _MIGRATED.search(out) and not touched
        found = _ended(exit_code, f"{out}\n{err}", migrates=migrates)
        outcome, why = found or _failed(error, touched=touched)
        why = f"{why} (flyctl: {said})" if said else why if found else f"{why} ({_UNTOLD})"
    touched = touched and outcome is not Outcome.REFUSED
    migrated = bool(_MIGRATED.search(out))
    return Ended(outcome=outcome, why=why, said=said, touched=touched, migrated=migrated, release=release)


def _ended(exit_code: int | None, told: str, *, migrates: bool) -> tuple[Outcome, str] | None:
    """Return what follows from the exit code alone, where it was not flyctl that decided to end."""
    if exit_code in _PANICS or _PANIC.search(told):
        outcome, why = Outcome.CRASHED, "flyctl itself crashed"
    elif exit_code is None:
        outcome, why = Outcome.KILLED, "flyctl took too long and was ended"
    elif exit_code == _INTERRUPTED or exit_code < 0 or exit_code > _SIGNALS:
        outcome, why = Outcome.KILLED, "flyctl was ended by a signal"
    elif exit_code == _DEADLINE:
        outcome, why = Outcome.AMBIGUOUS, "flyctl ran out of time"
    else:
        return None
    if migrates:
        return Outcome.MIGRATION_UNKNOWN, f"{why} while the release command ran, which may go on; nothing else changed"
    return outcome, why


def _failed(error: str, *, touched: bool) -> tuple[Outcome, str]:
    """Return what follows from an error of flyctl's own."""
    known = signs.MACHINES if touched else (*signs.MIGRATION, *signs.REFUSED, *signs.IMAGE, *signs.MACHINES)
    if found := next((sign for sign in known if sign.pattern.search(error)), None):
        return found.outcome, found.why
    if touched:
        return Outcome.AMBIGUOUS, "flyctl failed after it had begun to change machines"
    if signs.NETWORK.pattern.search(error):
        return signs.NETWORK.outcome, signs.NETWORK.why
    # The errors of the Machines API come without their status: a refusal for a moment looks like any other.
    return Outcome.RETRY, "flyctl failed before it changed anything"


def _error(err: str) -> str:
    """Return the error itself: the last one, and nothing of the application's log that stands above or below it."""
    text = err.partition(_LOGS)[0]
    starts = [found.end() for found in _ERROR.finditer(text)]
    return text[starts[-1] :].strip()[:_LONGEST] if starts else ""


def _shown(error: str, out: str, err: str) -> str:
    """Return what of the error tells something: its first line, without the advice below it."""
    first, _, rest = error.partition("\n")
    said = _TRACE.sub("", first).strip()
    if said == _TIMEOUT:
        said = f"{said}, {rest.partition(chr(10))[0]}"
    if said == _INVALID:
        above = [line.strip() for line in f"{out}\n{err.partition('Error: ')[0]}".split("\n")]
        said = next((line for line in reversed(above) if line and not _PROGRESS.search(line)), said)
    return title(said[:_SHOWN])


def _release(out: str) -> int:
    """Return the number of the release that it calls complete: in a line of JSON among others, not the last one."""
    for line in reversed(out.split("\n")):
        if line.startswith("{") and len(line) <= _LONGEST:
            try:
                told = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(told, dict) and isinstance(told.get("version"), int) and isinstance(told.get("id"), str):
                return int(told["version"])
    return 0
