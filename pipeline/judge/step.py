"""Turns what a runner saw into a StepResult. Exit code, reports and log must all agree before it is green."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.judge import told, words
from pipeline.judge.model import Status, StepResult, count
from pipeline.parse import cobertura, network, nuget, registry, text
from pipeline.parse.model import Coverage, Finding, Parsed, Severity

if TYPE_CHECKING:
    from pipeline.judge.model import Execution
    from pipeline.plan.model import Step

# Status, reason and, for faults that are not the user's, an error id.
Verdict = tuple[Status, str, str]
IDS = frozenset(kind.id for kind in errors.KINDS)


# What `timeout` says, with exit code 126 or 127, when there is nothing to execute. A script that calls a missing
# program ends with 127 too, but that is the user's own.
NOT_STARTED = ("timeout: failed to run command", "timeout: can't execute")


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
        folder=step.workdir,
        exit_code=seen.exit_code,
        findings=_distinct(parsed),
        cases=cases,
        # A hung or crashed run writes a coverage file with no hits at all.
        coverage=cobertura.merge(p.coverage for p in parsed) if all(p.completed for p in parsed) else Coverage(),
        weaknesses=tuple(dict.fromkeys(w for p in parsed for w in p.weaknesses)),
        components=tuple(dict.fromkeys(c for p in parsed for c in p.components)),
        looked=tuple(dict.fromkeys(one for p in parsed for one in p.looked)),
        notes=tuple(note for p in parsed for note in p.notes),
    )
    status, reason, kind = _verdict(step, seen, result, parsed)
    if status is not Status.PASSED:
        explained = told.explains(step, seen, result, parsed)
        result = replace(
            result, status=status, reason=reason, error_id=kind, tail=text.tail(seen.log, 40), explained=explained
        )
    return told.here(result, seen)


def _parse(step: Step, seen: Execution) -> list[Parsed]:
    prefix = "" if step.workdir == "." else step.workdir
    parsed = [registry.parse(step.log, seen.log, seen.root, prefix)] if step.log else []
    for output in step.outputs:
        if output.kind in registry.PARSERS:
            hits = [content for path, content in seen.files if output.holds(path)]
            parsed += [registry.parse(output.kind, content, seen.root, prefix) for content in hits]
    return parsed


def _distinct(parsed: list[Parsed]) -> tuple[Finding, ...]:
    return tuple(dict.fromkeys(finding for p in parsed for finding in p.findings))


def _verdict(step: Step, seen: Execution, result: StepResult, parsed: list[Parsed]) -> Verdict:
    if step.scan:
        return _unavailable(step, seen, result, parsed) or (Status.PASSED, "", "")
    said = [why for p in parsed for why in p.unavailable]
    # A tool that says why it could not look knows it better than its exit code.
    unseen = (Status.UNAVAILABLE, text.first_line(said[0]), "") if said else None
    bad = _broken(step, seen) or unseen or _failed(step, seen, result, parsed)
    if not bad and step.unsure and not result.cases:
        return Status.UNAVAILABLE, step.unsure, ""
    return bad or (Status.PASSED, "", "")


def _unavailable(step: Step, seen: Execution, result: StepResult, parsed: list[Parsed]) -> Verdict | None:
    """Say why a scan has not looked: whatever went wrong, its silence must never count as nothing found."""
    bad = _broken(step, seen)
    if bad and bad[2] == errors.INTERNAL.id:
        return bad
    said = list(dict.fromkeys(text.first_line(why) for p in parsed for why in p.unavailable))
    bad = bad or _failed(step, seen, result, parsed)
    if said or bad:
        # A tool that says why knows it better than its exit code.
        why, kind = "; ".join(said) or (bad[1] if bad else ""), bad[2] if bad else ""
        # What mends a fetch of packages is another setting than what mends a question about them.
        silent = step.live and (said or kind == errors.NETWORK.id)
        return Status.UNAVAILABLE, why, errors.SOURCE_SILENT.id if silent else kind
    wanted = [output for output in step.outputs if output.kind in registry.PARSERS]
    lacking = [output.path for output in wanted if not any(output.holds(path) for path, _ in seen.files)]
    return (Status.UNAVAILABLE, f"the tool left no {', '.join(lacking)}", "") if lacking else None


def _broken(step: Step, seen: Execution) -> Verdict | None:
    """Say what is not the fault of the user's code: tools, engine, registry, network."""
    if seen.infra:
        known = seen.infra.split()[0]
        kind = known if known in IDS else errors.INTERNAL.id
        return Status.BROKEN, seen.infra.removeprefix(kind).strip(), kind
    if not seen.timed_out and (
        seen.exit_code is None or (seen.exit_code in (126, 127) and seen.log.startswith(NOT_STARTED))
    ):
        what = f"`{step.commands[0][0]}` could not be started (exit code {seen.exit_code})"
        return Status.BROKEN, what, errors.TOOL_MISSING.id
    if seen.exit_code and words.takes_folder(step) and (packages := nuget.absent(seen.log)):
        what = f"the folder given with --nuget-feed does not hold {words.some(packages)}"
        return Status.BROKEN, what, errors.PACKAGES_MISSING.id
    if seen.exit_code and step.fetches and (line := network.fault(seen.log)):
        return Status.BROKEN, words.of_network(seen, line), errors.NETWORK.id
    return None


def _failed(step: Step, seen: Execution, result: StepResult, parsed: list[Parsed]) -> Verdict | None:
    # A crash brings its whole stack along; the log has it, a table row has place for one line.
    problems = list(dict.fromkeys(text.first_line(problem) for p in parsed for problem in p.problems))
    counts = count(result.cases)
    mistakes = sum(1 for f in result.findings if f.severity is Severity.ERROR)
    why = ""
    if seen.timed_out:
        why = "; ".join([f"did not end within {step.timeout} s", *problems[:2]])
    elif counts.failed:
        why = "; ".join([f"{counts.failed} of {text.counted(counts.total, 'test')} failed", *problems[:1]])
    elif not result.cases and (nothing := words.of_no_tests(step, seen)):
        why = nothing
    elif problems or not all(p.completed for p in parsed):
        why = "; ".join(problems) or "the tool says that its run did not end well"
    elif seen.exit_code:
        why = words.of_exit_code(step, seen, mistakes)
    elif lack := words.of_lack(step, seen):
        why = f"{lack}, although the command ended with {seen.exit_code}"
    elif step.checks and mistakes:
        why = f"{text.counted(mistakes, 'error')}, although the command ended with {seen.exit_code}"
    elif step.wants_cases and counts.passed == 0:
        what = "every test was skipped" if result.cases else "no test was found"
        why = f"{what}, although the command ended with {seen.exit_code}"
    return (Status.FAILED, why, "") if why else None


def total(results: tuple[StepResult, ...]) -> Coverage:
    """Merge the coverage of every step."""
    return cobertura.merge(result.coverage for result in results)
