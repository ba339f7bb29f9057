"""`npm audit`: the registry's own advisories about what the lock file names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.parse import canary
from pipeline.plan import managers
from pipeline.plan.model import Files, Literal, Off, Output, Step
from pipeline.plan.steps import audit

if TYPE_CHECKING:
    from pipeline.app.model import App
    from pipeline.settings.model import Settings

_FOLDER = "${scratch}/npm-canary"
NOT_ASKED = "the packages of {} are compared with Trivy's database alone"


def make(app: App, settings: Settings) -> Step | Off | None:
    """Return the audit of the SPA's packages, keyed on its package files alone."""
    if not app.spa:
        return None
    if app.spa.package_manager != "npm":
        return Off(id="audit.npm", reason=NOT_ASKED.format(app.spa.package_manager))
    if not app.spa.lock_file:
        return Off(id="audit.npm", reason="the SPA has no lock file")
    registry = settings.security.npm_registry or settings.npm.registry
    flags = (f"--registry={registry}",) if registry else ()
    command = ("sh", "${scratch}/npm-audit.sh", "${scratch}/answer.sh", "${out}", _FOLDER, *flags)
    return Step(
        id="audit.npm",
        tool="node",
        proves="npm's advisories were asked about every package of the SPA",
        commands=(command,),
        files=Files(include=managers.files(app.spa)),
        literals=(*audit.brought("answer.sh", "npm-audit.sh"), *_canary()),
        workdir=app.spa.root,
        env=(*managers.ENV, ("npm_config_fetch_timeout", "30000")),
        caches=(("npm_config_cache", "npm"),),
        outputs=(Output(path="audit.json", kind="npm-audit"), Output(path="canary.json", kind="npm-canary")),
        timeout=600,
        fetches=True,
        scan=True,
        live=True,
        reason=f"asks {registry or 'the registry of .npmrc, or the public one'} about {app.spa.lock_file}",
    )


def _canary() -> tuple[Literal, ...]:
    package = {"name": "canary", "version": "1.0.0", "dependencies": {canary.NPM.name: canary.NPM.version}}
    packages = {"": package, f"node_modules/{canary.NPM.name}": {"version": canary.NPM.version}}
    lock = {"name": "canary", "version": "1.0.0", "lockfileVersion": 3, "requires": True, "packages": packages}
    return (
        Literal(path=f"{_FOLDER}/package.json", text=json.dumps(package)),
        Literal(path=f"{_FOLDER}/package-lock.json", text=json.dumps(lock)),
    )
