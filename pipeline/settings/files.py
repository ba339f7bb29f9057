"""Files at the root of a source tree in which somebody decides about the pipeline."""

SETTINGS = "pipeline.yaml"
EXCEPTIONS = "pipeline.exceptions.yaml"
# Nothing would read it, so it is refused.
MISTAKEN = "pipeline.yml"

ALL = (SETTINGS, EXCEPTIONS)
