"""The Dagger facade as far as it needs no engine."""

from __future__ import annotations

import pytest

from pipeline.plan.model import Off
from pipeline.render import summary
from pipeline.run import answers
from pipeline.run.call import NotGreen
from tests import samples


def test_a_step_that_is_off_is_refused_with_its_kind_first():
    """`dagger call image` ends with 1 whatever went wrong: the first words say who has to act."""
    plan = samples.plan(samples.plain_step(), off=(Off(id="image", reason="no web project to start"),))
    with pytest.raises(NotGreen) as caught:
        answers.wanted(plan, "image")
    assert str(caught.value).startswith("config error\nP110 no such step: image: no web project to start\n")


def test_every_refusal_begins_with_its_kind():
    """A text without its kind would leave a reader of `dagger call` with exit code 1 alone."""
    for report, word in ((samples.report(verdict=code), word) for code, word in summary.WORD.items()):
        if word != "GREEN":
            with pytest.raises(NotGreen) as caught:
                answers.answer(report)
            assert str(caught.value).startswith(word)
