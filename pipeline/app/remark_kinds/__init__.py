"""Every kind of remark, by id; docs/remarks.md is generated from here."""

from __future__ import annotations

from pipeline.app.remark_kinds import dotnet, spa, workflows
from pipeline.app.remark_kinds.kind import Kind

AREAS = {
    ".NET, and what discovery tells in passing": dotnet,
    "SPA": spa,
    "Workflows and scripts around a deployment": workflows,
}
KINDS = tuple(value for area in AREAS.values() for value in vars(area).values() if isinstance(value, Kind))
BY_ID = {kind.id: kind for kind in KINDS}

__all__ = ["AREAS", "BY_ID", "KINDS", "Kind"]
