"""Whose files `--evidence` takes away: those of an older run alone, and only when a run follows."""

from __future__ import annotations

import json
import os

import pytest

from pipeline import errors
from pipeline.errors import ExitCode, PipelineError
from pipeline.render import as_json
from pipeline.verbs import evidence
from tests import samples


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "e"


def _files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def _older_run(folder, report=None):
    (folder / "steps/api.test").mkdir(parents=True)
    (folder / "steps/api.test/a.trx").write_text("old")
    (folder / "summary.md").write_text("old")
    (folder / "report.json").write_text(report or as_json.text(samples.report()))


def _refused(folder):
    before = _files(folder)
    with pytest.raises(PipelineError) as caught:
        evidence.prepare(folder)
    assert (caught.value.kind, caught.value.exit_code) == (errors.EVIDENCE_FOLDER, ExitCode.CONFIG)
    assert _files(folder) == before
    return str(caught.value)


def test_a_new_folder_is_made(folder):
    """Also below one that is not there yet."""
    evidence.prepare(folder / "deep")
    assert (folder / "deep").is_dir()


def test_an_older_run_is_taken_away(folder):
    """What it left cannot be mistaken for this run's; files of others stay."""
    _older_run(folder)
    (folder / "mine.txt").write_text("mine")
    evidence.prepare(folder)
    assert _files(folder) == ["mine.txt"]


def test_a_run_of_an_older_version_is_taken_away(folder):
    """Its report has another schema and is a report all the same."""
    _older_run(folder, json.dumps(json.loads(as_json.text(samples.report())) | {"schema": 1}))
    evidence.prepare(folder)
    assert _files(folder) == []


def test_files_of_the_user_do_not_matter(folder):
    """A folder that holds none of our names is written into as it is."""
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    evidence.prepare(folder)
    assert _files(folder) == ["mine.txt"]


@pytest.mark.parametrize("name", ["report.json", "junit.xml", "summary.md", "steps"])
def test_a_file_of_the_user_with_our_name(folder, name):
    """Without a report of ours beside it nobody knows whose it is: it stays, and the error names it."""
    folder.mkdir()
    (folder / name).write_text("mine")
    text = _refused(folder)
    assert [part for part in (str(folder), f"  - {name}\n", "what to do: give --evidence") if part not in text] == []


def test_steps_of_the_user(folder):
    """A whole folder of work is not ours because it is called `steps`."""
    (folder / "steps").mkdir(parents=True)
    (folder / "steps/work.md").write_text("mine")
    _refused(folder)


@pytest.mark.parametrize(
    "text", ["{}", "[]", "no json", '{"schema": 2}', '{"schema": "2", "steps": [], "verdict": 0}', ""]
)
def test_a_report_that_is_none_of_ours(folder, text):
    """Other tools write a report.json too."""
    folder.mkdir()
    (folder / "report.json").write_text(text)
    _refused(folder)


def test_bytes_that_are_no_text(folder):
    """A report.json of any content ends in words."""
    folder.mkdir()
    (folder / "report.json").write_bytes(b"\xff\xfe")
    _refused(folder)


@pytest.mark.parametrize("name", ["report.json", "junit.xml"])
def test_a_folder_with_the_name_of_a_file(folder, name):
    """It is refused in words, beside a report of ours too."""
    if name != "report.json":
        _older_run(folder)
    (folder / name).mkdir(parents=True)
    _refused(folder)


@pytest.mark.parametrize("name", ["steps", "report.json", "summary.md"])
def test_a_link_with_our_name(folder, tmp_path, name):
    """We never write links; what one leads to is somebody else's."""
    _older_run(folder)
    (tmp_path / "other").mkdir()
    (folder / name).rename(tmp_path / "other/moved")
    (folder / name).symlink_to(tmp_path / "other/moved")
    _refused(folder)
    assert (tmp_path / "other/moved").exists()


def test_a_folder_that_cannot_be_made(tmp_path):
    """A file in its place is P108."""
    (tmp_path / "e").write_text("x")
    with pytest.raises(PipelineError, match=r"--evidence .*/e/below: Not a directory"):
        evidence.prepare(tmp_path / "e/below")


def test_a_folder_that_cannot_be_written(folder, monkeypatch):
    """Missing permission is told before the run, not after it."""
    monkeypatch.setattr(os, "access", lambda *_words: False)
    with pytest.raises(PipelineError, match="Permission denied"):
        evidence.prepare(folder)
