"""Settings with their origins, for people and for machines."""

from __future__ import annotations

import json

from pipeline.render import settings_text
from pipeline.settings.load import resolve

TEXT = "name: shop\nspa: {inputs: ['ä/**']}\nservices: {redis: {}}\nenvironments: {staging: {}}"


def test_the_columns_are_key_value_and_origin():
    """A value stands there as one would write it in YAML."""
    lines = settings_text.text(resolve(TEXT)).splitlines()
    assert lines[0] == "Settings, no environment chosen (staging):"
    rows = [line.split() for line in lines[2:]]
    assert ["name", '"shop"', "pipeline.yaml:1"] in rows
    assert ["spa.inputs", '["ä/**"]', "pipeline.yaml:2"] in rows
    assert ["services.redis", "{}", "pipeline.yaml:3"] in rows
    assert ["dotnet.enabled", "true", "default"] in rows
    assert ["test.hang_minutes", "5", "default"] in rows
    assert len({line.index(line.split()[-1]) for line in lines[2:]}) == 1


def test_a_long_value_does_not_push_the_others_away():
    """One long list costs its own line the alignment, not the table."""
    lines = settings_text.text(resolve("spa: {inputs: ['" + "x" * 300 + "']}")).splitlines()
    assert max(len(line) for line in lines if "xxx" not in line) < 110


def test_json_keeps_the_types():
    """Flags, numbers, lists and empty mappings are what they are."""
    found = json.loads(settings_text.as_json(resolve(TEXT, environment="staging")))
    values = {row["key"]: row["value"] for row in found["settings"]}
    assert found["environment"] == "staging"
    assert (values["dotnet.enabled"], values["test.hang_minutes"], values["images"]) == (True, 5, {})
    assert (values["spa.inputs"], values["services.redis"]) == (["ä/**"], {})


def test_no_control_character_reaches_the_terminal():
    """A value may hold an escape sequence; it is shown, not obeyed."""
    assert "\x1b" not in settings_text.text(resolve('test: {env: {A: "\\e[31m"}}'))
