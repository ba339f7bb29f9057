"""A small packed image, and what proves it."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.errors import ExitCode
from pipeline.judge.audit.model import Audit, Covered
from pipeline.oci import pack
from pipeline.oci.spec import Base, Content, Spec
from pipeline.parse.weakness import Part
from pipeline.registry.attached import Document, File
from pipeline.registry.documents import PROVENANCE, REPORT, SBOM
from pipeline.render import as_json, provenance
from tests import samples
from tests.oci_base import base

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.judge.model import Report


def packed(folder: Path, text: str = "code", *platforms: str) -> Path:
    """Return a folder with the image of each platform."""
    (folder / "own").mkdir(parents=True)
    (folder / "own/App.dll").write_text(text)
    bases = [
        Base(platform=f"linux/{one}", archive=str(base(folder, f"{one}.base", architecture=one)[0]))
        for one in platforms or ("amd64",)
    ]
    spec = Spec(
        name="app",
        bases=tuple(bases),
        contents=(Content(name="assemblies", folder=str(folder / "own"), to="/app"),),
        workdir="/app",
        command=("dotnet", "App.dll"),
        user="1654",
        port=8080,
    )
    target = folder / "image"
    target.mkdir()
    pack.images(spec, target)
    return target


def report(**more: object) -> Report:
    """Return a green report of today, with a scan of the image."""
    coverage = tuple(Covered(part=part, target="image") for part in (Part.IMAGE, Part.OS))
    own = {"verdict": ExitCode.GREEN, "started": time.time(), "audit": Audit(coverage=coverage)}
    return replace(samples.report(), **(own | more))


def documents(digest: str, *without: str, of: Report | None = None, subject: str = "") -> list[Document]:
    """Return what proves an image, without some of it."""
    made = of or report()
    statement = provenance.statement(
        "shop", subject or digest, plan=samples.plan(), report=made, identity=None, version="0"
    )
    texts = {
        REPORT: as_json.text(made),
        SBOM: json.dumps({"bomFormat": "CycloneDX", "components": [{"name": "a"}]}),
        PROVENANCE: json.dumps(statement),
    }
    created = provenance.rfc3339(made.started)
    return [
        Document(kind=kind, created=created, files=(File(name="x.json", media_type=kind, content=text.encode()),))
        for kind, text in texts.items()
        if kind not in without
    ]
