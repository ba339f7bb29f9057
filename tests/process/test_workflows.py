"""The project's own workflows keep the rules that it wants others to keep."""

from __future__ import annotations

import pytest
import yaml

from tests.actionlint import findings
from tests.apps import ROOT
from tests.zizmor import zizmor

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.name)
def test_zizmor_finds_nothing(workflow):
    """No dangerous trigger, no moving tag, no permission too many, no credentials left behind."""
    assert workflow.name in zizmor(workflow)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.name)
def test_every_job_ends_and_may_do_little(workflow):
    """Each job has a time limit and states its permissions; the workflow as a whole has none."""
    content = yaml.safe_load(workflow.read_text(encoding="utf-8"))
    assert content["permissions"] == {}
    for job in content["jobs"].values():
        assert job["timeout-minutes"] <= 90
        assert job["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.name)
def test_actionlint_finds_nothing(workflow):
    """Expressions, keys and contexts are those that GitHub knows."""
    assert findings(workflow) == ""
