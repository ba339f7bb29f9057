"""The commands in the documentation are ones that there are."""

from __future__ import annotations

import ast
import re
import shlex

import pytest

from pipeline import cli
from pipeline.verbs import VERBS
from tests.apps import ROOT

COMMAND = re.compile(r"(?:^|[`(])((?:pipeline|dagger) [^\n`#|>;]+)", re.MULTILINE)
# Of Dagger's own, behind whatever a function returns.
_DAGGERS = {"output", "auto-apply", "ports"}


def commands(program: str) -> list[str]:
    """Return every command of a program, as it stands in a block or in a line."""
    texts = [path.read_text().replace("\\\n", " ") for path in (ROOT / "README.md", *sorted(ROOT.glob("docs/*.md")))]
    found = dict.fromkeys(one[1].strip().rstrip(":,.)") for text in texts for one in COMMAND.finditer(text))
    return [line for line in found if line.split()[0] == program and line.count("'") % 2 == line.count('"') % 2 == 0]


@pytest.mark.parametrize("line", [one for one in commands("pipeline") if one.split()[1] in VERBS])
def test_a_command_line_is_understood(line):
    """By the parser alone; nothing runs."""
    verb, arguments = cli._parsed(shlex.split(line)[1:])
    assert verb.__name__.rpartition(".")[2] == line.split()[1]
    assert arguments


def functions() -> tuple[set[str], dict[str, set[str]]]:
    """Return the flags of the module, and those of each of its functions."""
    tree = ast.parse((ROOT / "pipeline/module.py").read_text())
    (module,) = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    fields = {node.target.id for node in module.body if isinstance(node, ast.AnnAssign)} - {"overlay"} | {"settings"}
    calls = {
        node.name: [one.arg for one in node.args.args[2:]]
        for node in module.body
        if isinstance(node, ast.AsyncFunctionDef)
    }
    dashed = {name.replace("_", "-"): {flag.replace("_", "-") for flag in flags} for name, flags in calls.items()}
    return {name.replace("_", "-") for name in fields}, dashed


@pytest.mark.parametrize("line", [one for one in commands("dagger") if " call " in one])
def test_a_call_of_the_module_names_what_there_is(line):
    """Its function, and the flags before and behind it."""
    flags, known = functions()
    words = shlex.split(line)
    words = words[words.index("call") + 1 :]
    called = next((number for number, word in enumerate(words) if not word.startswith("-")), len(words))
    assert not words[called:] or words[called] in {*known, "…"}
    for number, word in enumerate(words):
        if word.startswith("--"):
            own = known.get(words[called], set()) | _DAGGERS if number > called else flags
            assert word[2:].partition("=")[0] in own
