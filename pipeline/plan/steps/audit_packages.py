"""Trivy over the lock files: what is in there, and what its database knows about it.

Two steps: the list of packages needs no database, so that a new database repeats the comparison alone.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.parse import canary
from pipeline.plan.model import Artifact, Files, Literal, Off, Output, Step
from pipeline.plan.steps import audit
from pipeline.plan.steps.dotnet import below

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.app.model import App
    from pipeline.settings.model import SecuritySettings

SBOM = f"{audit.SBOM}/app"
LISTED = "packages.cdx.json"
LIST = f"{SBOM}/packages.json"
PUBLIC = "the public registries"
# What a folder with the database holds: `db` of Trivy's cache.
FOLDER = ("metadata.json", "trivy.db")
# It lists versions that nobody may use; the lock files say what is used.
_PROPS = "**/Directory.Packages.props"
_CANARY = "${scratch}/canary.cdx.json"
DATE = Output(path="database.json", kind="trivy-database")
_DATABASE = Artifact(step="audit.database", path=audit.DATABASE, to=audit.DATABASE)


def make(app: App) -> Step | Off:
    """Return the step that lists the packages of every lock file."""
    locks = tuple(lock.path for lock in app.inventory.locks)
    if not locks:
        return Off(id="audit.packages", reason="no lock file: nothing here says which packages are used")
    flags = ("--scanners", "license", "--list-all-pkgs", "--include-dev-deps", "--skip-files", _PROPS)
    listing = (*flags, "--format", "json", "${source}")
    return Step(
        id="audit.packages",
        tool="trivy",
        proves="the packages of every lock file are known, with their licences",
        commands=(
            audit.unskipped(),
            audit.trivy("fs", *listing, to="${out}/packages.json"),
            ("sh", "${scratch}/no-login.sh", "${out}/packages.json"),
            audit.convert("${out}/packages.json", f"${{source}}/{SBOM}/{LISTED}"),
            ("cp", "${out}/packages.json", f"${{source}}/{LIST}"),
        ),
        files=Files(include=(*locks, *_beside_yarn(locks))),
        literals=(
            *audit.brought("passed-over.sh", "no-login.sh"),
            Literal(path=f"${{source}}/{SBOM}/README", text="The packages of the lock files.\n"),
        ),
        env=audit.ENV,
        outputs=(
            Output(path="packages.json", kind="trivy-packages"),
            Output(path=SBOM, kind="directory", tree=True),
        ),
        timeout=900,
        scan=True,
        reason=f"{len(locks)} lock files",
    )


def _beside_yarn(locks: Iterable[str]) -> tuple[str, ...]:
    """Return what tells which packages of a yarn.lock are for development alone; the file itself does not."""
    return tuple(below(path.rpartition("/")[0] or ".", "package.json") for path in locks if path.endswith("yarn.lock"))


def make_database(settings: SecuritySettings) -> Step:
    """Return the download of the vulnerability database; it alone needs a network."""
    source = ("--db-repository", settings.trivy_database) if settings.trivy_database else ()
    flags = ("--skip-version-check", "--disable-telemetry", "--no-progress", "--config", "/dev/null")
    download = ("trivy", "image", "--download-db-only", "--cache-dir", "${downloads}", *flags, *source)
    return Step(
        id="audit.database",
        tool="trivy",
        proves="Trivy's vulnerability database is there",
        commands=(download, ("cp", "-R", "${downloads}/db", f"${{source}}/{audit.DATABASE}/")),
        literals=(Literal(path=f"${{source}}/{audit.DATABASE}/README", text="Trivy's vulnerability database.\n"),),
        caches=(("TRIVY_CACHE_DIR", "trivy"),),
        outputs=(Output(path=audit.DATABASE, kind="directory", tree=True),),
        timeout=1200,
        fetches=True,
        scan=True,
        live=True,
        reason=f"from {settings.trivy_database or PUBLIC}; --trivy-db gives a folder instead",
    )


def make_match(*, database: bool) -> Step:
    """Return the comparison of the packages with the database; it needs no network and sees no source."""
    compare = ("--skip-db-update", "--list-all-pkgs", "--format", "json")
    cache = cache_of(database=database)
    return Step(
        id="audit.match",
        tool="trivy",
        proves="every package of the lock files was compared with Trivy's database",
        commands=(
            date_of(cache),
            audit.trivy("sbom", *compare, _CANARY, to="${out}/canary.json", cache=cache),
            audit.trivy("sbom", *compare, f"${{source}}/{SBOM}/{LISTED}", to="${out}/match.json", cache=cache),
        ),
        artifacts=(Artifact(step="audit.packages", path=SBOM, to=SBOM), *(() if database else (_DATABASE,))),
        literals=(Literal(path=_CANARY, text=_canary()),),
        outputs=(
            DATE,
            Output(path="canary.json", kind="trivy-canary"),
            Output(path="match.json", kind="trivy-match"),
        ),
        timeout=900,
        scan=True,
        reason="the database is given as a folder" if database else "the database of audit.database",
    )


def cache_of(*, database: bool) -> str:
    """Return the folder whose `db` holds the database: the given one, or what was downloaded."""
    return "${trivy}" if database else f"${{source}}/{audit.DATABASE}"


def lacking(names: Iterable[str]) -> str:
    """Return what a folder with these files lacks to be a database, or an empty text."""
    absent = sorted(set(FOLDER) - set(names))
    return f"holds no {' and '.join(absent)}" if absent else ""


def date_of(cache: str) -> tuple[str, ...]:
    """Return the call that keeps what the database says of itself: its age."""
    return ("cp", f"{cache}/db/metadata.json", "${out}/database.json")


def _canary() -> str:
    packages = (canary.NPM, canary.NUGET)
    components = [
        {
            "type": "library",
            "bom-ref": package.name,
            "name": package.name,
            "version": package.version,
            "purl": f"pkg:{package.ecosystem}/{package.name}@{package.version}",
        }
        for package in packages
    ]
    return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": components})
