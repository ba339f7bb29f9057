"""What a failed `pnpm install` says, from real logs."""

from __future__ import annotations

import pytest

from pipeline.parse import network, pnpm_log
from pipeline.parse.model import Severity


@pytest.mark.parametrize(
    ("case", "rule", "message", "file", "words"),
    [
        ("10.16.1-stale", "ERR_PNPM_OUTDATED_LOCKFILE", "is-odd@3.0.1", "web/pnpm-lock.yaml", "commit pnpm-lock.yaml"),
        ("8.15.9-stale", "ERR_PNPM_OUTDATED_LOCKFILE", '"is-odd":"3.0.1"', "web/pnpm-lock.yaml", "commit"),
        (
            "10.16.1-integrity",
            "ERR_PNPM_TARBALL_INTEGRITY",
            "unexpected checksum",
            "web/pnpm-lock.yaml",
            "not the locked",
        ),
        ("10.16.1-404", "ERR_PNPM_FETCH_404", "Not Found - 404", None, "credentials"),
        ("10.16.1-503", "ERR_PNPM_FETCH_503", "Service Unavailable", None, "could not be reached"),
        ("10.16.1-refused", "ECONNREFUSED", "connect ECONNREFUSED", None, "could not be reached"),
    ],
)
def test_the_reason_of_a_failure(read, case, rule, message, file, words):
    """One finding, at the file that has to change, with the way out."""
    (found,) = pnpm_log.parse(read(f"pnpm-{case}.log"), "/src", "web").findings
    assert (found.rule, found.severity, found.file) == (rule, Severity.ERROR, file)
    assert message in found.message
    assert words in found.help


def test_a_clean_install_finds_nothing(read):
    """Progress is no finding."""
    assert pnpm_log.parse(read("pnpm-10.16.1-ok.log"), "/src").findings == ()


def test_ignored_build_scripts_are_a_warning(read):
    """Pnpm ends with 0 over them, and the package may not work."""
    (found,) = pnpm_log.parse(read("pnpm-10.16.1-scripts.log"), "/src").findings
    assert (found.rule, found.severity) == ("install-scripts", Severity.WARNING)
    assert "esbuild" in found.message


def test_npm_says_why_pnpm_could_not_be_installed(read):
    """It installs pnpm in the same step."""
    (found,) = pnpm_log.parse(read("npm-11.19.1-refused.log"), "/src").findings
    assert (found.tool, found.rule) == ("npm", "ECONNREFUSED")


@pytest.mark.parametrize(
    ("case", "is_fault"),
    [("refused", True), ("503", True), ("stale", False), ("404", False), ("integrity", False)],
)
def test_a_network_fault_is_told_from_others(read, case, is_fault):
    """Only the first kind is tried again."""
    assert bool(network.fault(read(f"pnpm-10.16.1-{case}.log"))) is is_fault


def test_the_server_is_named(read):
    """It helps to see which one."""
    assert network.host(read("pnpm-10.16.1-503.log")) == "127.0.0.1:8503"
