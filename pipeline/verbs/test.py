"""`pipeline test`: the tests of both stacks, and what they need."""

from __future__ import annotations

from functools import partial

from pipeline.plan import parts
from pipeline.verbs import runs

arguments = runs.arguments_of_part
run = partial(runs.judged, verb="test", part=parts.TEST)
