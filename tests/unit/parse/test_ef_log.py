"""`dotnet ef`, as real calls left it."""

from __future__ import annotations

import pytest

from pipeline.parse.ef_log import parse
from pipeline.parse.model import Parsed


def test_a_changed_model_is_a_problem(read) -> None:
    """With the tool's own words, which say what to do."""
    assert parse(read("dotnet-ef-10.0.15-pending.log"), "/src") == Parsed(
        problems=("Changes have been made to the model since the last migration. Add a new migration.",)
    )


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("no-context", "No DbContext named 'Nope' was found."),
        ("no-factory", "Unable to create a 'DbContext' of type 'IncidentsDbContext'."),
    ],
)
def test_a_context_that_cannot_be_made_was_not_looked_at(name, why, read) -> None:
    """Whether its model has changed is not known then."""
    parsed = parse(read(f"dotnet-ef-10.0.15-{name}.log"), "/src")
    assert (len(parsed.unavailable), parsed.unavailable[0].startswith(why), parsed.problems) == (1, True, ())


def test_no_error_is_nothing() -> None:
    """It says what it did, and what an application printed on the way."""
    text = "info:    No changes have been made to the model since the last migration.\nerror: of the application\n"
    assert parse(text, "/src") == Parsed()
