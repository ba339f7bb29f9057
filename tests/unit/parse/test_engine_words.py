"""Words of engine 0.21.8, as it said them of a Dockerfile."""

from __future__ import annotations

import pytest

from pipeline.parse import engine_words

LOST = (
    "failed to load container from converted ID: load Container@CuscChV4eGgzOjA0MTc5NGQ2MzBlYzZhNjMSag+/A==: "
    "load xxh3:be2d3ca4df5b764e: inputs: load xxh3:b95ef60d9fd5ec99: inputs: failed to content hash dockerfile copy: "
    "failed to copy source directory: lstat /nothere.txt: no such file or directory [traceparent:02156b07-d3f9]"
)


def test_its_own_steps_are_no_words():
    """Four kilobytes of them stood before what a person needs."""
    assert engine_words.plain(f"{LOST}\n\n{LOST}") == (
        "failed to content hash dockerfile copy: failed to copy source directory: lstat /nothere.txt: "
        "no such file or directory"
    )


CONVERT = "failed to convert Dockerfile to LLB: "
GONE = "bild: docker.io/library/bild:latest: not found (did you mean build?)"
SILENT = (
    'r.test/a:1: failed to do request: Head "https://r.test/v2/a/manifests/1": dial tcp: lookup r.test: no such host'
)
TYPO = "dockerfile parse error on line 9: unknown instruction: USR (did you mean USER?)"
ODD = "dockerfile parse error on line 2: FROM: not found"
COPIED = "failed to copy source directory: lstat /nothere.txt: no such file or directory"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (CONVERT + GONE, (GONE, True)),
        (CONVERT + SILENT, (SILENT, True)),
        (CONVERT + TYPO, (TYPO, False)),
        (CONVERT + ODD, (ODD, False)),
        (LOST, (COPIED, False)),
        ("the engine is gone: connection refused", None),
    ],
)
def test_what_is_wrong_with_a_dockerfile(text, found):
    """An image that cannot be pulled may be there the next time; a mistake in the file will not."""
    assert engine_words.of_dockerfile(engine_words.plain(text)) == found
