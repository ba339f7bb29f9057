"""Trivy over all files of the source, and over every version of them that git holds: secrets, configuration."""

from __future__ import annotations

from pipeline.app.facts import IGNORED
from pipeline.parse import canary
from pipeline.plan.model import Files, Literal, Output, Step
from pipeline.plan.steps import audit

_HISTORY = "${scratch}/history"


def make() -> Step:
    """Return the scan of the source as it is now."""
    kinds = ("--misconfig-scanners", "dockerfile,kubernetes,helm,terraform", "--skip-check-update")
    scan = ("--scanners", "secret,misconfig", *kinds, *audit.FINDINGS, "${source}")
    return Step(
        id="audit.source",
        tool="trivy",
        proves="every file of the source was searched for secrets, and every Dockerfile for known mistakes",
        commands=(audit.unskipped(), audit.trivy("fs", *scan, to="${out}/findings.json")),
        files=Files(include=("**",), exclude=IGNORED),
        literals=(*audit.rules(), *audit.brought("passed-over.sh"), _planted("${source}")),
        env=audit.ENV,
        outputs=(Output(path="findings.json", kind="findings"),),
        timeout=900,
        scan=True,
        leaves_open="binary and UTF-16 files are not searched for secrets; what git tracks in bin, obj, node_modules "
        "and TestResults is not looked at, neither lock files nor Dockerfiles (audit.history searches it for secrets); "
        "beside Dockerfiles only Terraform, Helm and Kubernetes have checks",
        reason="every file counts, whatever its place or name",
    )


def make_history() -> Step:
    """Return the scan of the past: what was committed once stays readable for everybody who can clone."""
    scan = ("--scanners", "secret", *audit.FINDINGS, _HISTORY)
    lay_out = ("sh", "${scratch}/history.sh", "${git}", "${git.folder}", _HISTORY, "${out}/history.json")
    return Step(
        id="audit.history",
        tool="trivy",
        proves="every version of every file in git was searched for secrets",
        commands=(lay_out, audit.trivy("fs", *scan, to="${out}/findings.json")),
        literals=(
            *audit.rules(),
            *audit.brought("borrow.sh", "history.sh"),
            _planted(_HISTORY),
        ),
        env=audit.ENV,
        outputs=(
            Output(path="history.json", kind="git-history"),
            Output(path="findings.json", kind="findings-history"),
        ),
        timeout=1800,
        scan=True,
        git=True,
        reason="a deleted secret is no less known",
    )


def _planted(folder: str) -> Literal:
    return Literal(path=f"{folder}/{canary.SECRET_FILE}", text=canary.SECRET_TEXT)
