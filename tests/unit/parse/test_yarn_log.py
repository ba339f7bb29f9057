"""What a failed `yarn install` says, from real logs of Yarn 1 and 4."""

from __future__ import annotations

import pytest

from pipeline.parse import network, yarn_log
from pipeline.parse.model import Severity


@pytest.mark.parametrize(
    ("case", "rule", "message", "file", "words"),
    [
        ("1.22.22-stale", "stale", "lockfile needs to be updated", "web/yarn.lock", "commit yarn.lock"),
        ("1.22.22-integrity", "integrity", 'Integrity check failed for "left-pad"', "web/yarn.lock", "not the locked"),
        ("1.22.22-404", "404", '"404 Not Found"', None, "credentials"),
        ("1.22.22-503", "registry", '"503 Service Unavailable"', None, "could not be reached"),
        ("1.22.22-refused", "network", "connect ECONNREFUSED", None, "could not be reached"),
        ("4.9.2-stale", "YN0028", '+"is-odd@npm:3.0.1"', "web/yarn.lock", "commit yarn.lock"),
        ("4.9.2-nolock", "YN0028", "would have been created", "web/yarn.lock", "commit yarn.lock"),
        ("4.9.2-integrity", "YN0018", "expected checksum", "web/yarn.lock", "not the locked"),
        ("4.9.2-404", "YN0035", "Package not found", None, "credentials"),
        ("4.9.2-503", "YN0035", "appears to be down", None, "could not be reached"),
        ("4.9.2-refused", "YN0001", "connect ECONNREFUSED", None, "could not be reached"),
    ],
)
def test_the_reason_of_a_failure(read, case, rule, message, file, words):
    """One finding, at the file that has to change, with the way out."""
    (found,) = yarn_log.parse(read(f"yarn-{case}.log"), "/src", "web").findings
    assert (found.rule, found.severity, found.file) == (rule, Severity.ERROR, file)
    assert message in found.message
    assert words in found.help


@pytest.mark.parametrize("version", ["1.22.22", "4.9.2"])
def test_a_clean_install_finds_nothing(read, version):
    """Progress is no finding."""
    assert yarn_log.parse(read(f"yarn-{version}-ok.log"), "/src").findings == ()


@pytest.mark.parametrize("version", ["1.22.22", "4.9.2"])
@pytest.mark.parametrize(
    ("case", "is_fault"),
    [("refused", True), ("503", True), ("stale", False), ("404", False), ("integrity", False)],
)
def test_a_network_fault_is_told_from_others(read, version, case, is_fault):
    """Only the first kind is tried again."""
    assert bool(network.fault(read(f"yarn-{version}-{case}.log"))) is is_fault
