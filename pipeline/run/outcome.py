"""How a call ends that ran a plan: with the summary, or with the error that Dagger prints without a traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.load import require_step
from pipeline.render import summary
from pipeline.run.call import NotGreen, refusal

if TYPE_CHECKING:
    from pipeline.judge.model import Report
    from pipeline.plan.model import Plan


def answer(report: Report) -> str:
    """Return the summary of a green report.

    Raises:
        NotGreen: with the summary of any other.

    """
    text = summary.text(report)
    if report.verdict is not errors.ExitCode.GREEN:
        raise NotGreen(text)
    return text


def wanted(plan: Plan, step: str) -> None:
    """Refuse a plan that has no such step.

    Raises:
        NotGreen: P110.

    """
    try:
        require_step(plan, step)
    except errors.PipelineError as error:
        raise refusal(error) from None
