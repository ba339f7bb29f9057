"""What is there against what should be there."""

from __future__ import annotations

import pytest

from pipeline.scaffold.compare import State, compare, stamped
from pipeline.scaffold.model import File, Scaffold

TEXT = "name: pipeline\n"


def change(there=None, text=TEXT, **more):
    files = (File(path="a.yml", text=text, **more),)
    (found,) = compare(Scaffold(files=files), {} if there is None else {"a.yml": there})
    return found


def test_a_file_that_is_not_there_is_new():
    """The difference is the whole file, below its stamp."""
    found = change()
    assert (found.state, found.is_drift) == (State.NEW, True)
    assert found.diff.startswith("--- /dev/null\n+++ b/a.yml\n@@ -0,0 +1,2 @@\n+# Written by `pipeline init`, stamp ")
    assert found.text == stamped(TEXT)


def test_a_file_as_it_should_be_is_no_drift():
    """And has no difference."""
    found = change(stamped(TEXT))
    assert (found.state, found.is_drift, found.diff) == (State.SAME, False, "")


def test_a_file_that_nobody_touched_may_be_renewed():
    """Its stamp says that it is as init left it, though init would write another today."""
    found = change(stamped("name: older\n"))
    assert found.state is State.OUTDATED
    assert found.is_written(force=False)
    assert "-name: older" in found.diff
    assert "+name: pipeline" in found.diff


@pytest.mark.parametrize(
    "there", [stamped(TEXT) + "# mine\n", stamped(TEXT).replace("pipeline\n", "x\n"), "jobs: {}\n", ""]
)
def test_a_file_that_somebody_changed_is_told_and_kept(there):
    """Only force overwrites it; a file of another hand in its place is the same."""
    found = change(there)
    assert (found.state, found.is_drift) == (State.CHANGED, True)
    assert not found.is_written(force=False)
    assert found.is_written(force=True)
    assert found.diff


def test_a_shared_file_of_another_hand_is_right_as_it_is():
    """A Dependabot file that was there before is no drift, and not even force takes it."""
    found = change("version: 2\n", shared=True)
    assert (found.state, found.is_drift, found.diff) == (State.OWN, False, "")
    assert not found.is_written(force=True)
    assert change(stamped(TEXT) + "# mine\n", shared=True).state is State.CHANGED


def test_a_file_without_a_stamp_belongs_to_the_user_at_once():
    """pipeline.yaml is written to be edited."""
    assert change(shared=True, stamped=False).text == TEXT
    assert change(TEXT + "more", shared=True, stamped=False).state is State.OWN
