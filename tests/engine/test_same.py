"""Both runners say the same about the same source."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter

import pytest

from pipeline.errors import ExitCode
from pipeline.render import as_json
from tests import apps
from tests.engine.dagger_call import SECONDS, dagger, evidence

pytestmark = [pytest.mark.engine, pytest.mark.host]


def pipeline(app, *words, seconds=SECONDS):
    command = [sys.executable, "-m", "pipeline.cli", *words, *apps.feed_flags()]
    env = os.environ | {"PYTHONPATH": str(apps.ROOT)}
    done = subprocess.run(
        command, cwd=app.folder, env=env, capture_output=True, text=True, timeout=seconds, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return apps.incidents(tmp_path_factory.mktemp("same") / "app")


def test_the_plan_is_the_same(app):
    """`pipeline plan --json` and `dagger call plan --as-json` print the same plan."""
    assert json.loads(pipeline(app, "plan", "--json")) == json.loads(dagger(app, "plan", "--as-json").out)


def test_the_report_is_the_same(app, tmp_path):
    """Steps, test cases, coverage and findings are equal; only what needs containers is left out on the host."""
    in_containers = evidence(app, tmp_path / "dagger", seconds=900).report
    on_host = as_json.read(pipeline(app, "ci", "--on", "host", "--json", f"--settings={apps.NO_SCANS}", seconds=900))

    assert (in_containers.verdict, on_host.verdict) == (ExitCode.GREEN, ExitCode.GREEN)
    whole = states(in_containers)
    # It needs the image; the summary names it under "Not proven".
    assert whole.pop("image.verify") == "passed"
    assert any(line.startswith("image.verify: needs containers") for line in on_host.not_proven)
    assert states(on_host) == whole | {"image": "skipped"}
    assert cases(on_host) == {id_: found for id_, found in cases(in_containers).items() if id_ in states(on_host)}
    assert lines(on_host) == lines(in_containers)
    assert findings(on_host) == findings(in_containers)


def test_a_part_is_the_same(app):
    """`pipeline lint` runs the same steps on both, and nothing else."""
    there, here = (as_json.read(pipeline(app, "lint", "--on", on, "--json")) for on in ("dagger", "host"))

    assert {"api.format", "spa.lint", "spa.types"} < states(there).keys()
    assert not {"api.build", "spa.test", "image"} & states(there).keys()
    assert states(there) == states(here)
    assert (there.verdict, there.not_proven) == (ExitCode.GREEN, here.not_proven)


def states(report):
    return {step.id: step.status.value for step in report}


def cases(report):
    return {step.id: Counter((case.suite, case.name, case.status.value) for case in step.cases) for step in report}


def lines(report):
    """Return per file how many lines there are and how many a test reached."""
    return {f.file: (len(f.lines), sum(1 for _, hits in f.lines if hits)) for f in report.coverage.files}


def findings(report):
    """Return all findings but one: only npm 11 tells install scripts, and the image of Node 22 brings npm 10."""
    return Counter(finding for finding in report.findings if finding.rule != "install-scripts")
