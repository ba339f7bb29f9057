"""Turns what a runner saw into a StepResult. Exit code, reports and log must all agree before it is green."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.judge.model import Status, StepResult, count
from pipeline.parse import cobertura, network, registry, text
from pipeline.parse.model import CaseStatus, Coverage, Parsed, Severity

if TYPE_CHECKING:
    from pipeline.judge.model import Execution
    from pipeline.plan.model import Step

# `sh` and `timeout` answer these when there is nothing to execute.
NOT_STARTED = (126, 127)


def judge(step: Step, seen: Execution) -> StepResult:
    """Judge one execution. Pure: parsers read only what the runner brought."""
    parsed = _parse(step, seen)
    cases = tuple(case for p in parsed for case in p.cases)
    result = StepResult(
        id=step.id,
        status=Status.PASSED,
        proves=step.proves,
        duration=max(0.0, seen.ended - seen.started),
        cached=seen.cached,
        ran_at=seen.started,
        attempts=seen.attempts,
        command=seen.command,
        exit_code=seen.exit_code,
        findings=_distinct(parsed),
        cases=cases,
        # A hung or crashed run writes a coverage file with no hits at all.
        coverage=cobertura.merge(p.coverage for p in parsed) if all(p.completed for p in parsed) else Coverage(),
    )
    status, reason, kind = _verdict(step, seen, result, parsed)
    if status is Status.PASSED:
        return result
    return replace(result, status=status, reason=reason, error_id=kind, tail=text.tail(seen.log, 40))


def _parse(step: Step, seen: Execution) -> list[Parsed]:
    prefix = "" if step.workdir == "." else step.workdir
    parsed = [registry.parse(step.log, seen.log, seen.root, prefix)] if step.log else []
    for output in step.outputs:
        if output.kind in registry.PARSERS:
            hits = [content for path, content in seen.files if _matches(path, output.path)]
            parsed += [registry.parse(output.kind, content, seen.root, prefix) for content in hits]
    return parsed


def _matches(path: str, glob: str) -> bool:
    return fnmatch(path, glob) or fnmatch(path, glob.removeprefix("**/"))


def _distinct(parsed: list[Parsed]) -> tuple:  # type: ignore[type-arg]
    return tuple(dict.fromkeys(finding for p in parsed for finding in p.findings))


def _verdict(step: Step, seen: Execution, result: StepResult, parsed: list[Parsed]) -> tuple[Status, str, str]:
    if seen.infra:
        return Status.BROKEN, seen.infra, errors.INTERNAL.id
    if seen.timed_out:
        return Status.FAILED, f"did not end within {step.timeout} s", ""
    if seen.exit_code in NOT_STARTED or seen.exit_code is None:
        return (
            Status.BROKEN,
            f"`{step.commands[0][0]}` could not be started (exit code {seen.exit_code})",
            errors.TOOL_MISSING.id,
        )
    if seen.exit_code and step.fetches and (line := network.fault(seen.log)):
        return Status.BROKEN, f"the network failed in {seen.attempts} attempts: {line}", errors.NETWORK.id
    problems = [problem for p in parsed for problem in p.problems]
    counts = count(result.cases)
    if counts.failed:
        extra = f"; {problems[0]}" if problems else ""
        return Status.FAILED, f"{counts.failed} of {counts.total} tests failed{extra}", ""
    if problems or not all(p.completed for p in parsed):
        return Status.FAILED, "; ".join(dict.fromkeys(problems)) or "the tool says that its run did not end well", ""
    errors_found = sum(1 for f in result.findings if f.severity is Severity.ERROR)
    if seen.exit_code:
        what = f", {errors_found} errors" if errors_found else ""
        return Status.FAILED, f"exit code {seen.exit_code}{what}", ""
    return _missing(step, seen, result)


def _missing(step: Step, seen: Execution, result: StepResult) -> tuple[Status, str, str]:
    """Exit code 0 is not enough: a test step must have left a report with at least one case that ran."""
    if not step.wants_cases:
        return Status.PASSED, "", ""
    if not any(case.status is not CaseStatus.SKIPPED for case in result.cases):
        what = "every test was skipped" if result.cases else "no test was found"
        return Status.FAILED, f"{what}, although the command ended with {seen.exit_code}", ""
    return Status.PASSED, "", ""


def total(results: tuple[StepResult, ...]) -> Coverage:
    """Merge the coverage of every step."""
    return cobertura.merge(result.coverage for result in results)
