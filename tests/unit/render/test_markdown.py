from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.app.model import Remark
from pipeline.errors import ExitCode
from pipeline.judge.model import Status
from pipeline.parse.model import CaseStatus
from pipeline.render import markdown
from tests import samples
from tests.unit.render.reports import reports

CELL = re.compile(r"(?<!\\)\|")


def _rows(report):
    lines = markdown.text(report).split("\n")
    start = lines.index("|---|---|---|---|---|") + 1
    return lines[start : start + len(report.steps)]


def test_the_table():
    """One row per step: mark, id, proof or reason, tests, time or cache."""
    report = samples.report(
        samples.result("api.build", proves="it compiles", duration=1.25),
        samples.result("api.test", Status.FAILED, reason="1 of 2 tests failed", cases=(
            samples.case(), samples.case("B", CaseStatus.FAILED))),
        samples.result("spa.lint", proves="it lints", cached=True),
        samples.result("image", Status.SKIPPED, reason="needs containers"),
        samples.result("spa.build", Status.UNAVAILABLE, reason="no npm"),
        samples.result("api.restore", Status.BROKEN, reason="network"),
        verdict=ExitCode.RED,
    )  # fmt: skip
    assert _rows(report) == [
        "| 🟢 | api.build | it compiles |  | 1.2 s |",
        "| 🔴 | api.test | 1 of 2 tests failed | 1/2 | 1.5 s |",
        "| 🟢 | spa.lint | it lints |  | cached |",
        "| ⚪ | image | needs containers |  |  |",
        "| ⚪ | spa.build | no npm |  | 1.5 s |",
        "| 🟠 | api.restore | network |  | 1.5 s |",
    ]


def test_red_steps_are_explained():
    """Each step that is neither passed nor skipped has its own block with command and last lines."""
    red = samples.result("api.build", Status.FAILED, reason="exit code 1", command=("dotnet", "build"), exit_code=1,
                         tail="last")  # fmt: skip
    text = markdown.text(samples.report(red, samples.result("image", Status.SKIPPED, reason="why")))
    assert text.count("<details open>") == text.count("</details>") == 1
    assert "  $ dotnet build   (exit code 1)" in text
    assert "    | last" in text


def test_lists_at_the_end():
    """What was not proven, and what is worth knowing, stands below; empty lists have no title."""
    known = (Remark(id="D1", message="c"),)
    text = markdown.text(samples.report(samples.result(), not_proven=("a: b",), remarks=known))
    assert text.endswith("\n**Not proven here**\n\n- a: b\n\n**Worth knowing**\n\n- note: D1 c\n")
    bare = markdown.text(samples.report(samples.result()))
    assert ("Not proven" in bare, "Worth knowing" in bare) == (False, False)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("a|b", r"a\|b"),
        ("`code`", r"\`code\`"),
        ("*bold* _it_", r"\*bold\* \_it\_"),
        ("<img src=x>", r"\<img src=x\>"),
        ("[link](http://x)", r"\[link\](http://x)"),
        ("# title", r"\# title"),
        ("C:\\a\\b", r"C:\\a\\b"),
        ("two\nlines", "two lines"),
        ("@team", "@\u200bteam"),
        ("plain", "plain"),
    ],
)
def test_what_a_tool_says_is_no_markup(said, expected):
    """Pipes, code, HTML, links, mentions and line ends of a tool stay text in one cell."""
    assert markdown.escape(said) == expected


def test_a_carriage_return_ends_no_row():
    """A carriage return cannot break the table."""
    assert "\r" not in markdown.escape("a\rb")


def test_an_entity_stays_text():
    """An HTML entity of a tool's words is shown as it was printed."""
    assert "&commat;" not in markdown.escape("&commat;team").replace("\\&", "")


def test_a_numeric_entity_stays_text():
    """`&#64;` is no way to a mention either."""
    assert markdown.escape("&#64;team") == "\\&\\#64;team"


@pytest.mark.parametrize(
    ("id_", "expected"), [("api.test.My_Tests", "<b>api.test.My_Tests</b>"), ("a<b", "<b>a&lt;b</b>")]
)
def test_a_step_is_named_in_html_by_the_rules_of_html(id_, expected):
    """The title of a red step's block stands in HTML."""
    assert expected in markdown.text(samples.report(samples.result(id_, Status.FAILED, reason="x")))


@settings(deadline=None)
@given(st.text())
def test_any_reason_stays_in_its_cell(reason):
    """Whatever a tool says, a row has six unescaped pipes and is one line."""
    report = samples.report(samples.result("api.build", Status.SKIPPED, proves="", reason=reason.replace("\r", "")))
    (row,) = _rows(report)
    assert len(CELL.findall(row.replace("\\\\", ""))) == 6


@settings(deadline=None)
@given(st.text())
def test_nobody_is_mentioned(said):
    """No text mentions a person or a team."""
    assert re.search(r"@[A-Za-z0-9]", markdown.escape(said)) is None


@settings(deadline=None)
@example("```\n")
@example("````\n")
@given(st.text(alphabet="`~\n abc", max_size=60))
def test_a_log_cannot_leave_its_block(log):
    """The fence is longer than any run of backticks in the log."""
    red = samples.result("a", Status.FAILED, reason="x", tail=log, findings=(samples.finding(message=f"x\n{log}"),))
    lines = markdown.text(samples.report(red)).split("\n")
    fence = next(line for line in lines if line.startswith("```")).removesuffix("text")
    assert [line for line in lines if re.match(rf" {{0,3}}{fence}`*\s*$", line)] == [fence]


@settings(deadline=None)
@given(reports)
def test_any_report_has_its_headline_and_all_rows(report):
    """Rendering never raises and never drops a step."""
    text = markdown.text(report)
    assert text.startswith("## ")
    assert text.count("<details open>") == sum(
        1 for step in report if step.status not in {Status.PASSED, Status.SKIPPED}
    ) + sum(text_.count("<details open>") for text_ in [step.reason + step.tail for step in report])


def _huge(letter: str):
    steps = (samples.result(f"s{n}", Status.FAILED, reason="x", tail=letter * 10_000) for n in range(200))
    return samples.report(*steps)


def test_a_huge_report_is_cut():
    """A summary stays below the limit of a job page, and says where the rest is."""
    text = markdown.text(_huge("x"))
    assert len(text.encode()) < 1_048_576
    assert text.endswith("(cut; everything is in report.json)\n")


def test_a_report_below_the_limit_is_whole():
    """Nothing is cut that fits."""
    assert "(cut" not in markdown.text(samples.report(samples.result()))


def test_a_huge_report_in_another_script_is_cut_too():
    """The limit is one of bytes."""
    assert len(markdown.text(_huge("界")).encode()) < 1_048_576


def test_the_word_about_the_cut_stands_outside_of_any_log():
    """A cut summary closes what it opened, so that the hint is read."""
    text = markdown.text(_huge("x"))
    assert text.count("<details open>") == text.count("</details>")
