"""Commands as a reader can repeat them."""

from __future__ import annotations

import pytest

from pipeline.plan.shown import command
from tests import samples

CONFIG = ("--configfile", "${scratch}/nuget.config")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("npm", "ci"), ("npm", "ci")),
        (("x", "${source}/a"), ("x", "./a")),
        (("dotnet", "test", "--results-directory", "${out}", "--report-trx"), ("dotnet", "test", "--report-trx")),
        (("dotnet", "publish", "--output", "${out}/publish", "-p:A=b"), ("dotnet", "publish", "-p:A=b")),
        (("vitest", "--coverage.reportsDirectory=${out}/coverage", "--x"), ("vitest", "--x")),
        (("vitest", "--reporter=default", "--reporter=junit", "--outputFile.junit=${out}/j.xml"),
         ("vitest", "--reporter=default")),
        (("dotnet", "restore", *CONFIG), ("dotnet", "restore")),
        (("npm", "i", "--prefix", "${scratch}/pm", "pnpm@10"), ("npm", "i", "--prefix", "scratch/pm", "pnpm@10")),
        (("sh", "${scratch}/npm-audit.sh", "${out}", "--registry=x"), ()),
        (("sh", "-c", "tool > ${out}/a && cat ${scratch}/b"), ("sh", "-c", "tool > out/a && cat scratch/b")),
        ((), ()),
    ],
)  # fmt: skip
def test_folders_of_the_run_are_left_out(words, expected):
    """Where the reports of this run went is nothing that a user has or wants."""
    assert command(words, ()) == expected


@pytest.mark.parametrize(
    ("source", "feed", "expected"),
    [
        ("${feed}", "/packages", "/packages"),
        ("${feed}", "", "feed"),
        ("https://n.test/a&amp;b", "", "https://n.test/a&b"),
    ],
)
def test_a_given_source_is_named(source, feed, expected):
    """The generated nuget.config is gone after the run; the same packages come by --source."""
    literals = (samples.literal(source),)
    assert command(("dotnet", "restore", *CONFIG, "-x"), literals, feed) == (
        "dotnet",
        "restore",
        "--source",
        expected,
        "-x",
    )
