"""What the scans of a plan have to have looked at, and by which rules their findings are judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.settings.model import SecuritySettings

if TYPE_CHECKING:
    from pipeline.parse.weakness import Part, Weakness
    from pipeline.settings.waivers import Waiver


@dataclass(frozen=True, kw_only=True)
class Expected:
    """One thing that one tool has to say it read, in step `step`.

    `open` is set for what no scanner here can read: it is named, and nothing is expected. `missing` is set where what
    the tool says is worth nothing, whatever it is.
    """

    part: Part
    target: str
    step: str = ""
    tool: str = ""
    open: str = ""
    missing: str = ""


@dataclass(frozen=True, kw_only=True)
class AuditPlan:
    """Everything that the judge of an audit has to know before it.

    `dev` are folders whose packages are never shipped, those of test projects; `shipped` are those of the other
    projects, and the inner one of two counts. `anchor` is the file of the source that findings in the image are shown
    at. `found` is what is wrong before any scanner ran. `whole` is false when the run leaves out applications that the
    exceptions may be about.
    """

    settings: SecuritySettings = field(default_factory=SecuritySettings)
    waivers: tuple[Waiver, ...] = ()
    expected: tuple[Expected, ...] = ()
    dev: tuple[str, ...] = ()
    shipped: tuple[str, ...] = ()
    anchor: str = ""
    found: tuple[Weakness, ...] = ()
    whole: bool = True
