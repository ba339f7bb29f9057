from __future__ import annotations

import xml.etree.ElementTree as ET

from hypothesis import given, settings

from pipeline.parse.model import CaseStatus
from pipeline.render import junit
from tests import samples
from tests.unit.render.reports import reports


def _root(*steps, **more):
    return ET.fromstring(junit.text(samples.report(*steps, **more)))  # noqa: S314  # ours


def test_one_suite_per_step_with_cases():
    """Steps without cases are no suites; each suite counts its own."""
    cases = (
        samples.case(),
        samples.case("Fails", CaseStatus.FAILED, message="expected 1", details="at Cart.cs:7"),
        samples.case("Later", CaseStatus.SKIPPED, message="not yet"),
    )
    root = _root(samples.result("api.build"), samples.result("api.test", cases=cases))
    assert (root.tag, root.get("name"), len(root)) == ("testsuites", "shop", 1)
    assert root[0].attrib == {
        "name": "api.test",
        "tests": "3",
        "failures": "1",
        "skipped": "1",
        "errors": "0",
        "time": "0.750",
    }


def test_a_failure_has_its_message_and_its_place():
    """A reader of the JUnit file sees why a test failed."""
    case = samples.case("Fails", CaseStatus.FAILED, message="expected 1", details="at Cart.cs:7")
    node = _root(samples.result(cases=(case,)))[0][0]
    assert node.attrib == {"classname": "Shop.CartTests", "name": "Fails", "time": "0.250"}
    assert (node[0].tag, node[0].get("message"), node[0].text) == ("failure", "expected 1", "at Cart.cs:7")


def test_a_failure_names_its_line():
    """GitLab and editors open the test by these two."""
    case = samples.case("Fails", CaseStatus.FAILED, file="tests/CartTests.cs", line=7)
    node = _root(samples.result(cases=(case,)))[0][0]
    assert (node.get("file"), node.get("line")) == ("tests/CartTests.cs", "7")


def test_a_skip_has_its_reason():
    """A skipped test is neither passed nor failed."""
    node = _root(samples.result(cases=(samples.case(status=CaseStatus.SKIPPED, message="not yet"),)))[0][0]
    assert [(child.tag, child.get("message")) for child in node] == [("skipped", "not yet")]


def test_a_passed_case_has_no_children():
    """Only trouble is told."""
    assert len(_root(samples.result(cases=(samples.case(),)))[0][0]) == 0


def test_markup_in_names_stays_text():
    """Names and messages of tests can hold anything."""
    name = "Parse(input: \"<a href='x'>&amp;\")"
    assert _root(samples.result(cases=(samples.case(name),)))[0][0].get("name") == name


def test_what_xml_cannot_hold_is_shown_as_missing():
    """Control characters and lone surrogates become the replacement character."""
    case = samples.case("a\x00b\x1bc\ud800d\ufffee", CaseStatus.FAILED, message="\x01", details="\x0b")
    node = _root(samples.result(cases=(case,)))[0][0]
    assert node.get("name") == "a\ufffdb\ufffdc\ufffdd\ufffde"
    assert (node[0].get("message"), node[0].text) == ("\ufffd", "\ufffd")


@settings(deadline=None)
@given(reports)
def test_any_report_is_well_formed(report):
    """Whatever the cases hold, the file can be read again, with a test case for each of them."""
    plain = samples.report(*(samples.result(f"s{n}", cases=step.cases) for n, step in enumerate(report)))
    text = junit.text(plain)
    root = ET.fromstring(text.encode())  # noqa: S314
    assert len(list(root.iter("testcase"))) == len(plain.cases)


def test_the_name_of_the_application_and_of_a_step_are_safe_too():
    """The file is well-formed whatever a project file is called."""
    root = _root(samples.result("api.test.A\x01", cases=(samples.case(),)), app="a\x02")
    assert (root.get("name"), root[0].get("name")) == ("a\ufffd", "api.test.A\ufffd")


def test_no_cases():
    """A run without tests is an empty, valid file."""
    assert len(_root(samples.result())) == 0
