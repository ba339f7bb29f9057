"""Settings with their origins, for people and for machines."""

from __future__ import annotations

import json

from pipeline.render import settings_text
from pipeline.settings.load import resolve

TEXT = "name: shop\nspa: {inputs: ['ä/**']}\nservices: {redis: {}}\nenvironments: {staging: {}}"


def rows(text, title):
    """Return the rows below a title, in words."""
    block = text.split(f"\n{title}:\n")[1].split("\n\n")[0]
    return [line.split() for line in block.splitlines()]


def test_what_is_set_comes_before_the_defaults():
    """A value stands there as one would write it in YAML, with its origin."""
    text = settings_text.text(resolve(TEXT))
    assert text.startswith("Settings, no environment chosen (staging):\n\nSet:\n")
    assert rows(text, "Set") == [
        ["name", '"shop"', "pipeline.yaml:1"],
        ["spa.inputs", '["ä/**"]', "pipeline.yaml:2"],
        ["services.redis", "{}", "pipeline.yaml:3"],
    ]
    assert ["dotnet.enabled", "true", "default"] in rows(text, "Defaults")
    assert ["test.hang_minutes", "5", "default"] in rows(text, "Defaults")
    assert "\nSet:\n  nothing\n" in settings_text.text(resolve(None))


def test_a_long_key_or_value_does_not_push_the_others_away():
    """Each costs its own line the alignment, not the table."""
    long = f"name: shop\nspa: {{inputs: ['{'x' * 300}']}}\ntest: {{env: {{{'A' * 80}: b}}}}"
    lines = settings_text.text(resolve(long)).splitlines()
    assert max(len(line) for line in lines if "xxx" not in line and "AAA" not in line) < 105


def test_what_differs_between_applications_is_shown():
    """Only that, below what holds for all; with one of them chosen it is merged."""
    text = "npm: {registry: 'https://n.test/'}\napps:\n  shop: {spa: {folder: ui}}\n  api: {spa: {enabled: false}}\n"
    shown = settings_text.text(resolve(text))
    assert rows(shown, "Set for shop") == [
        ["name", '"shop"', "pipeline.yaml:3", "(shop)"],
        ["spa.folder", '"ui"', "pipeline.yaml:3", "(shop)"],
    ]
    assert rows(shown, "Set for api")[1:] == [["spa.enabled", "false", "pipeline.yaml:4", "(api)"]]
    assert "Set for" not in settings_text.text(resolve(text, app="api"))
    found = json.loads(settings_text.as_json(resolve(text)))["differences"]
    assert found["api"][1] == {"key": "spa.enabled", "value": False, "origin": "pipeline.yaml:4 (api)"}


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
