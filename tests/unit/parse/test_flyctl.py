"""How a deployment by flyctl ended: stored outputs of the real one, and what else may come."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.parse.flyctl import Ended, Outcome, read

if TYPE_CHECKING:
    from collections.abc import Callable

FIXTURES = Path(__file__).parents[2] / "fixtures"
NAME = "flyctl-0.4.87-"
EXPECTED = {
    Outcome.DONE: (
        "blue-ok",
        # False success: the machine was replaced without a look, it ended by itself, the release stayed `running`.
        "update-capacity",
        "exits-0",
        "complete-500",
        "first",
        "immediate",
        "ok",
        "release-ok",
        "rollback-ok",
    ),
    Outcome.REFUSED: (
        "bad-token",
        "blue-no-check",
        "canary-mounts",
        "invalid",
        "mount-renamed",
        "mounts-lost",
        "no-app",
        "no-token",
        "release-403",
        "release-split",
        "strategy",
        "syntax",
        "volume-missing",
    ),
    Outcome.RETRY: (
        "app-429",
        "image-500",
        "machines-reset",
        "malformed",
        "no-image",
        "org-500",
        "release-429",
        "release-create-500",
        "release-reset",
        "running-500",
    ),
    Outcome.MIGRATION_FAILED: ("release-exit",),
    Outcome.MIGRATION_UNKNOWN: (
        "release-exit-429",
        "release-gone",
        "release-never",
        "release-slow",
        "release-start-500",
        "sigterm-release",
    ),
    Outcome.LEASED: ("leased",),
    Outcome.BAD_IMAGE: ("blue-unhealthy", "crash"),
    Outcome.AMBIGUOUS: (
        "canary-unhealthy",
        "machine-429",
        "never",
        "no-reports",
        "unhealthy",
        "update-429",
        "update-lost",
    ),
    Outcome.CAPACITY: ("first-capacity", "release-create-capacity", "update-billing"),
    Outcome.KILLED: ("sigkill", "sigterm"),
    Outcome.CRASHED: (),
}
CASES = [(name, outcome) for outcome, names in EXPECTED.items() for name in names]
NOT_TOUCHED = (
    Outcome.REFUSED,
    Outcome.RETRY,
    Outcome.MIGRATION_FAILED,
    Outcome.MIGRATION_UNKNOWN,
    Outcome.LEASED,
)


@pytest.fixture(name="ended")
def _ended(read_fixture: Callable[[str], str]) -> Callable[[str], Ended]:
    return lambda name: of(read_fixture(f"{NAME}{name}.log"))


@pytest.fixture(name="read_fixture")
def _read_fixture() -> Callable[[str], str]:
    return lambda name: (FIXTURES / name).read_text(encoding="utf-8")


def of(text: str) -> Ended:
    """Return how a stored call ended."""
    code, _, streams = text.partition("\n--- stdout\n")
    out, _, err = streams.partition("--- stderr\n")
    return read(int(code.removeprefix("exit ")), out, err)


@pytest.mark.parametrize(("name", "outcome"), CASES)
def test_each_end_has_its_class(ended: Callable[[str], Ended], name: str, outcome: Outcome) -> None:
    """What may be done next follows from what the real flyctl says, and only what is done has a release."""
    found = ended(name)
    assert found.outcome is outcome
    assert (found.release > 0) is (outcome is Outcome.DONE)
    assert found.why
    assert "\x1b" not in found.why
    if outcome in NOT_TOUCHED:
        assert not found.touched


def test_every_stored_end_is_expected() -> None:
    """No output lies there unread."""
    stored = {path.stem.removeprefix(NAME) for path in FIXTURES.glob(f"{NAME}*.log")}
    assert {name for name, _ in CASES} == stored


def test_a_release_is_told(ended: Callable[[str], Ended]) -> None:
    """The line is not the last one."""
    found = ended("ok")
    assert found.release == 2


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("strategy", "unsupported deployment strategy 'rainbow'"),
        ("release-split", "Can't shell split release command: 'migrate ''"),
        ("invalid", "cannot unmarshal string into Go struct field HTTPService.http_service.internal_port"),
        ("blue-unhealthy", "wait timeout, could not get all green machines to be healthy"),
        ("never", "flyctl: timeout reached waiting for machine's state to change)"),
        ("bad-token", "(flyctl: unauthorized)"),
        ("release-exit", "machine d8910000000007 exited with non-zero status of 3)"),
        ("sigterm", "flyctl was ended by a signal"),
    ],
)
def test_the_reason_quotes_what_tells_something(ended: Callable[[str], Ended], name: str, said: str) -> None:
    """Where the error itself is empty words the line above it is quoted, and no advice or trace."""
    assert said in ended(name).why


def test_the_log_of_the_application_decides_nothing() -> None:
    """Its own lines may say anything."""
    crash = (
        "Error: smoke checks for d8 failed: the app appears to be crashing\nCheck its logs: here's the last lines below"
    )
    out = "Updating existing machines in 'shop' with rolling strategy\n"
    assert read(1, out, f"{crash}:\nError: could not find image\n").outcome is Outcome.BAD_IMAGE
    failed = "Error: release command failed - aborting deployment. machine d8 exited with non-zero status of 1"
    assert read(1, "", f"Error: lease currently held by me\n{failed}\n").outcome is Outcome.MIGRATION_FAILED


def test_what_failed_names_no_release() -> None:
    """The release command may print what looks like one, with a number that makes ours the older one."""
    out = '{"id":"rel_1","version":1,"image_ref":"x"}\nUpdating existing machines in \'shop\' with rolling strategy\n'
    assert read(1, out, "Error: timeout reached waiting for health checks to pass\n").release == 0
    assert read(None, out, "").release == 0


def test_a_release_command_that_ended_well_is_told() -> None:
    """Another attempt does without it."""
    out = "Running shop release_command: ./m\nrelease_command d8 completed successfully\nUpdating existing machines in"
    assert read(1, out, "Error: failed to get lease on VM d8\n").migrated
    assert not read(1, out.partition("completed")[0], "Error: release command failed\n").migrated


def test_an_end_without_a_release_is_no_success() -> None:
    """It prints one for each that it calls complete."""
    assert read(0, "Visit your newly deployed app\n", "").outcome is Outcome.AMBIGUOUS


@pytest.mark.parametrize("line", ['{"id": 1}', '{"id":"a","version":"7"}', "{", '{"version":7}', "{" * 9_000])
def test_a_line_that_is_no_release_is_none(line: str) -> None:
    """An application may print JSON as well."""
    assert read(0, f"{line}\n", "") == Ended(
        outcome=Outcome.AMBIGUOUS, why="flyctl ended well and named no release", touched=False
    )


@pytest.mark.parametrize(
    ("code", "err", "outcome"),
    [
        (3, "", Outcome.CRASHED),
        (2, "panic: Tried to log\n\ngoroutine 1 [running]:\n", Outcome.CRASHED),
        (1, "panic: x", Outcome.CRASHED),
        (137, "", Outcome.KILLED),
        (143, "", Outcome.KILLED),
        (-15, "", Outcome.KILLED),
        (127, "", Outcome.KILLED),
        (None, "", Outcome.KILLED),
        (126, "Error: context deadline exceeded\n", Outcome.AMBIGUOUS),
        (1, "", Outcome.RETRY),
        (1, "Error: something new\n", Outcome.RETRY),
    ],
)
def test_ends_that_nobody_decided(code: int | None, err: str, outcome: Outcome) -> None:
    """Panics and signals are told from errors."""
    assert read(code, "", err).outcome is outcome


@pytest.mark.parametrize("code", [None, 127, -9, 3, 126])
def test_who_ends_it_during_a_migration_leaves_that_running(code: int | None) -> None:
    """The machine of the release command does not end with flyctl."""
    out, err = "> Created release_command machine d8\n", "Running shop release_command: migrate\n"
    assert read(code, out, err).outcome is Outcome.MIGRATION_UNKNOWN
    done = out + "✔ release_command d8 completed successfully\nUpdating existing machines in 'shop'\n"
    assert read(code, done, err).outcome is not Outcome.MIGRATION_UNKNOWN


def test_what_failed_after_machines_were_touched_is_never_tried_again_unseen() -> None:
    """A stray refusal of the API looks the same before and after; only the place tells them apart."""
    out = "Updating existing machines in 'shop' with rolling strategy\n"
    assert read(1, out, "Error: failed to update VM d8: rate limit exceeded\n").outcome is Outcome.AMBIGUOUS
    assert read(1, "", "Error: failed to list VMs: rate limit exceeded\n").outcome is Outcome.RETRY


@given(st.one_of(st.none(), st.integers(-20, 260)), st.text(), st.text())
def test_any_words_have_a_class(code: int | None, out: str, err: str) -> None:
    """Nothing that flyctl prints makes it fail."""
    assert isinstance(read(code, out, f"Error: {err}").outcome, Outcome)
