"""App and Settings in, Plan out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import PipelineError
from pipeline.parse.trivy import COMPROMISED
from pipeline.plan import audits
from pipeline.plan.model import Off, Plan, Service, Step
from pipeline.plan.questions import refuse_open, refuse_packages
from pipeline.plan.steps import (
    dotnet_build,
    dotnet_bundle,
    dotnet_format,
    dotnet_migrations,
    dotnet_publish,
    dotnet_restore,
    dotnet_test,
    image,
    image_base,
    image_docker,
    image_verify,
    spa,
)
from pipeline.settings import places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.app.model import App
    from pipeline.plan.identity import Identity
    from pipeline.settings.model import Settings
    from pipeline.settings.waivers import Waiver

# Ports and start values of the servers that tests may ask for.
SERVICES = {
    "postgres": (5432, (("POSTGRES_USER", "app"), ("POSTGRES_PASSWORD", "app"), ("POSTGRES_DB", "app"))),
    "redis": (6379, ()),
}


def make(  # noqa: PLR0913  # what a call brings along
    app: App,
    settings: Settings,
    images: Mapping[str, str],
    *,
    feed: bool = False,
    scans: bool = False,
    database: bool = False,
    waivers: tuple[Waiver, ...] = (),
    identity: Identity | None = None,
) -> Plan:
    """Return the plan.

    Args:
        app: what was discovered.
        settings: what the user decided.
        images: every known image reference by its name in run/images.
        feed: whether a folder of NuGet packages is given.
        scans: whether the security scans are part of it.
        database: whether a folder with Trivy's database is given.
        waivers: the exceptions of the repository.
        identity: the commit that the image is made of, if it is to say so.

    Raises:
        PipelineError: a question is open, or the SPA's packages cannot be installed from a lock file.

    """
    refuse_open(app)
    packed = _packed(app, settings, images, identity)
    proof = image_verify.make(app, settings, packed)
    entries = [*_dotnet(app, settings, feed=feed), *_spa(app, settings), packed, *([proof] if proof else [])]
    if scans:
        entries += audits.steps(app, settings, database=database, image=isinstance(packed, Step))
    steps = [entry for entry in entries if isinstance(entry, Step)]
    _require_services(settings)
    services = tuple(_service(s.name, s.version, settings, images) for s in settings.services)
    return Plan(
        app=app.name,
        steps=tuple(steps),
        off=tuple(entry for entry in entries if isinstance(entry, Off)),
        services=services,
        images=_tools(app, settings, images, {step.tool for step in steps}),
        audit=audits.plan(app, settings, steps, waivers),
    )


def _packed(app: App, settings: Settings, images: Mapping[str, str], identity: Identity | None) -> Step | Off:
    image_base.refuse_platforms(settings)
    if settings.image.by == "dockerfile" and app.dotnet and app.dotnet.web:
        return image_docker.make(app, settings, identity)
    return image.make(app, settings, image_base.reference(images["dotnet-aspnet"], _runtime(app), settings), identity)


def _half(id_: str, absent: str, *, enabled: bool) -> Off:
    return Off(id=id_, reason=absent if enabled else "switched off in the settings", absent=enabled)


def _dotnet(app: App, settings: Settings, *, feed: bool) -> list[Step | Off]:
    if not app.dotnet:
        return [_half("api", "no .NET project found", enabled=settings.dotnet.enabled)]
    dotnet = app.dotnet
    tools = dotnet_restore.make_tools(dotnet, settings, feed=feed)
    start = tools.id if isinstance(tools, Step) else None
    names = dotnet_test.names(dotnet.tests)
    tests: list[Step | Off] = [dotnet_test.make(one, settings, names[one.path]) for one in dotnet.tests]
    return [
        tools,
        dotnet_restore.make(app, dotnet, settings, feed=feed, start=start),
        dotnet_build.make(app, dotnet, settings),
        dotnet_format.make(app, dotnet, settings),
        *(tests or [Off(id="api.test", reason="no .NET test project found")]),
        *([gate] if (gate := dotnet_migrations.make(dotnet, settings)) else []),
        *([bundle] if (bundle := dotnet_bundle.make(dotnet, settings)) else []),
        dotnet_publish.make(app, dotnet),
    ]


def _spa(app: App, settings: Settings) -> list[Step | Off]:
    if not app.spa:
        return [_half("spa", "no SPA found", enabled=settings.spa.enabled)]
    refuse_packages(app.spa)
    return [
        spa.make_install(app.spa, settings),
        spa.make_lint(app, app.spa, settings),
        spa.make_types(app, app.spa, settings),
        spa.make_test(app, app.spa, settings),
        spa.make_build(app, app.spa, settings),
    ]


def _tools(app: App, settings: Settings, images: Mapping[str, str], used: set[str]) -> tuple[tuple[str, str], ...]:
    tools: dict[str, str] = {name: images[name] for name in ("trivy", "python") if name in used}
    if app.dotnet:
        tools["dotnet"] = _image(images["dotnet-sdk"], app.dotnet.sdk)
        tools["aspnet"] = image_base.reference(images["dotnet-aspnet"], _runtime(app), settings)
    if app.spa:
        tools["node"] = _image(images["node"], app.spa.node)
    chosen = tools | {k: v for k, v in settings.images if k in tools}
    if "trivy" in chosen:
        _refuse_compromised(chosen["trivy"])
    return tuple(sorted(chosen.items()))


def _refuse_compromised(reference: str) -> None:
    """Refuse versions of Trivy that are known to steal, and names that may stand for one.

    Raises:
        PipelineError: P113.

    """
    name, _, digest = reference.partition("@")
    tag = name.rpartition("/")[2].partition(":")[2]
    if tag.removeprefix("v") in COMPROMISED or (not digest and tag in {"", "latest"}):
        raise PipelineError(errors.SCANNER_REFUSED, reference)


def _image(reference: str, version: str) -> str:
    """Return the reference with another version in its tag; a digest would name the old one and goes."""
    repository, _, tag = reference.partition("@")[0].rpartition(":")
    return f"{repository}:{re.sub(r'^[0-9.]+', version, tag)}"


def _runtime(app: App) -> str:
    """Return the version of the runtime the web project targets: net8.0 runs on 8.0 whatever SDK built it."""
    web = app.dotnet.web if app.dotnet else None
    moniker = web.frameworks[0] if web and web.frameworks else ""
    known = re.match(r"net(\d+\.\d+)", moniker)
    return known[1] if known else app.dotnet.sdk if app.dotnet else ""


def _require_services(settings: Settings) -> None:
    """Refuse a place of a server that nobody asked for: the tests would get its name as a text."""
    asked = {service.name for service in settings.services}
    given = [(f"test.env.{name}", value) for name, value in settings.test.env]
    given += [(f"image.env.{name}", value) for name, value in settings.image.env]
    for key, value in given:
        for place in places.named(value):
            service = place.partition(".")[0]
            if service in places.OF_SERVICE and service not in asked:
                problem = f"{key} names ${{{place}}}; add `services: {{{service}: {{}}}}`"
                raise PipelineError(errors.SETTINGS_INVALID, problem)


def _service(name: str, version: str, settings: Settings, images: Mapping[str, str]) -> Service:
    port, env = SERVICES[name]
    given = dict(settings.images).get(name)
    if given and version:
        problem = f"services.{name}.version and images.{name} both say which image; keep one of them"
        raise PipelineError(errors.SETTINGS_INVALID, problem)
    image_ref = given or (_image(images[name], version) if version else images[name])
    return Service(name=name, image=image_ref, port=port, env=env)
