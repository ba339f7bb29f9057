"""One weakness, however many tools found it."""

from __future__ import annotations

import pytest

from pipeline.errors import PipelineError
from pipeline.judge.audit.merge import fingerprint, merge
from pipeline.parse.feeds import read
from pipeline.parse.weakness import Level
from tests.unit.judge.audit import values

NPM = values.vulnerability(
    id="GHSA-35jh-r3h4-6jhm", aliases=(), tool="npm audit", package=values.package(version=""), dev=None,
    level=Level.CRITICAL, title="Command Injection in lodash", path=("app", "lodash"), url="https://x.test/a",
)  # fmt: skip
TRIVY = values.vulnerability()


@pytest.mark.parametrize("found", [(NPM, TRIVY), (TRIVY, NPM)])
def test_two_tools_are_one_finding(found):
    """Ids, aliases, levels, versions and the way are put together; the worst level counts."""
    ((merged, tools),) = merge(found, ())

    assert tools == ("npm audit", "trivy")
    assert (merged.id, merged.aliases) == ("CVE-2021-23337", ("GHSA-35jh-r3h4-6jhm",))
    assert (merged.level, merged.package.version, merged.fixed) == (Level.CRITICAL, "4.17.20", "4.17.21")
    assert (merged.path, merged.url, merged.dev) == (("app", "lodash"), "https://x.test/a", False)


@pytest.mark.parametrize(
    "other",
    [
        values.vulnerability(package=values.package("lodash-es")),
        values.vulnerability(package=values.package(ecosystem="nuget")),
        values.vulnerability(file="other/package-lock.json"),
        values.vulnerability(id="CVE-2020-8203", aliases=()),
        values.vulnerability(image=True),
        values.secret(),
    ],
)
def test_others_stay_apart(other):
    """Another package, place, advisory or kind is another finding."""
    assert len(merge((TRIVY, other), ())) == 2


@pytest.mark.parametrize(
    ("said", "fixed"),
    [((None, "4.17.21"), "4.17.21"), ((None, ""), ""), (("", "4.17.21"), "4.17.21"), ((None, None), None)],
)
def test_that_there_is_no_mended_version_is_said_and_not_guessed(said, fixed):
    """A tool that does not tell leaves the question to the others."""
    found = [values.vulnerability(fixed=one, tool=tool) for one, tool in zip(said, ("a", "b"), strict=True)]

    assert [weakness.fixed for weakness, _ in merge(found, ())] == [fixed]


@pytest.mark.parametrize("order", [1, -1])
def test_what_one_tool_calls_malware_is_malware(order):
    """The other one knows only that no version mends it."""
    found = [values.vulnerability(tool="a", fixed=""), values.vulnerability(tool="b", fixed=None, malware=True)]

    assert [weakness.malware for weakness, _ in merge(found[::order], ())] == [True]


def test_other_lines_of_one_mistake_are_told():
    """One rule broken twice in a file is one finding, and both lines are mended."""
    ((merged, _),) = merge([values.misconfiguration(line=9), values.misconfiguration(line=3)], ())

    assert {merged.line, *(place.line for place in merged.also)} == {3, 9}
    assert {place.file for place in merged.also} == {"Dockerfile"}


def test_a_third_joins_two():
    """A finding that names both ids makes one of two that did not know of each other."""
    cve = values.vulnerability(aliases=(), tool="a")
    ghsa = values.vulnerability(id="GHSA-35jh-r3h4-6jhm", aliases=(), tool="b")

    assert len(merge((cve, ghsa), ())) == 2
    assert [tools for _, tools in merge((cve, ghsa, TRIVY), ())] == [("a", "b", "trivy")]


def test_the_tools_of_nuget_name_different_files():
    """`dotnet list` names the project, Trivy the lock file beside it."""
    package = values.package("Newtonsoft.Json", "12.0.1", "nuget")
    listed = values.vulnerability(package=package, file="src/A/A.csproj", tool="dotnet list package")
    locked = values.vulnerability(
        package=values.package("newtonsoft.json", "12.0.1", "nuget"), file="src/A/packages.lock.json"
    )

    assert [tools for _, tools in merge((listed, locked), ())] == [("dotnet list package", "trivy")]


def test_versions_of_one_package_are_one_finding():
    """Two copies in one lock file are mended by one decision."""
    older = values.vulnerability(package=values.package(version="3.10.1"))

    ((merged, _),) = merge((TRIVY, older), ())
    assert merged.package.version == "3.10.1, 4.17.20"


def test_the_list_of_components_completes_a_finding():
    """Npm names no version and not whether it is shipped; the lock file does."""
    dev = values.component(dev=True)

    ((merged, _),) = merge((NPM,), (dev,))
    assert (merged.package.version, merged.dev) == ("4.17.20", True)
    ((merged, _),) = merge((NPM,), (dev, values.component(dev=False)))
    assert merged.dev is False
    ((merged, _),) = merge((NPM,), (values.component(file="other/package-lock.json"),))
    assert (merged.package.version, merged.dev) == ("", None)


def test_a_fingerprint_outlives_versions_lines_and_tools():
    """It changes with the advisory, the package and the place, and with nothing else."""
    same = [
        values.vulnerability(package=values.package(version="4.17.19")),
        values.vulnerability(id="GHSA-35jh-r3h4-6jhm", aliases=("CVE-2021-23337",), tool="npm audit"),
        values.vulnerability(level=Level.LOW, line=3, title="x"),
    ]
    others = [
        values.vulnerability(package=values.package("x")),
        values.vulnerability(file="b"),
        values.vulnerability(id="CVE-1", aliases=()),
    ]

    assert {fingerprint(w) for w in same} == {fingerprint(TRIVY)}
    assert len({fingerprint(w) for w in (TRIVY, *others)}) == 4
    assert fingerprint(values.secret(line=9)) == fingerprint(values.secret())
    assert fingerprint(values.secret(mark="b2")) != fingerprint(values.secret())


KEV = '{"title": "CISA", "vulnerabilities": [{"cveID": "CVE-2021-23337", "vendorProject": "x"}]}'
EPSS = "#model_version:v2026,score_date:2026-03-01\ncve,epss,percentile\nCVE-2021-23337,0.42,0.97\n"


def test_feeds():
    """As their publishers write them."""
    feeds = read(KEV, EPSS)
    assert (feeds.exploited, feeds.probability) == (frozenset({"CVE-2021-23337"}), {"CVE-2021-23337": 0.42})
    assert read() == read("", "")


@pytest.mark.parametrize(
    ("kev", "epss"), [("[]", ""), ("{", ""), ('{"vulnerabilities": [1]}', ""), ("", "a,b\n1,2\n"), ("", "<html>")]
)
def test_a_feed_of_another_form_is_refused(kev, epss):
    """No feed is better than a misread one."""
    with pytest.raises(PipelineError):
        read(kev, epss)
