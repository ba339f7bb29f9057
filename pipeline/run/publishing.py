"""Publishes and promotes what a call names: the run that proves it, its commit, and the registry."""

from __future__ import annotations

import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.errors import ExitCode, PipelineError
from pipeline.load import require_one
from pipeline.plan.identity import SHORT
from pipeline.plan.steps.dotnet_migrations import ID as MIGRATIONS
from pipeline.plan.steps.image import IMAGES
from pipeline.read import tools
from pipeline.registry import documents
from pipeline.registry.publish import Published
from pipeline.registry.reference import source_and_target, tags_of
from pipeline.registry.session import Access, admitted, days, promoting, publishing, target
from pipeline.run import commit, spans
from pipeline.run.call import NotGreen
from pipeline.run.outcome import answer, wanted

if TYPE_CHECKING:
    from pipeline.judge.model import Report
    from pipeline.load import Loaded
    from pipeline.plan.identity import Identity
    from pipeline.registry.attached import Document
    from pipeline.registry.reference import Reference
    from pipeline.run.call import Call
    from pipeline.run.dagger import DaggerRunner
    from pipeline.settings.model import PublishSettings


@dataclass(frozen=True, kw_only=True)
class _Run:
    """A run that may become a publication: everything that is refused before the first step was looked at."""

    loaded: Loaded
    runner: DaggerRunner
    identity: Identity
    access: Access
    where: Reference
    tags: tuple[str, ...]


async def publish(call: Call, tags: list[str]) -> str:
    """Run everything, bring the proven image to its registry and return it by digest.

    Raises:
        NotGreen: with the summary, or with what keeps the image from being published.

    """
    run = await _ready(call, tags)
    report = await call.report(run.loaded, run.runner, run.loaded.plan)
    answer(report)
    return (await _bring(call, run, report)).reference


async def told(call: Call, tags: list[str]) -> tuple[Report | None, DaggerRunner | None, str]:
    """Do the same, and return the report, what ran it, and as JSON the image or what kept it from being published.

    Raises:
        NotGreen: for what has no error that its caller could mend.

    """
    report, runner = None, None
    try:
        run = await _ready(call, tags)
        runner = run.runner
        report = await call.report(run.loaded, runner, run.loaded.plan)
        green = report.verdict is ExitCode.GREEN
        published = await _bring(call, run, report) if green else Published(reference="", digest="")
    except NotGreen as end:
        if not end.error:
            raise
        return report, runner, end.error.as_json()
    return report, runner, published.as_json()


async def _ready(call: Call, tags: list[str]) -> _Run:
    resolved = await call.settings()
    with call.refusing():
        one = require_one(resolved)
    settings, git = one.publish, tools.images_with(one.images)["trivy"]
    access, beside = await _access(call, settings), await call.beside()
    with call.refusing():
        where, names = target(settings, access, await _public_key(call, settings)), tags_of(tags)
        await admitted(access, where)
        identity = await commit.of(call.files, beside, git, names[0] if names else "")
    loaded = await call.load(scans=True, identity=identity)
    wanted(loaded.plan, "image")
    named = tuple(names or [identity.revision[:SHORT]])
    runner = call.runner(loaded, beside)
    return _Run(loaded=loaded, runner=runner, identity=identity, access=access, where=where, tags=named)


async def _bring(call: Call, run: _Run, report: Report) -> Published:
    scripts = await run.runner.texts(MIGRATIONS, ".sql")
    proven = json.loads((await run.runner.texts("image", ".json"))["image.json"])["digest"]

    def kept(digest: str) -> list[Document]:
        if digest != proven:
            # An engine that has forgotten what it built builds a Dockerfile again, to another image.
            what = f"{proven} was proven and is gone, a second build gave {digest}"
            raise PipelineError(errors.ENGINE_REFUSED, what)
        named = (run.where.repository, digest)
        plan, identity = run.loaded.plan, run.identity
        return list(documents.of(*named, plan=plan, report=report, identity=identity, scripts=scripts))

    with tempfile.TemporaryDirectory() as folder, call.refusing():
        await run.runner.export("image", IMAGES, folder)
        published = await publishing(run.access, run.where, Path(folder), kept, run.tags)
        spans.tell(f"published: {published.sent / 1e6:.1f} of {published.whole / 1e6:.1f} MB sent")
    return published


async def promote(call: Call, image: str, to: str) -> str:
    """Copy an image, with what proves it, to where it is released from; return it by digest.

    Raises:
        NotGreen: P201 and why, or what is wrong with the names or the registry.

    """
    resolved = await call.settings()
    with call.refusing():
        settings = require_one(resolved).publish
    access = await _access(call, settings)
    with call.refusing():
        key = await _public_key(call, settings)
        source, there = source_and_target(image, to)
        done = await promoting(access, source, there, now=time.time(), max_age_days=days(settings), key=key)
    return done.reference


async def _access(call: Call, settings: PublishSettings) -> Access:
    with call.refusing():
        token = await call.registry_token.plaintext() if call.registry_token else None
        signing = await call.signing_key.plaintext() if call.signing_key else None
        return Access.of(settings, token, signing)


async def _public_key(call: Call, settings: PublishSettings) -> tuple[str, str] | None:
    name = settings.public_key
    return (await call.files.file(name).contents(), name) if name else None
