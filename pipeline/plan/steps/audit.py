"""What the scan steps share: the files they bring along, and how Trivy is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.parse import trivy as report
from pipeline.plan import scripts
from pipeline.plan.model import Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

# Outputs of scans for other scans: beside the source, and no part of it.
FOLDER = ".pipeline"
SBOM = f"{FOLDER}/sbom"
DATABASE = f"{FOLDER}/trivy"

# Nothing is fetched, nothing is reported home, and no file of the repository changes what is looked for.
QUIET = (
    "--cache-backend", "memory", "--offline-scan", "--skip-version-check", "--disable-telemetry", "--no-progress",
    "--timeout", "15m", "--config", "/dev/null", "--ignorefile", "/dev/null",
)  # fmt: skip
# Trivy passes over a file at the root that has the name of its rules. In what is read here that name is a folder.
RULES = f"${{scratch}}/{FOLDER}"
TEMPLATE = "${scratch}/pipeline-findings.tpl"
FINDINGS = ("--secret-config", RULES, "--format", "template", "--template", f"@{TEMPLATE}")
# A package folder of the machine would add licences that another machine does not see.
ENV = (("NUGET_PACKAGES", "${scratch}/no-packages"),)


def brought(*names: str) -> tuple[Literal, ...]:
    """Return scripts as files of a step."""
    return tuple(Literal(path=f"${{scratch}}/{name}", text=scripts.text(name)) for name in names)


def rules() -> tuple[Literal, ...]:
    """Return what the secret scan looks for, and the form in which it tells."""
    return (Literal(path=RULES, text=scripts.text("pipeline-secrets.yaml")), *brought("pipeline-findings.tpl"))


def unskipped() -> tuple[str, ...]:
    """Return the call that lays the folders beside the source which Trivy would pass over."""
    return ("sh", "${scratch}/passed-over.sh", "${source}", f"${{source}}/{report.PASSED_OVER}", "${scratch}")


def trivy(kind: str, *words: str, to: str, cache: str = "${scratch}/trivy") -> tuple[str, ...]:
    """Return a call of Trivy that writes one file."""
    return ("trivy", kind, "--cache-dir", cache, *QUIET, "--output", to, *words)


def convert(source: str, to: str) -> tuple[str, ...]:
    """Return the call that makes an SBOM of a list of packages."""
    return ("trivy", "convert", "--format", "cyclonedx", "--output", to, source)


def distinct(paths: Iterable[str]) -> tuple[str, ...]:
    """Return paths once each, in order."""
    return tuple(sorted(set(paths)))
