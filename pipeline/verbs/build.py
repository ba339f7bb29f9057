"""`pipeline build`: both stacks compiled, bundled and published to a folder."""

from __future__ import annotations

from functools import partial

from pipeline.plan import parts
from pipeline.verbs import runs

arguments = runs.arguments_of_part
run = partial(runs.judged, verb="build", part=parts.BUILD)
