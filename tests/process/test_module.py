"""The Dagger facade as far as it needs no engine."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace

import anyio
import pytest

from pipeline.plan.model import Off
from pipeline.render import summary
from pipeline.run import outcome, publishing
from pipeline.run.call import NotGreen
from pipeline.settings.load import resolve
from tests import samples


def test_a_step_that_is_off_is_refused_with_its_kind_first():
    """`dagger call image` ends with 1 whatever went wrong: the first words say who has to act."""
    plan = samples.plan(samples.plain_step(), off=(Off(id="image", reason="no web project to start"),))
    with pytest.raises(NotGreen) as caught:
        outcome.wanted(plan, "image")
    assert str(caught.value).startswith("config error\nP110 no such step: image: no web project to start\n")


def test_every_refusal_begins_with_its_kind():
    """A text without its kind would leave a reader of `dagger call` with exit code 1 alone."""
    for report, word in ((samples.report(verdict=code), word) for code, word in summary.WORD.items()):
        if word != "GREEN":
            with pytest.raises(NotGreen) as caught:
                outcome.answer(report)
            assert str(caught.value).startswith(word)


def test_git_is_asked_in_the_image_that_the_settings_name(monkeypatch):
    """A closed network has its own copy of it, for the scans and for this question alike."""
    seen = []

    async def settings():
        return resolve("publish: {repository: r.test/shop}\nimages: {trivy: 'mirror.test/trivy:0.74.0'}")

    async def nothing(*_words):
        return None

    async def of(_files, _beside, image, _version):
        seen.append(image)
        raise NotGreen

    call = SimpleNamespace(
        settings=settings, beside=nothing, refusing=nullcontext, files=None, registry_token=None, signing_key=None
    )
    monkeypatch.setattr(publishing, "admitted", nothing)
    monkeypatch.setattr(publishing.commit, "of", of)
    with pytest.raises(NotGreen):
        anyio.run(publishing.publish, call, [])
    assert seen == ["mirror.test/trivy:0.74.0"]
