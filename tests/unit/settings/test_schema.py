"""schema.json says the same as the loader."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

import pipeline.settings
from pipeline.errors import PipelineError
from pipeline.settings import schema
from pipeline.settings.load import resolve
from pipeline.settings.model import Document
from pipeline.settings.shape import paths
from tests.unit.settings.test_forms import BAD, GOOD, setting

FOLDER = Path(pipeline.settings.__file__).parent
REFERENCE = (FOLDER / "reference.yaml").read_text(encoding="utf-8")
SCHEMA = (FOLDER / "schema.json").read_text(encoding="utf-8")
VALIDATOR = jsonschema.Draft7Validator(json.loads(SCHEMA))


def loads(text):
    try:
        resolve(text)
    except PipelineError:
        return False
    return True


def test_the_file_is_what_the_code_makes():
    """Who changes a key or its comment writes the file anew."""
    assert schema.text(REFERENCE) == SCHEMA, "run: pipeline settings --schema > pipeline/settings/schema.json"


def test_it_is_a_schema():
    """Draft 7, which editors read."""
    jsonschema.Draft7Validator.check_schema(json.loads(SCHEMA))


def test_every_key_has_the_comment_of_the_reference():
    """Editors show it."""
    about = schema.descriptions(REFERENCE)
    assert [path for path in map(".".join, paths(Document)) if not about.get(path)] == []
    assert about["dotnet.format"] == "false leaves the check of the code format out."


@pytest.mark.parametrize(("key", "value"), [(k, v) for k, values in GOOD + BAD for v in values if "\n" not in v])
def test_texts_are_judged_alike(key, value):
    """One pattern, two readers."""
    text = setting(key, value)
    assert VALIDATOR.is_valid(yaml.safe_load(text)) == loads(text)


WORDS = st.sampled_from(
    ["name", "dotnet", "spa", "test", "services", "images", "environments", "env", "inputs", "redis", "version", "node",
     "enabled", "timeout_minutes", "sdk", "x", "A"]
)  # fmt: skip
LEAVES = st.sampled_from([None, True, 1, 0, 1_000_000, 2.5, "", "10.0", "shop", "a/b", "/x"])
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner, max_size=3), max_leaves=6
)


@examples(deadline=None, max_examples=300)
@given(st.dictionaries(WORDS, VALUES, max_size=3))
def test_files_are_judged_alike(content):
    """Whatever a file says, the editor and the loader agree."""
    text = yaml.safe_dump(content)
    assert VALIDATOR.is_valid(content) == loads(text), text
