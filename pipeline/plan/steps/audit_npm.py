"""`npm audit`: the registry's own advisories about what the lock file names.

It asks for pnpm and Yarn as well, from Trivy's list of their packages: their own audits ask an address that registries
have given up, each in another form.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.parse import canary
from pipeline.plan import managers
from pipeline.plan.model import Artifact, Files, Literal, Off, Output, Step
from pipeline.plan.steps import audit, audit_packages
from pipeline.plan.steps.dotnet import below

if TYPE_CHECKING:
    from pipeline.app.model import App, Spa
    from pipeline.settings.model import Settings

_CANARY = "${scratch}/npm-canary"
_LOCKED = "${scratch}/npm-locked"
_KIND = {
    "package-lock.json": "npm-audit",
    "npm-shrinkwrap.json": "npm-audit-shrinkwrap",
    "pnpm-lock.yaml": "npm-audit-pnpm",
    "yarn.lock": "npm-audit-yarn",
}


def make(app: App, settings: Settings) -> Step | Off | None:
    """Return the audit of the SPA's packages, keyed on its package files alone."""
    if not app.spa:
        return None
    if not app.spa.lock_file:
        return Off(id="audit.npm", reason="the SPA has no lock file")
    own = app.spa.package_manager == "npm"
    registry = settings.security.npm_registry or settings.npm.registry
    flags = (f"--registry={registry}",) if registry else ()
    folder = "." if own else _LOCKED
    ask = ("sh", "${scratch}/npm-audit.sh", "${scratch}/answer.sh", "${out}", _CANARY, folder, *flags)
    listed = ("node", "${scratch}/npm-lock.mjs", f"${{source}}/{audit_packages.LIST}", app.spa.lock_file, _LOCKED)
    return Step(
        id="audit.npm",
        tool="node",
        proves="npm's advisories were asked about every package of the SPA",
        commands=(ask,) if own else (listed, ask),
        files=Files(include=managers.files(app.spa) if own else _named(app.spa)),
        artifacts=() if own else (Artifact(step="audit.packages", path=audit_packages.SBOM, to=audit_packages.SBOM),),
        literals=(*audit.brought("answer.sh", "npm-audit.sh", *(() if own else ("npm-lock.mjs",))), *_canary()),
        workdir=app.spa.root,
        env=(*managers.ENV, ("npm_config_fetch_timeout", "30000")),
        caches=(("npm_config_cache", "npm"),),
        outputs=(
            Output(path="audit.json", kind=_KIND[app.spa.lock_file.rpartition("/")[2]]),
            Output(path="canary.json", kind="npm-canary"),
        ),
        timeout=600,
        fetches=True,
        scan=True,
        live=True,
        reason=f"asks {registry or 'the registry of .npmrc, or the public one'} about {app.spa.lock_file}",
    )


def _named(spa: Spa) -> tuple[str, ...]:
    """Return the files that say which registry is asked."""
    return (below(spa.root, "package.json"), below(spa.root, ".npmrc"))


def _canary() -> tuple[Literal, ...]:
    package = {"name": "canary", "version": "1.0.0", "dependencies": {canary.NPM.name: canary.NPM.version}}
    packages = {"": package, f"node_modules/{canary.NPM.name}": {"version": canary.NPM.version}}
    lock = {"name": "canary", "version": "1.0.0", "lockfileVersion": 3, "requires": True, "packages": packages}
    return (
        Literal(path=f"{_CANARY}/package.json", text=json.dumps(package)),
        Literal(path=f"{_CANARY}/package-lock.json", text=json.dumps(lock)),
    )
