"""Files at the root of a source tree in which somebody decides about the pipeline."""

SETTINGS = "pipeline.yaml"
EXCEPTIONS = "pipeline.exceptions.yaml"
ALL = (SETTINGS, EXCEPTIONS)


def mistaken(name: str) -> str:
    """Return what a name was meant to be, or an empty text: nothing would read the file, so it is refused."""
    return next((meant for meant in ALL if name != meant and _like(meant, name)), "")


def _like(meant: str, name: str) -> bool:
    return name.casefold() in {meant, meant.removesuffix(".yaml") + ".yml"}
