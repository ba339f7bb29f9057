"""What an import pulls in, seen in a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys


def test_importing_the_registry_is_cheap() -> None:
    """`plan` names kinds and reads no XML, so it does not pay for the readers."""
    code = "import pipeline.parse.registry, sys; print('defusedxml' in sys.modules, 'json' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_help_imports_no_verb() -> None:
    """The command line shows its verbs without paying for them."""
    code = """
import sys
from pipeline import cli
try:
    cli.main(["--help"])
except SystemExit:
    print([name for name in sys.modules if name in {"yaml", "anyio", "pipeline.load", "pipeline.verbs.ci"}])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_registering_the_module_imports_no_answer() -> None:
    """Every session starts an interpreter that only registers the module."""
    code = """
import sys
import pipeline.module
print(sorted(name for name in sys.modules if name.startswith("pipeline") and name != "pipeline"))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "['pipeline.module']"
