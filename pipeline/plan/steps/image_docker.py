"""The image of the repository's own Dockerfile: built as it stands, and proven like ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.app.facts import IGNORED
from pipeline.errors import PipelineError
from pipeline.plan.model import DockerBuild, Files, Output, Step
from pipeline.plan.steps.image import IMAGES, archive, program

if TYPE_CHECKING:
    from pipeline.app.model import App
    from pipeline.plan.identity import Identity
    from pipeline.settings.model import Settings

FILE, CONTEXT = "dockerfile of the web project", "docker context"


def make(app: App, settings: Settings, identity: Identity | None = None) -> Step:
    """Return the step.

    Raises:
        PipelineError: P105, there is no Dockerfile for the web project, or it lies outside the folder it is built in.

    """
    file, context = _fact(app, FILE), _fact(app, CONTEXT) or "."
    if not file:
        _refuse("image.by: dockerfile, and no Dockerfile starts the web project; name it with docker.file")
    if settings.image.variant or settings.image.globalization:
        _refuse("image.by: dockerfile, whose FROM decides what image.variant and image.globalization are about")
    below = file if context == "." else file.removeprefix(f"{context}/")
    if context != "." and below == file:
        _refuse(f"docker.context: {file} does not lie in {context}, and the engine builds no other")
    builds = tuple(
        DockerBuild(
            file=below,
            context=context,
            platform=platform,
            to=f"{IMAGES}/{archive(platform)}",
            labels=tuple(identity.labels.items()) if identity else (),
            env=tuple(identity.env(settings.image.commit_variable).items()) if identity else (),
        )
        for platform in settings.image.platforms
    )
    return Step(
        id="image",
        tool="python",
        proves="the repository's own Dockerfile builds",
        commands=(("python3", "-m", "pipeline.oci.describe", f"${{out}}/{IMAGES}", "${out}/image.json"),),
        files=Files(include=("**",) if context == "." else (f"{context}/**",), exclude=IGNORED),
        builds=builds,
        literals=program("oci"),
        env=(("PYTHONPATH", "${scratch}"),),
        outputs=(
            Output(path="image.json", kind="image-packed", required=True),
            Output(path=IMAGES, kind="directory"),
        ),
        timeout=1800,
        fetches=True,
        leaves_open="what the Dockerfile builds is not what other steps tested, and a second build has another digest",
        reason=f"image.by names {file}",
    )


def _fact(app: App, name: str) -> str:
    fact = app.fact(name)
    return str(fact.value) if fact and fact.value else ""


def _refuse(problem: str) -> None:
    raise PipelineError(errors.SETTINGS_INVALID, problem)
