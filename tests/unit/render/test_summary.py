from __future__ import annotations

import pytest
from hypothesis import given, settings

from pipeline.app.model import Remark
from pipeline.errors import ExitCode
from pipeline.judge.model import Status
from pipeline.parse.model import CaseStatus, Severity
from pipeline.render import summary, trouble
from tests import samples
from tests.unit.judge.audit import values
from tests.unit.render.reports import reports

REMARK = Remark(id="D1", message="no global.json")


def test_the_whole_text():
    """Headline, one row per step, every red step explained, what was not proven, what is worth knowing."""
    failed = samples.case("Fails", CaseStatus.FAILED, message="expected 1\nbut was 2")
    report = samples.report(
        samples.result("api.build", cached=True),
        samples.result(
            "api.test",
            Status.FAILED,
            reason="1 of 2 tests failed",
            cases=(samples.case(), failed),
            command=("dotnet", "test"),
            exit_code=1,
            tail="one\ntwo",
        ),
        samples.result("image", Status.SKIPPED, reason="because api.test failed"),
        verdict=ExitCode.RED,
        coverage=samples.coverage(cart=((1, 1), (2, 0), (3, 1))),
        not_proven=("it can be packed: because api.test failed",),
        remarks=(REMARK,),
    )
    assert summary.text(report) == (
        "RED  shop on dagger: 3 steps, tests 1 passed, 1 failed, 0 skipped, 66.7 % of 3 lines covered, 12.3 s\n"
        "\n"
        "  ok          api.build  cached\n"
        "  FAILED      api.test   1.5 s, 1/2 tests, 1 of 2 tests failed\n"
        "  skipped     image      because api.test failed\n"
        "\n"
        "Worth knowing:\n"
        "  - note: D1 no global.json\n"
        "\n"
        "Not proven here:\n"
        "  - it can be packed: because api.test failed\n"
        "\n"
        "api.test FAILED: 1 of 2 tests failed\n"
        "  $ dotnet test   (exit code 1)\n"
        "  failed: Shop.CartTests > Fails\n"
        "      expected 1\n"
        "      but was 2\n"
        "  last lines:\n"
        "    | one\n"
        "    | two\n"
        "\n"
        "RED: steps api.test\n"
    )


def test_the_last_line_names_what_is_not_green():
    """A terminal shows the end of a long summary; a green one has no such line."""
    audited = values.audit(values.scan(values.secret(), values.vulnerability()))
    steps = samples.result("a", Status.FAILED), samples.result("b"), samples.result("c", Status.UNAVAILABLE)

    assert summary.text(samples.report(*steps, verdict=ExitCode.RED)).endswith("\n\nRED: steps a, c\n")
    both = summary.text(samples.report(*steps, verdict=ExitCode.RED, audit=audited))
    assert both.endswith("\n\nRED: steps a, c; gates vulnerabilities, secrets\n")
    alone = summary.text(samples.report(steps[1], verdict=ExitCode.INCOMPLETE, audit=audited))
    assert alone.splitlines()[-1] == "INCOMPLETE: gates vulnerabilities, secrets"
    assert summary.text(samples.report(steps[1])).endswith("  ok          b  1.5 s\n")


def test_gates_and_what_is_red_stand_at_the_end():
    """Behind everything that makes nobody act."""
    audited = values.audit(values.scan(values.secret(), values.vulnerability()))
    red = samples.result("a", Status.FAILED, reason="x")
    report = samples.report(red, verdict=ExitCode.RED, audit=audited, not_proven=("x",), remarks=(REMARK,))
    order = ("Looked at:", "Worth knowing:", "Not proven here:", "a FAILED: x", "Security gates:", "Red:", "RED: ")
    found = [line for line in summary.text(report).splitlines() if line.startswith(order)]
    assert [next(o for o in order if line.startswith(o)) for line in found] == list(order)


@pytest.mark.parametrize(
    ("seconds", "age"),
    [(0, "0 min"), (-5, "0 min"), (89, "1 min"), (59 * 60, "59 min"), (60 * 60, "1 h"), (47 * 3600, "47 h"),
     (48 * 3600, "2 days")],
)  # fmt: skip
def test_an_answer_from_the_cache_says_how_old_it_is(seconds, age):
    """Green of last week is another thing than green of today."""
    step = samples.result("api.build", cached=True, ran_at=1_000_000.0)
    assert summary.row(step, 9, 1_000_000.0 + seconds) == f"  ok          api.build  cached, ran {age} ago"


def test_more_than_one_attempt_is_told():
    """A pass on the third attempt is a hint at a network that fails now and then."""
    assert "1.5 s, 3 attempts" in summary.row(samples.result("api.restore", attempts=3), 9, 0.0)
    assert "attempt" not in summary.row(samples.result("api.restore"), 9, 0.0)
    told = samples.result("api.restore", Status.BROKEN, reason="x could not be reached (3 attempts)", attempts=3)
    assert summary.row(told, 9, 0.0).count("3 attempts") == 1


def test_a_fault_has_its_id_and_the_way_out():
    """What the table of errors says stands beside the fault itself."""
    lines = trouble.trouble(samples.result("api.build", Status.BROKEN, reason="no such tag", error_id="P402"))
    assert lines[0] == "api.build BROKEN: P402 no such tag"
    assert lines[1].startswith("  usual cause: the registry is down")
    assert lines[2].startswith("  what to do: try again later")


def test_one_way_out_is_enough():
    """Below a fault that says what to do, its findings do not say it again."""
    step = samples.result(
        status=Status.BROKEN, reason="x", error_id="P403", findings=(samples.finding(help="check the source"),)
    )
    assert not any("check the source" in line for line in trouble.trouble(step))


def test_what_is_explained_has_no_last_lines():
    """A page of a tool's own help below a clear finding hides it."""
    for explained in (True, False):
        step = samples.result(status=Status.FAILED, reason="x", tail="Usage: npm ci", explained=explained)
        assert ("last lines" in "".join(trouble.trouble(step))) is not explained


def test_a_message_of_several_lines_keeps_its_indent():
    """What belongs to a finding stands below it."""
    step = samples.result(status=Status.FAILED, reason="x", findings=(samples.finding(message="no\n  - a\nb"),))
    assert trouble.trouble(step)[1:] == ["  src/Cart.cs:7  CS0103  no", "        - a", "      b"]


@pytest.mark.parametrize("verdict", list(ExitCode))
def test_the_first_word_is_the_verdict(verdict):
    """`dagger call` knows only 0 and 1: the first line carries the kind."""
    assert summary.headline(samples.report(verdict=verdict)).startswith(summary.WORD[verdict] + "  ")


def test_verdicts_read_differently():
    """No two kinds share a word."""
    assert len(set(summary.WORD.values())) == len(ExitCode)


def test_no_coverage_is_not_zero_percent():
    """Nothing measured is said so."""
    assert "no coverage" in summary.headline(samples.report())


def test_a_row_counts_skipped_tests_and_warnings():
    """Skips and warnings of a green step are seen."""
    step = samples.result(
        "t",
        cases=(samples.case(), samples.case(status=CaseStatus.SKIPPED)),
        findings=(samples.finding(severity=Severity.WARNING),),
    )
    assert summary.row(step, 3, 0.0) == "  ok          t    1.5 s, 1/2 tests, 1 skipped, 1 warning"


def _worth(*findings):
    said = summary.text(samples.report(samples.result("spa.install", findings=findings)))
    return said.partition("Worth knowing:\n")[2].splitlines()


def test_warnings_are_told():
    """A count in a table cannot be acted on."""
    warning = samples.finding(severity=Severity.WARNING, message="not looked at\na@1", file="package.json", line=None)
    assert _worth(warning, samples.finding(severity=Severity.NOTE)) == [
        "  - warning: CS0103 not looked at (package.json, spa.install)"
    ]


def test_a_warning_of_two_steps_is_told_once():
    """Publish repeats what the build said."""
    warning = (samples.finding(severity=Severity.WARNING),)
    text = summary.text(samples.report(*(samples.result(id_, findings=warning) for id_ in ("build", "publish"))))
    assert [line for line in text.splitlines() if "CS0103" in line] == [
        "  - warning: CS0103 The name does not exist (src/Cart.cs:7, build)"
    ]


def test_many_warnings_are_counted():
    """Three are shown, each once; where the others stand is said."""
    many = tuple(samples.finding(severity=Severity.WARNING, line=n, message="x" * 400) for n in range(1, 9))
    said = _worth(*many, *many)
    assert said[0].startswith("  - warning: CS0103 xxx")
    assert said[2].endswith("… (src/Cart.cs:3, spa.install)")
    assert max(map(len, said)) < 300
    assert said[3:] == ["  - and 5 more warnings: report.json has them all (--evidence DIR)"]


def test_one_is_one():
    """Numbers and nouns agree."""
    skipped = samples.case(status=CaseStatus.SKIPPED)
    text = summary.text(samples.report(samples.result(cases=(skipped, skipped)), samples.result("b")))
    assert "2 steps, tests 0 passed" in text
    assert "1 step, tests" in summary.text(samples.report(samples.result()))


def test_a_finding_is_told_with_its_place_and_its_help():
    """A reader finds file and line, the rule, the words and what to do."""
    step = samples.result(status=Status.FAILED, reason="x", findings=(samples.finding(help="add a using"),))
    assert trouble.trouble(step)[1:3] == ["  src/Cart.cs:7  CS0103  The name does not exist", "      add a using"]


@pytest.mark.parametrize(
    ("more", "expected"),
    [({"file": None}, "api.build"), ({"line": None}, "src/Cart.cs"), ({"file": None, "line": None}, "api.build")],
)
def test_a_finding_without_a_place(more, expected):
    """A finding of no file stands under its step, one of no line under its file."""
    step = samples.result(status=Status.FAILED, reason="x", findings=(samples.finding(**more),))
    assert trouble.trouble(step)[1].split()[0] == expected


def test_warnings_do_not_explain_red():
    """Only errors are listed as the trouble."""
    step = samples.result(status=Status.FAILED, reason="x", findings=(samples.finding(severity=Severity.WARNING),))
    assert trouble.trouble(step) == ["api.build FAILED: x"]


def test_a_command_that_never_started_has_no_exit_code():
    """`None` is not shown as a code."""
    step = samples.result(status=Status.BROKEN, reason="x", command=("npm", "ci"))
    assert trouble.trouble(step)[1] == "  $ npm ci"


@pytest.mark.parametrize(
    ("folder", "code", "expected"),
    [
        (".", 1, "  $ dotnet test --logger 'trx;LogFileName=a b.trx'   (exit code 1)"),
        ("src/web client", 1, "  $ dotnet test --logger 'trx;LogFileName=a b.trx'   (in src/web client, exit code 1)"),
        ("web", None, "  $ dotnet test --logger 'trx;LogFileName=a b.trx'   (in web)"),
    ],
)
def test_a_command_can_be_pasted(folder, code, expected):
    """A shell takes the line as it stands, in the folder that is named."""
    command = ("dotnet", "test", "--logger", "trx;LogFileName=a b.trx")
    step = samples.result(status=Status.FAILED, reason="x", command=command, folder=folder, exit_code=code)
    assert trouble.trouble(step)[1] == expected


@pytest.mark.parametrize(
    ("more", "last"),
    [
        (
            {"findings": tuple(samples.finding(line=n) for n in range(1, 26))},
            "  and 5 more, all in report.json (--evidence DIR)",
        ),
        (
            {"cases": tuple(samples.case(f"T{n}", CaseStatus.FAILED) for n in range(25))},
            "  and 5 more failed tests",
        ),
    ],
)
def test_many_are_cut_and_counted(more, last):
    """Twenty are shown, the rest is counted."""
    lines = trouble.trouble(samples.result(status=Status.FAILED, reason="x", **more))
    assert (len(lines), lines[-1]) == (22, last)


def test_a_failed_test_is_told_with_its_place_and_what_differed():
    """A reader opens the line, and sees what was expected and what came."""
    case = samples.case(
        "T", CaseStatus.FAILED, message="Equal() Failure\nExpected: 4\nActual:   3", file="tests/CartTests.cs", line=36
    )
    lines = trouble.trouble(samples.result(status=Status.FAILED, reason="x", cases=(case,)))
    assert lines[1:] == [
        "  failed: Shop.CartTests > T",
        "      tests/CartTests.cs:36",
        "      Equal() Failure",
        "      Expected: 4",
        "      Actual:   3",
    ]


def test_a_long_message_is_cut():
    """A megabyte in an assertion does not fill the terminal; its first lines stand for it."""
    message = "\n\n" + "x" * 10_000 + "\n1\n\n" + "y\n" * 100
    case = samples.case("T", CaseStatus.FAILED, message=message)
    lines = trouble.trouble(samples.result(status=Status.FAILED, reason="x", cases=(case,)))
    assert lines[1:4] == ["  failed: Shop.CartTests > T", "      " + "x" * trouble.LONGEST, "      1"]
    assert (len(lines), lines[-1]) == (3 + trouble.MOST_LINES, "      […]")


def test_passed_and_skipped_steps_have_no_trouble_block():
    """Only what went wrong is explained."""
    text = summary.text(samples.report(samples.result("a"), samples.result("b", Status.SKIPPED, reason="r", tail="no")))
    assert "last lines" not in text


@settings(deadline=None)
@given(reports)
def test_any_report_can_be_told(report):
    """Rendering never raises, and starts with the verdict."""
    assert summary.text(report).startswith(summary.WORD[report.verdict])


def test_a_test_cannot_give_orders_to_the_ci_system():
    """A job log is read by machines too: `::` or `##[` at the start of a line would be a workflow command."""
    whole = summary.text(
        samples.report(samples.result("spa.test", Status.FAILED, reason="x", command=("a\n::stop::b",)))
    )
    assert "\n::stop" not in whole
