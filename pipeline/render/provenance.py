"""Where an image is from, as a statement that others can check: in-toto, with the predicate of SLSA.

Source: slsa.dev/spec/v1.1/provenance and in-toto's attestation framework, statement v1.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.judge.model import Report
    from pipeline.plan.identity import Identity
    from pipeline.plan.model import Plan

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://slsa.dev/provenance/v1"
# What the build does is fixed by the plan, which `report` and the parameters name.
BUILD = "urn:pipeline:image:v1"


def statement(
    name: str, digest: str, *, plan: Plan, report: Report, identity: Identity | None, version: str
) -> dict[str, Any]:
    """Return the statement.

    Args:
        name: the repository that the image is in.
        digest: the image: `sha256:…`.
        plan: what made it.
        report: what its run came to.
        identity: the commit that it is made of, if it is known.
        version: of this program.

    """
    materials = [_image(tool, reference) for tool, reference in plan.images]
    if identity:
        materials.insert(0, {"uri": f"git+{identity.source or 'local'}", "digest": {"gitCommit": identity.revision}})
    return {
        "_type": STATEMENT,
        "subject": [{"name": name, "digest": {"sha256": digest.removeprefix("sha256:")}}],
        "predicateType": PREDICATE,
        "predicate": {
            "buildDefinition": {
                "buildType": BUILD,
                "externalParameters": {"application": plan.app, "version": identity.version if identity else ""},
                "internalParameters": {"steps": [step.id for step in plan]},
                "resolvedDependencies": materials,
            },
            "runDetails": {
                "builder": {"id": f"urn:pipeline:runner:{report.where}", "version": {"pipeline": version}},
                "metadata": {
                    "startedOn": rfc3339(report.started),
                    "finishedOn": rfc3339(report.started + report.duration),
                },
            },
        },
    }


def _image(tool: str, reference: str) -> dict[str, Any]:
    name, _, digest = reference.partition("@sha256:")
    said: dict[str, Any] = {"name": tool, "uri": f"docker://{name}"}
    return said | ({"digest": {"sha256": digest}} if digest else {})


def rfc3339(seconds: float) -> str:
    """Return a time, in seconds since the epoch, as documents write it."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
