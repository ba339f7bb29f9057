"""What is kept beside an image: its report, its bill of materials, where it is from, and its migrations."""

from __future__ import annotations

from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING

from pipeline.parse import migration_script
from pipeline.registry.attached import Document, File, text
from pipeline.render import as_json, provenance, sbom

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.judge.model import Report
    from pipeline.plan.identity import Identity
    from pipeline.plan.model import Plan

REPORT = "application/vnd.pipeline.report.v1+json"
SBOM = "application/vnd.cyclonedx+json"
PROVENANCE = "application/vnd.in-toto+json"
MIGRATIONS = "application/vnd.pipeline.migrations.v1+json"


def of(
    name: str, digest: str, *, plan: Plan, report: Report, identity: Identity | None, scripts: Mapping[str, str]
) -> Iterator[Document]:
    """Yield the documents.

    Args:
        name: the repository.
        digest: the image.
        plan: what made it.
        report: what its run came to.
        identity: its commit.
        scripts: of its migrations, by the name of the file; a plan without them leaves it empty.

    """
    made = provenance.rfc3339(report.started)
    statement = provenance.statement(
        name, digest, plan=plan, report=report, identity=identity, version=version("pipeline")
    )
    yield _single(PROVENANCE, made, "provenance.json", text(statement))
    yield _single(REPORT, made, "report.json", as_json.text(report).encode())
    if report.audit.components:
        yield _single(SBOM, made, "sbom.cdx.json", sbom.text(report, "cyclonedx").encode())
    if scripts:
        yield _migrations(made, scripts)


def _single(kind: str, created: str, name: str, content: bytes) -> Document:
    return Document(kind=kind, created=created, files=(File(name=name, media_type=kind, content=content),))


def _migrations(created: str, scripts: Mapping[str, str]) -> Document:
    contexts = [
        {
            "context": name.removesuffix(".sql"),
            "migrations": [asdict(one) | {"change": one.change} for one in migration_script.read(script)],
        }
        for name, script in sorted(scripts.items())
    ]
    listed = File(name="migrations.json", media_type=MIGRATIONS, content=text({"schema": 1, "contexts": contexts}))
    files = (File(name=n, media_type="application/sql", content=s.encode()) for n, s in sorted(scripts.items()))
    return Document(kind=MIGRATIONS, created=created, files=(listed, *files))
