"""`pipeline ci`: run everything, print one verdict, write the evidence."""

from __future__ import annotations

from functools import partial

from pipeline.verbs import runs

arguments = runs.arguments
run = partial(runs.judged, verb="ci")
