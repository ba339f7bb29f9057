"""What `npm ci` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.parse.model import Finding, Severity
from pipeline.parse.npm_log import parse

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_stale_lock_file(read: Callable[[str], str]) -> None:
    """Which packages the lock file lacks, and what to do; npm's page of usage is left out."""
    assert parse(read("npm-11.19.1-stale.log"), "/src", "web").findings == (
        Finding(
            rule="EUSAGE",
            severity=Severity.ERROR,
            message="package-lock.json does not fit package.json\n"
            "Missing: is-odd@3.0.1 from lock file\n"
            "Missing: is-number@6.0.0 from lock file",
            tool="npm",
            file="web/package-lock.json",
            help="run `npm install` on your machine and commit package-lock.json",
        ),
    )


@pytest.mark.parametrize(
    ("log", "rule", "file", "message"),
    [
        ("nolock", "EUSAGE", "web/package.json", "package-lock.json is missing"),
        ("eresolve", "ERESOLVE", "web/package.json", 'peer react@"^19.0.0" from react-dom@19.0.0'),
        ("etarget", "ETARGET", None, "No matching version found for left-pad@99.0.0."),
        ("integrity", "EINTEGRITY", "web/package-lock.json", "Integrity checksum failed"),
        ("401", "E401", None, "401 Unauthorized"),
        ("404", "E404", None, "404 Not Found"),
        ("503", "E503", None, "503 Service Unavailable"),
        ("refused", "ECONNREFUSED", None, "connect ECONNREFUSED 127.0.0.1:1"),
        ("notfound", "ENOTFOUND", None, "getaddrinfo ENOTFOUND nowhere.invalid"),
    ],
)
def test_failures(read: Callable[[str], str], log: str, rule: str, file: str | None, message: str) -> None:
    """One error says what failed, with help."""
    (found,) = parse(read(f"npm-11.19.1-{log}.log"), "/src", "web").findings
    assert (found.rule, found.severity, found.file, bool(found.help)) == (rule, Severity.ERROR, file, True)
    assert message in found.message


def test_a_stack_trace_is_left_out(read: Callable[[str], str]) -> None:
    """The frames of npm and the place of its log say nothing to a user."""
    (found,) = parse(read("npm-11.19.1-refused.log"), "/src").findings
    expected = "FetchError: request to http://127.0.0.1:1/left-pad failed, reason: connect ECONNREFUSED 127.0.0.1:1"
    assert found.message == expected


@pytest.mark.parametrize(
    ("log", "package"),
    [("ci-ok", "esbuild@0.28.2 (postinstall: node install.js)"), ("deprecated", "core-js@2.6.12 (postinstall: ")],
)
def test_install_scripts_without_approval_are_a_warning(read: Callable[[str], str], log: str, package: str) -> None:
    """A green npm 11 only warns of them; the finding names the packages."""
    (found,) = parse(read(f"npm-11.19.1-{log}.log"), "/src", "web").findings
    assert (found.rule, found.severity, found.file) == ("install-scripts", Severity.WARNING, "web/package.json")
    assert found.message.split("\n")[1].startswith(package)


def test_a_quiet_install_has_no_findings(read: Callable[[str], str]) -> None:
    """Nothing to say: no findings."""
    assert parse(read("npm-11.19.1-ci-ignore.log"), "/src").findings == ()


def test_deprecations_are_noise() -> None:
    """Old packages of others are not the user's problem here."""
    assert parse("npm warn deprecated har-validator@5.1.5: no longer supported\n", "/src").findings == ()


def test_an_error_without_a_code() -> None:
    """Faults of npm itself have no code; its words are kept."""
    (found,) = parse("npm error Cannot read properties of null (reading 'children')\n", "/src").findings
    assert (found.rule, found.message) == ("npm", "Cannot read properties of null (reading 'children')")


def test_a_failed_install_script() -> None:
    """The exit code of a script is not taken for an error code of npm."""
    log = (
        "npm error code 1\nnpm error path /src/web/node_modules/x\nnpm error command failed\nnpm error command sh -c y"
    )
    (found,) = parse(log, "/src").findings
    assert (found.rule, found.message) == ("exit-1", "command failed\ncommand sh -c y")


def test_older_npm() -> None:
    """Before version 10, npm writes ERR! in place of error."""
    (found,) = parse("npm ERR! code ETARGET\nnpm ERR! notarget No matching version found for a@9.\n", "/src").findings
    assert (found.rule, found.message) == ("ETARGET", "No matching version found for a@9.")
