"""What a text in the settings must look like; the loader and the JSON schema read the same patterns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, kw_only=True)
class Form:
    """Words for people and a pattern that Python and JSON schema understand alike.

    A text with `choices` is one of them. What is `hidden` may be a secret by mistake, so no message repeats it.
    """

    expected: str
    pattern: str
    choices: tuple[str, ...] = ()
    hidden: bool = False

    def fits(self, text: str) -> bool:
        """Return whether the text has this form."""
        return re.fullmatch(self.pattern, text) is not None


@dataclass(frozen=True, kw_only=True)
class _Licence(Form):
    """A licence that the SPDX list knows: a mistyped one on a list of denied ones would deny nothing."""

    def fits(self, text: str) -> bool:
        """Return whether it is on the list, or what npm writes for none, or a name that its owner made up."""
        from cyclonedx.spdx import is_supported_id  # noqa: PLC0415  # a long list that hardly any repository needs

        return super().fits(text) and (is_supported_id(text) or text == "UNLICENSED" or text.startswith("LicenseRef-"))


def one_of(*choices: str) -> Form:
    """Return the form of a text that is one of a few."""
    pattern = "|".join(re.escape(choice) for choice in choices)
    expected = f"one of {', '.join(choice or 'an empty text' for choice in choices)}"
    return Form(expected=expected, pattern=pattern, choices=choices)


def number(text: str) -> int:
    """Return the number of a text of the form SECONDS or DAYS; its unit is that of the form."""
    return int(text.split(maxsplit=1)[0])


def megabytes(text: str) -> int:
    """Return the MB of a text of the form MEMORY; 0 for an empty one."""
    return number(text) * (1024 if text.endswith("GB") else 1) if text else 0


def guess(text: str, known: tuple[str, ...]) -> str:
    """Return the known word that was probably meant, or an empty text."""
    return next(iter(get_close_matches(text[:80], known, n=1)), "")


_LINE = r"[^\x00-\x1f\x7f]"
_INSIDE = rf"(?![/\\]|[A-Za-z]:[/\\]|(?:.*[/\\])?\.\.(?:[/\\]|$)){_LINE}+"

TEXT = Form(expected="text", pattern=r"[^\x00]*")
LINE = Form(expected="text of one line", pattern=rf"{_LINE}*")
NAME = Form(expected="a name in lower case with digits and dashes", pattern=r"[a-z0-9]+(?:-[a-z0-9]+)*")
PATH = Form(expected="a path inside the repository", pattern=_INSIDE)
OUTPUT = Form(expected="a folder, named from the SPA's own", pattern=rf"(?![/\\]|[A-Za-z]:[/\\]){_LINE}+")
GLOB = Form(expected="a glob inside the repository", pattern=_INSIDE)
SDK = Form(expected='a version such as "10.0"', pattern=r"[1-9][0-9]?(?:\.[0-9])?(?:\.[A-Za-z0-9_.-]+)?")
NODE = Form(expected='a version such as "22"', pattern=r"v?[0-9]{1,3}(?:\.[0-9]+){0,2}")
PACKAGE_MANAGER = Form(
    expected='a package manager with its version such as "pnpm@10"',
    pattern=r"(?:npm|pnpm|yarn)@[0-9]{1,3}(?:\.[0-9]+){0,2}",
)
TAG = Form(expected='a version such as "16"', pattern=r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
URL = Form(
    expected="an http or https address without user name, password or query",
    pattern=r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:/[^\s?#\x00-\x1f]*)?",
)
ROUTE = Form(expected='the path of an address such as "/health"', pattern=r"/[!-~]*")
# In capitals, so that a token which somebody pasted is not taken for a name and printed.
SECRET_NAME = Form(
    expected="the NAME of an environment variable, in capitals", pattern=r"[A-Z_][A-Z0-9_]{0,63}", hidden=True
)
VARIABLE = Form(
    expected="the name of an environment variable (letters, digits, _; a : is written __)",
    pattern=r"[A-Za-z_][A-Za-z0-9_]*",
)
OWN_VARIABLE = Form(
    expected="the name of an environment variable that no program here reads for itself (not PATH, LD_…, DOTNET_…)",
    pattern=r"(?!(?:PATH$|LD_|DOTNET_|ASPNETCORE_))[A-Za-z_][A-Za-z0-9_]*",
)
IMAGE = Form(
    expected="an image reference",
    pattern=r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]+)?/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*"
    r"(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?",
)
REPOSITORY = Form(
    expected='a repository such as "registry.example.com/team/shop", without tag',
    pattern=r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]+)?/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*"
    r"(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*",
)
# Each has its start values in plan/make.py and its image in run/images; a test compares them.
SERVICE = one_of("postgres", "redis")
TOOL = one_of("dotnet", "aspnet", "node", "python", "trivy", "flyctl", *SERVICE.choices)
# From which level on a finding is red; the levels of parse/weakness.py.
LEVEL = one_of("unknown", "low", "medium", "high", "critical", "never")
BUILDER = one_of("pipeline", "dockerfile")
VARIANT = one_of("", "debian", "ubuntu", "alpine", "chiseled")
GLOBALIZATION = one_of("", "icu", "invariant")
PLATFORM = one_of("linux/amd64", "linux/arm64")
SECONDS = Form(expected='a time such as "10 s"', pattern=r"[1-9][0-9]{0,2} s")
DAYS = Form(expected='a number of days such as "7 days"', pattern=r"[0-9]{1,3} days?")
REGION = Form(expected='a region such as "fra"', pattern=r"[a-z]{3}")
MEMORY = Form(expected='an amount of memory such as "512 MB" or "1 GB"', pattern=r"[1-9][0-9]{0,5} (?:MB|GB)")
VOLUME = Form(expected="the name of a volume, in lower case with digits and _", pattern=r"[a-z0-9_]{1,30}")
# How flyctl replaces machines.
ROLLING, IMMEDIATE, CANARY, BLUEGREEN = "rolling", "immediate", "canary", "bluegreen"
STRATEGY = one_of("", ROLLING, IMMEDIATE, CANARY, BLUEGREEN)
# A value that somebody wrote instead of where it comes from is not repeated.
PROVIDER = Form(
    expected="where the value comes from: env:NAME or file:PATH, or nothing where somebody else sets it",
    pattern=rf"|env:[A-Za-z_][A-Za-z0-9_]*|file:{_INSIDE}",
    hidden=True,
)
HOST = Form(
    expected='a registry such as "registry.fly.io"',
    pattern=r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?",
)
LICENCE = _Licence(expected="an SPDX licence id such as MIT or GPL-3.0-only", pattern=r"[A-Za-z0-9.+-]+")
