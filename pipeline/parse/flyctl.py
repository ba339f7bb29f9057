"""How a deployment by flyctl ended, out of its exit code and its words.

Source: superfly/flyctl v0.4.87 (internal/cli/cli.go, internal/command/deploy) and what it says to a simulator of Fly's
APIs. None of it is proof: it says yes to what does not run, and no to what does. So a class tells no more than what may
be done next, and what is not sure is `AMBIGUOUS`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pipeline.parse.text import clean, title

_SHOWN = 400
_LONGEST = 10_000


class Outcome(Enum):
    """What may be done next."""

    DONE = "done"
    REFUSED = "refused"
    RETRY = "retry"
    MIGRATION_FAILED = "migration failed"
    MIGRATION_UNKNOWN = "migration unknown"
    LEASED = "leased"
    BAD_IMAGE = "bad image"
    AMBIGUOUS = "ambiguous"
    CAPACITY = "capacity"
    KILLED = "killed"
    CRASHED = "crashed"


@dataclass(frozen=True, kw_only=True)
class Ended:
    """The end of one call.

    `why` is a sentence, with `said`, what flyctl itself gave as its error. `release` and `image` are what it told of a
    release that it calls complete; 0 and an empty text else. `touched` is whether it had begun with machines, those of
    release commands not counted.
    """

    outcome: Outcome
    why: str = ""
    said: str = ""
    release: int = 0
    release_id: str = ""
    image: str = ""
    touched: bool = False


@dataclass(frozen=True)
class _Sign:
    outcome: Outcome
    why: str
    pattern: re.Pattern[str]


def _sign(outcome: Outcome, why: str, *fragments: str) -> _Sign:
    return _Sign(outcome, why, re.compile("|".join(fragments), re.IGNORECASE))


# Only what flyctl gives as its error is looked at: above it stand lines of the application's own log. The first wins.
_MIGRATION = (
    _sign(
        Outcome.MIGRATION_FAILED,
        "the release command ended with an error, no machine was changed; what it did to the database stays",
        r"release command failed.*exited with non-zero status",
    ),
    _sign(
        Outcome.CAPACITY,
        "Fly has no room for the machine of the release command, nothing was changed",
        r"release command failed.*(?:insufficient_capacity|could not reserve resource|payment method)",
    ),
    _sign(
        Outcome.RETRY,
        "the machine of the release command could not be created, nothing was changed",
        r"release command failed.*error creating a release_command machine",
    ),
    _sign(
        Outcome.MIGRATION_UNKNOWN,
        "nobody knows how the release command ended, and it may still run; no other machine was changed",
        r"release command failed",
        r"release_command machine",
    ),
)
_REFUSED = (
    _sign(
        Outcome.REFUSED,
        "Fly does not take the token: it is empty, wrong, out of date, or one of another app",
        r"no access token available",
        r"you must be authenticated",
        r"unauthorized|not authorized|unauthenticated|forbidden",
        r"\(status 40[13]\)|status:? 40[13]\b",
    ),
    _sign(Outcome.REFUSED, "there is no such app, or the token is one of another", r"could not find app\b"),
    _sign(Outcome.REFUSED, "there is no such app, or the token is one of another", r"app name \S+ could not be found"),
    _sign(
        Outcome.REFUSED,
        "flyctl does not take the fly.toml",
        r"app configuration is not valid|invalid app configuration",
        r"unsupported deployment strategy|strategy .* is not supported",
        r"can't shell split",
        r"config file not found|row \d+ column \d+|cannot unmarshal|failed loading app config",
        r"invalid machine (?:preset|size)|invalid size|invalid duration",
    ),
    _sign(
        Outcome.REFUSED,
        "volumes of the app and mounts of the fly.toml do not go together",
        r"unattached '?[^ ]*'? ?volume|needs (?:an unattached )?volumes?\b|can't update the attached volume",
        r"yes flag must be specified when not running interactively",
    ),
    _sign(
        Outcome.REFUSED,
        "the app cannot be deployed by bluegreen as it is now",
        r"found multiple image versions|not in valid state for bluegreen|due to org limits",
    ),
    _sign(Outcome.REFUSED, "this flyctl does not know what it was called with", r"unknown (?:flag|command)"),
)
_IMAGE = (
    _sign(
        Outcome.RETRY,
        "Fly does not find the image; it may take some seconds after a push",
        r"could not find image|manifest[_ ]unknown",
    ),
)
_MACHINES = (
    _sign(
        Outcome.LEASED,
        "somebody else is changing the machines, or was killed while doing so less than a quarter of a minute ago",
        r"lease currently held by|failed to (?:get|acquire|obtain) leases?|did not acquire lease",
    ),
    _sign(
        Outcome.BAD_IMAGE,
        "the application ends again and again as soon as it is started",
        r"the app appears to be crashing|machine exited unexpectedly",
    ),
    _sign(
        Outcome.BAD_IMAGE,
        "the new machines did not become healthy in time, so flyctl left the old ones alone and destroyed the new",
        r"could not get all green machines",
    ),
    _sign(
        Outcome.CAPACITY,
        "Fly has no room for the machine, or wants to be paid first",
        r"insufficient_capacity|could not reserve resource|payment method|insufficient (?:memory|cpu|resources)",
    ),
    _sign(Outcome.AMBIGUOUS, "a machine was not healthy in time", r"waiting for health checks to pass"),
    _sign(Outcome.AMBIGUOUS, "a machine did not start, or ended, before its time", r"waiting for machine's state"),
)
_NETWORK = _sign(
    Outcome.RETRY,
    "Fly's API or the way there failed",
    r"\b(?:408|429|50[0-9])\b|too many requests|rate limit|internal server error|bad gateway|unavailable",
    r"gateway time-?out|connection (?:reset|refused)|\bEOF\b|time-?out|deadline exceeded|no such host|broken pipe",
    r"request canceled|transport connection broken|invalid character|unexpected end of JSON|try again",
    r"failed to (?:create release|update release|set release status)|server error|temporar|closed by the remote",
)
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
    release, said = _release(out), _error(err)
    if exit_code == 0:
        outcome, why = Outcome.DONE, "flyctl calls the release complete"
        if not release:
            outcome, why = Outcome.AMBIGUOUS, "flyctl ended well and named no release"
    else:
        migrates = bool(_MIGRATES.search(f"{out}\n{err}")) and not _MIGRATED.search(out) and not touched
        found = _ended(exit_code, f"{out}\n{err}", migrates=migrates)
        outcome, why = found or _failed(said, touched=touched)
        why = f"{why} (flyctl: {said})" if said else why if found else f"{why} ({_UNTOLD})"
    return Ended(outcome=outcome, why=why, said=said, touched=touched, **release)


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


def _failed(said: str, *, touched: bool) -> tuple[Outcome, str]:
    """Return what follows from an error of flyctl's own."""
    signs = _MACHINES if touched else (*_MIGRATION, *_REFUSED, *_IMAGE, *_MACHINES)
    if found := next((sign for sign in signs if sign.pattern.search(said)), None):
        return found.outcome, found.why
    if touched:
        return Outcome.AMBIGUOUS, "flyctl failed after it had begun to change machines"
    if _NETWORK.pattern.search(said):
        return _NETWORK.outcome, _NETWORK.why
    # The errors of the Machines API come without their status: a refusal for a moment looks like any other.
    return Outcome.RETRY, "flyctl failed before it changed anything"


def _error(err: str) -> str:
    """Return the error itself: the last one, and nothing of the application's log that stands above or below it."""
    text = err.partition(_LOGS)[0]
    starts = [found.end() for found in _ERROR.finditer(text)]
    return title(text[starts[-1] :].strip()[:_SHOWN]) if starts else ""


def _release(out: str) -> dict[str, Any]:
    """Return the release that it calls complete: a line of JSON among others, and not the last one."""
    for line in reversed(out.split("\n")):
        if line.startswith("{") and len(line) <= _LONGEST:
            try:
                told = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(told, dict) and isinstance(told.get("version"), int) and isinstance(told.get("id"), str):
                image = told.get("image_ref")
                named = image if isinstance(image, str) else ""
                return {"release": told["version"], "release_id": told["id"], "image": named}
    return {}
