"""Which words of flyctl v0.4.87 mean what; parse/flyctl.py looks for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


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


@dataclass(frozen=True)
class Sign:
    """Words of an error, and what follows from them."""

    outcome: Outcome
    why: str
    pattern: re.Pattern[str]


def _sign(outcome: Outcome, why: str, *fragments: str) -> Sign:
    return Sign(outcome, why, re.compile("|".join(fragments), re.IGNORECASE))


# The first that fits wins.
MIGRATION = (
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
REFUSED = (
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
    _sign(Outcome.REFUSED, "this flyctl does not know what it was called with", r"unknown (?:flag|command)"),
)
IMAGE = (
    _sign(
        Outcome.RETRY,
        "Fly does not find the image; it may take some seconds after a push",
        r"could not find image|manifest[_ ]unknown",
    ),
)
MACHINES = (
    _sign(
        Outcome.REFUSED,
        "the app cannot be deployed by bluegreen as it is now",
        r"found multiple image versions|not in valid state for bluegreen|due to org limits",
    ),
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
NETWORK = _sign(
    Outcome.RETRY,
    "Fly's API or the way there failed",
    r"\b(?:408|429|50[0-9])\b|too many requests|rate limit|internal server error|bad gateway|unavailable",
    r"gateway time-?out|connection (?:reset|refused)|\bEOF\b|time-?out|deadline exceeded|no such host|broken pipe",
    r"request canceled|transport connection broken|invalid character|unexpected end of JSON|try again",
    r"failed to (?:create release|update release|set release status)|server error|temporar|closed by the remote",
)
