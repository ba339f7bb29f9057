"""`pipeline lint`: formats, lint rules and types of both stacks."""

from __future__ import annotations

from functools import partial

from pipeline.plan import parts
from pipeline.verbs import runs

arguments = runs.arguments_of_part
run = partial(runs.judged, verb="lint", part=parts.LINT)
