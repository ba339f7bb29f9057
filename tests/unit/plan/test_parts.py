"""The parts of a plan that have a verb of their own."""

from __future__ import annotations

import pytest

from pipeline.errors import PipelineError
from pipeline.plan import audits, parts
from pipeline.plan.make import make
from pipeline.plan.model import Off
from tests import samples


def plan(*off: Off):
    planned = make(samples.app(), samples.settings(), samples.IMAGES, scans=True)
    return samples.plan(*planned.steps, off=off, audit=planned.audit)


def ids(part, planned=None):
    return {step.id for step in parts.only(planned or plan(), part)}


@pytest.mark.parametrize(
    ("part", "own", "needed", "foreign"),
    [
        (
            parts.LINT,
            {"api.format", "spa.lint", "spa.types"},
            {"api.restore", "spa.install"},
            {"api.build", "spa.test"},
        ),
        (parts.TEST, {"api.test.Shop.Tests", "spa.test"}, {"api.build", "spa.install"}, {"api.format", "api.publish"}),
        (parts.BUILD, {"api.build", "api.publish", "spa.build"}, {"api.restore"}, {"api.test.Shop.Tests", "image"}),
    ],
)
def test_a_part_has_its_steps_and_what_they_need(part, own, needed, foreign):
    """And no scan: what is judged is what was run."""
    found = ids(part)
    assert found >= own | needed
    assert not found & foreign
    assert not any(id_.startswith(audits.PREFIX) for id_ in found)
    assert not parts.scans(part)


def test_everything_and_the_scans_alone():
    """Those have scans, which want more of a caller."""
    planned = plan()
    assert parts.only(planned, "") is planned
    assert parts.only(planned, parts.AUDIT) == audits.only(planned)
    assert parts.scans("")
    assert parts.scans(parts.AUDIT)


def test_of_several_applications_all_take_part():
    """An id has the application in front."""
    planned = samples.plan(*(samples.plain_step(id_) for id_ in ("one/spa.lint", "two/api.format", "two/api.build")))
    assert ids(parts.LINT, planned) == {"one/spa.lint", "two/api.format"}


def test_what_other_parts_leave_out_is_not_told():
    """A summary of `lint` names a missing lint script, and neither image nor tests; a missing half counts for all."""
    names = ("spa.lint", "api.test", "image.verify", "shop/spa.types", "spa", "audit.npm")
    planned = plan(*(Off(id=name, reason="x") for name in names))
    assert [off.id for off in parts.only(planned, parts.LINT).off] == ["spa.lint", "shop/spa.types", "spa"]
    assert [off.id for off in parts.only(planned, parts.TEST).off] == ["api.test", "spa"]


def test_a_part_that_there_is_not():
    """Never the whole in its place."""
    with pytest.raises(PipelineError, match="--part: expected one of audit, build, lint, test, got tset") as caught:
        parts.only(plan(), "tset")
    assert caught.value.kind.id == "P105"
