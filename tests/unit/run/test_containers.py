"""The lazy chains, as far as they need no engine."""

from __future__ import annotations

from dataclasses import replace

import dagger
import pytest

from pipeline.run.containers import Chains
from tests import samples


@pytest.fixture
def chains():
    first = replace(samples.plain_step(), id="api.restore")
    later = [replace(first, id=name, start="api.restore") for name in ("api.a", "api.b")]
    plan = samples.plan(first, *later)
    return Chains(plan=plan, source=dagger.dag.directory(), digests={step.id: step.id for step in plan})


def _asked(container):
    return list(container._ctx.selections)


def test_a_chain_is_built_once_and_shared_by_what_continues_from_it(chains):
    """What the engine was asked about a shared part is noted in it: built again, it would be asked again."""
    restore, a, b = (_asked(chains.end(step)) for step in chains.plan)
    assert restore
    assert [one is two is three for one, two, three in zip(restore, a, b, strict=False)] == [True] * len(restore)
    assert chains.end(chains.plan.steps[0]) is chains.end(chains.plan.steps[0])


def test_other_epochs_make_other_chains(chains):
    """The chains of one question are not those of another."""
    first = chains.plan.steps[0]
    chains.end(first)
    fresh = replace(chains, epochs={first.id: "another-epoch"})
    assert "another-epoch" in str(_asked(fresh.end(first)))
    assert "another-epoch" not in str(_asked(chains.end(first)))


def test_a_fix_is_not_the_step_it_stands_for(chains):
    """The formatter's other command has the id of the step, and a chain of its own."""
    first = chains.plan.steps[0]
    assert _asked(chains.after(replace(first, commands=(("mend",),))))[-1].args["args"][-1] == "mend"
    assert _asked(chains.end(first))[-1].args["args"][-1] != "mend"


def test_programs_are_looked_for_in_the_folders_of_a_step_first(chains):
    """What the image has on PATH stays behind them."""
    step = replace(chains.plan.steps[0], path=("${scratch}/pm/bin",))
    (found,) = [one.args for one in _asked(chains.after(step)) if one.args.get("name") == "PATH"]
    assert (found["value"], found["expand"]) == ("/opt/pipeline/scratch/pm/bin:${PATH}", True)
