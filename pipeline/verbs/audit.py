"""`pipeline audit`: the security scans and what they need, judged by the gates."""

from __future__ import annotations

from functools import partial

from pipeline.plan import parts
from pipeline.verbs import runs

arguments = runs.arguments
run = partial(runs.judged, verb="audit", part=parts.AUDIT)
