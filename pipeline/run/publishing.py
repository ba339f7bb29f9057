"""Publishes and promotes what a call names: the run that proves it, its commit, and the registry."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.plan.steps.dotnet_migrations import ID as MIGRATIONS
from pipeline.plan.steps.image import IMAGES
from pipeline.read import tools
from pipeline.registry import documents
from pipeline.registry.reference import parse, tags_of
from pipeline.registry.session import Access, days, promoting, publishing, target
from pipeline.run import commit, spans
from pipeline.run.answers import answer, wanted

if TYPE_CHECKING:
    from pipeline.registry.attached import Document
    from pipeline.run.call import Call
    from pipeline.settings.model import PublishSettings

# A tag of the commit, where nobody names another.
_SHORT = 12


async def publish(call: Call, tags: list[str]) -> str:
    """Run everything, bring the proven image to its registry and return it by digest.

    Raises:
        NotGreen: with the summary, or with what keeps the image from being published.

    """
    settings = (await call.settings()).settings.publish
    access, beside = await _access(call, settings), await call.beside()
    with call.refusing():
        where, names = target(settings, access), tags_of(tags)
    with call.refusing():
        identity = await commit.of(call.files, beside, tools.images()["trivy"], names[0] if names else "")
    loaded = await call.load(scans=True, identity=identity)
    wanted(loaded.plan, "image")
    runner = call.runner(loaded, beside)
    report = await call.report(loaded, runner, loaded.plan)
    answer(report)
    scripts = await runner.texts(MIGRATIONS, ".sql")

    def kept(digest: str) -> list[Document]:
        named = (where.repository, digest)
        return list(documents.of(*named, plan=loaded.plan, report=report, identity=identity, scripts=scripts))

    with tempfile.TemporaryDirectory() as folder, call.refusing():
        await runner.export("image", IMAGES, folder)
        published = await publishing(access, where, Path(folder), kept, names or [identity.revision[:_SHORT]])
        spans.tell(f"published: {published.sent / 1e6:.1f} of {published.whole / 1e6:.1f} MB sent")
    return published.reference


async def promote(call: Call, image: str, to: str) -> str:
    """Copy an image, with what proves it, to where it is released from; return it by digest.

    Raises:
        NotGreen: P201 and why, or what is wrong with the names or the registry.

    """
    settings = (await call.settings()).settings.publish
    access = await _access(call, settings)
    with call.refusing():
        key = await _public_key(call, settings)
        done = await promoting(access, parse(image), parse(to), now=time.time(), max_age_days=days(settings), key=key)
    return done.reference


async def _access(call: Call, settings: PublishSettings) -> Access:
    with call.refusing():
        token = await call.registry_token.plaintext() if call.registry_token else None
        signing = await call.signing_key.plaintext() if call.signing_key else None
        return Access.of(settings, token, signing)


async def _public_key(call: Call, settings: PublishSettings) -> tuple[str, str] | None:
    name = settings.public_key
    return (await call.files.file(name).contents(), name) if name else None
