"""Which steps of the host runner may not run beside each other."""

from __future__ import annotations

from pipeline.plan.make import make
from pipeline.plan.merge import merge
from pipeline.run.host import _turns
from tests import samples


def turns(plan):
    return {step.local: _turns(plan)(step) for step in plan}


def test_tests_of_one_application_run_beside_the_others():
    """They only write reports of their own."""
    found = turns(make(samples.app(), samples.settings(), samples.IMAGES))
    assert found["api.build"] == found["api.publish"] == "obj"
    assert found["api.test.Shop.Tests"] == found["spa.test"] == ""


def test_tests_of_several_applications_take_turns():
    """Another application's build may write what they run."""
    other = samples.app(dotnet=samples.dotnet(build_target="Other.slnx"))
    plans = {n: make(a, samples.settings(), samples.IMAGES) for n, a in (("one", samples.app()), ("two", other))}
    found = turns(merge(plans))
    assert found["api.test.Shop.Tests"] == "obj"
    assert found["spa.test"] == ""
