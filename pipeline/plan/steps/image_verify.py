"""The proof of the image: it is started beside its servers, asked what users ask, and ended, before anybody gets it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from pipeline.plan.model import Artifact, Literal, Off, Output, Step
from pipeline.plan.steps.image import FOLDER, IMAGES, PORT, archive, program
from pipeline.proof.expected import ENV_PREFIX, Expected
from pipeline.settings import forms

if TYPE_CHECKING:
    from pipeline.app.model import App
    from pipeline.settings.model import Settings

PACKED, ROOT = f".pipeline/{IMAGES}", ".pipeline/root"
# A path that no router knows, so that only a fallback answers it.
DEEP = "/pipeline/deep/link"
GRACE_SECONDS = 5
_EXPECTED = "${scratch}/expected.json"


def make(app: App, settings: Settings, packed: Step | Off) -> Step | Off | None:
    """Return the proof of the image, or why there is none; nothing where there is no image."""
    if isinstance(packed, Off):
        return None
    if not settings.image.verify:
        return Off(id="image.verify", reason="image.verify is false in the settings")
    wanted = expected(app, settings, packed)
    tried = archive(wanted.platform)
    words = (f"${{source}}/{PACKED}/{tried}", f"${{source}}/{ROOT}", _EXPECTED, "${out}/proof.json", "${out}/image.log")
    return Step(
        id="image.verify",
        tool="python",
        proves="the image starts as its user on a read-only root, answers, and ends when it is asked to",
        commands=(("unshare", "--mount", "python3", "-m", "pipeline.proof", *words),),
        artifacts=(Artifact(step="image", path=IMAGES, to=PACKED),),
        roots=(Artifact(step="image", path=f"{IMAGES}/{tried}", to=ROOT),),
        literals=(*program("oci", "proof"), Literal(path=_EXPECTED, text=json.dumps(asdict(wanted), indent=1))),
        env=(("PYTHONPATH", "${scratch}"), *((f"{ENV_PREFIX}{name}", value) for name, value in _env(app, settings))),
        services=tuple(service.name for service in settings.services),
        outputs=(Output(path="proof.json", kind="image-proof", required=True),),
        timeout=4 * settings.image.start_seconds + 240,
        privileged=True,
        leaves_open=_left_open(app, settings, wanted),
        reason=f"by {app.platform.path}" if app.platform else "what is published has worked before",
    )


def expected(app: App, settings: Settings, packed: Step) -> Expected:
    """Return what the image has to be and to do."""
    own, platform = settings.image, app.platform
    has_page = any(artifact.step == "spa.build" for artifact in packed.artifacts)
    return Expected(
        platform=settings.image.platforms[0],
        port=(platform.port if platform and packed.builds else None) or PORT,
        folder="" if packed.builds else FOLDER,
        index=f"{FOLDER}/{settings.spa.into}/index.html" if has_page else "",
        health=own.health or _health(app),
        spa_route=DEEP if has_page and own.spa_routes else "",
        api_route=own.api_route,
        release_command=platform.release_command if platform else "",
        volumes=platform.volumes if platform else (),
        source_maps=own.source_maps,
        max_megabytes=own.max_megabytes,
        start_seconds=own.start_seconds,
        grace_seconds=_grace(app, settings),
    )


def _grace(app: App, settings: Settings) -> int:
    """Return how many seconds the program has to end."""
    if settings.image.grace:
        return forms.number(settings.image.grace)
    return (app.platform.grace_seconds if app.platform else None) or GRACE_SECONDS


def _health(app: App) -> str:
    """Return the path that says whether all is well, unless only a developer's machine has it."""
    path, hidden = app.fact("health path"), app.fact("health in development only")
    return str(path.value) if path and path.value and not (hidden and hidden.value) else ""


def _env(app: App, settings: Settings) -> tuple[tuple[str, str], ...]:
    """Return what the platform, the tests and the proof's own settings put into its environment; the last one wins."""
    given = (*(app.platform.env if app.platform else ()), *settings.test.env, *settings.image.env)
    return tuple(dict(given).items())


def _left_open(app: App, settings: Settings, wanted: Expected) -> str:
    open_ = []
    if app.spa and not wanted.index:
        open_.append("the page of the SPA was not compared with what was built here")
    if not wanted.health:
        open_.append("nothing says which path tells that it is healthy (image.health)")
    if not wanted.api_route:
        open_.append("no route of the API was asked (image.api_route)")
    if app.platform and app.platform.port not in {None, wanted.port}:
        open_.append(f"{app.platform.path} expects port {app.platform.port}, the image has {wanted.port}")
    if wanted.index and not settings.image.spa_routes:
        open_.append("paths of the SPA's own were not asked (image.spa_routes)")
    if others := settings.image.platforms[1:]:
        open_.append(f"the image for {', '.join(others)} was packed of the same files and not started")
    return "; ".join(open_)
