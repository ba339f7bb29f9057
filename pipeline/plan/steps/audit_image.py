"""Trivy over the image as it will ship: its packages, and secrets in its layers and environment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.parse import canary
from pipeline.plan.model import Artifact, Literal, Output, Step
from pipeline.plan.steps import audit
from pipeline.plan.steps.audit_packages import DATE, cache_of, date_of
from pipeline.plan.steps.image import IMAGES, archive

if TYPE_CHECKING:
    from collections.abc import Iterator

SBOM = f"{audit.SBOM}/image"
LISTED = "image.cdx.json"
PACKED = f"{audit.FOLDER}/packed"
# The systems that images of .NET are built on: name in Trivy, version, kind of package.
SYSTEMS = (
    ("debian", "11", "deb"), ("debian", "12", "deb"), ("debian", "13", "deb"),
    ("ubuntu", "22.04", "deb"), ("ubuntu", "24.04", "deb"),
    ("alpine", "3.20", "apk"), ("alpine", "3.21", "apk"), ("alpine", "3.22", "apk"), ("alpine", "3.23", "apk"),
    ("azurelinux", "3.0", "rpm"),
)  # fmt: skip
_PLANTED = "${scratch}/planted"


def make(platform: str) -> Step:
    """Return the step that reads the image for a platform, which comes as an archive: no registry and no login."""
    packed, listed = f"${{source}}/{PACKED}/{archive(platform)}", f"${{source}}/{SBOM}/{LISTED}"
    listing = ("--scanners", "license", "--list-all-pkgs", "--format", "json", listed)
    secrets = ("--scanners", "secret", "--image-config-scanners", "secret", *audit.FINDINGS)
    return Step(
        id="audit.image",
        tool="trivy",
        proves="every layer of the image was searched for secrets, and its packages are known",
        commands=(
            audit.trivy("image", "--format", "cyclonedx", "--input", packed, to=listed),
            audit.trivy("sbom", *listing, to="${out}/packages.json"),
            audit.trivy("image", *secrets, "--input", packed, to="${out}/findings.json"),
            audit.trivy("fs", "--scanners", "secret", *audit.FINDINGS, _PLANTED, to="${out}/canary.json"),
        ),
        artifacts=(Artifact(step="image", path=IMAGES, to=PACKED),),
        literals=(
            *audit.rules(),
            Literal(path=f"{_PLANTED}/{canary.SECRET_FILE}", text=canary.SECRET_TEXT),
            Literal(path=f"${{source}}/{SBOM}/README", text="The packages of the image.\n"),
        ),
        env=audit.ENV,
        outputs=(
            Output(path="packages.json", kind="trivy-image-packages"),
            Output(path="findings.json", kind="findings-image"),
            Output(path="canary.json", kind="findings-canary"),
            Output(path=SBOM, kind="directory", tree=True),
        ),
        timeout=900,
        scan=True,
        reason="what ships is not only what the lock files name",
    )


def make_match(*, database: bool) -> Step:
    """Return the comparison of the image's packages with the database."""
    compare = ("--skip-db-update", "--list-all-pkgs", "--format", "json")
    cache = cache_of(database=database)
    downloaded = () if database else (Artifact(step="audit.database", path=audit.DATABASE, to=audit.DATABASE),)
    canaries = tuple(
        audit.trivy("sbom", *compare, literal.path, to=f"${{out}}/canary.{name}.json", cache=cache)
        for name, literal in _canaries()
    )
    listed = f"${{source}}/{SBOM}/{LISTED}"
    return Step(
        id="audit.image.match",
        tool="trivy",
        proves="every package of the image was compared with Trivy's database",
        commands=(
            date_of(cache),
            *canaries,
            audit.trivy("sbom", *compare, listed, to="${out}/match.json", cache=cache),
        ),
        artifacts=(Artifact(step="audit.image", path=SBOM, to=SBOM), *downloaded),
        literals=tuple(literal for _, literal in _canaries()),
        outputs=(
            DATE,
            Output(path="canary.*.json", kind="trivy-os-canary"),
            Output(path="match.json", kind="trivy-image-match"),
        ),
        timeout=900,
        scan=True,
        reason="the system's packages are in no lock file",
    )


def _canaries() -> Iterator[tuple[str, Literal]]:
    """Yield for each system a list with one old package: the database of a system that knows it is one."""
    for family, version, kind in SYSTEMS:
        purl = f"pkg:{kind}/{family}/{canary.OS_PACKAGE}@{canary.OS_VERSION}?distro={family}-{version}"
        properties = {"PkgType": family, "SrcName": canary.OS_PACKAGE, "SrcVersion": canary.OS_VERSION}
        components = [
            {"type": "operating-system", "bom-ref": "system", "name": family, "version": version},
            {
                "type": "library",
                "bom-ref": "package",
                "name": canary.OS_PACKAGE,
                "version": canary.OS_VERSION,
                "purl": purl,
                "properties": [{"name": f"aquasecurity:trivy:{k}", "value": v} for k, v in properties.items()],
            },
        ]
        text = json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": components})
        name = f"{family}-{version}"
        yield name, Literal(path=f"${{scratch}}/canary.{name}.cdx.json", text=text)
