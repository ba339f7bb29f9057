"""`pipeline doctor`: what this machine lacks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pipeline.errors import ExitCode
from pipeline.run import doctor
from pipeline.verbs import shared

if TYPE_CHECKING:
    import argparse

arguments = shared.arguments_of_application


def run(words: argparse.Namespace) -> ExitCode:
    """Print each check with what mends it."""
    checks = doctor.examine(words.folder, dict(os.environ))
    print(doctor.as_json(checks) if words.json else doctor.text(checks), end="")
    return ExitCode.GREEN if all(check.ok for check in checks) else ExitCode.INCOMPLETE
