"""Every kind of remark, by id; docs/remarks.md is generated from here."""

from __future__ import annotations

from pipeline.app.remark_kinds import configuration, deployment, dotnet, images, spa, workflows
from pipeline.app.remark_kinds.kind import Kind

AREAS = {
    ".NET, and what discovery tells in passing": dotnet,
    "SPA": spa,
    "Images and compose files": images,
    "Fly.io": deployment,
    "Workflows and scripts around a deployment": workflows,
    "Configuration, migrations and sources": configuration,
}
KINDS = tuple(value for area in AREAS.values() for value in vars(area).values() if isinstance(value, Kind))
BY_ID = {kind.id: kind for kind in KINDS}

__all__ = ["AREAS", "BY_ID", "KINDS", "Kind"]
