"""The audit's part of a report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from pipeline.parse.weakness import Component, Part, Weakness, WeaknessKind


class Outcome(Enum):
    """What the policy makes of one weakness; only `blocks` is red."""

    BLOCKS = "blocks"
    ACCEPTED = "accepted"
    REPORTED = "reported"


class GateState(Enum):
    """How one gate ended; `incomplete` is never green."""

    PASSED = "passed"
    FAILED = "failed"
    INCOMPLETE = "incomplete"
    OFF = "off"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One weakness, merged over the tools that found it, and what it means here.

    `fingerprint` stays the same when a version, a line or an image changes. `exploited` says that it is on the list
    of known exploited vulnerabilities, `probability` is its EPSS score; both only when a feed was given.
    """

    weakness: Weakness
    tools: tuple[str, ...]
    fingerprint: str
    outcome: Outcome
    why: str = ""
    exploited: bool = False
    probability: float | None = None


@dataclass(frozen=True, kw_only=True)
class Gate:
    """One gate: how many of its findings are red, how many there are, and what it could not see.

    `why` names gaps of the coverage, or says that there was nothing to look at; of the gate of the exceptions it names
    what is wrong with each.
    """

    name: str
    state: GateState
    blocking: int = 0
    total: int = 0
    why: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Covered:
    """One thing that was to be looked at. `missing` says why it was not; `open` why nothing here can."""

    part: Part
    target: str
    tool: str = ""
    count: int | None = None
    data: str = ""
    missing: str = ""
    open: str = ""


@dataclass(frozen=True, kw_only=True)
class Audit:
    """All that the audit says; `anchor` is the file of the source that findings in the image are shown at."""

    gates: tuple[Gate, ...] = ()
    weaknesses: tuple[Judged, ...] = ()
    coverage: tuple[Covered, ...] = ()
    components: tuple[Component, ...] = ()
    anchor: str = ""


GATE_OF = {
    WeaknessKind.VULNERABILITY: "vulnerabilities",
    WeaknessKind.SECRET: "secrets",
    WeaknessKind.MISCONFIGURATION: "misconfiguration",
    WeaknessKind.LICENCE: "licences",
}
PARTS_OF = {
    WeaknessKind.VULNERABILITY: (Part.NPM, Part.NUGET, Part.OS, Part.OTHER, Part.DATABASE),
    WeaknessKind.SECRET: (Part.SECRETS, Part.HISTORY, Part.IMAGE),
    WeaknessKind.MISCONFIGURATION: (Part.CONFIGURATION,),
    WeaknessKind.LICENCE: (Part.LICENCES,),
}
EXCEPTIONS = "exceptions"
