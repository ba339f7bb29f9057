"""What `yarn install` prints when it fails: lines with a number of Yarn 2 and later, lines with `error` of Yarn 1."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.parse import npm_log
from pipeline.parse.model import Finding, Parsed, Severity
from pipeline.parse.paths import relative
from pipeline.parse.text import lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NUMBERED = re.compile(r"^➤ (YN[0-9]{4}): [│·┌└] ?(.*)$")
_CLASSIC = re.compile(r"^error (\S.*)$")
_REASON = re.compile(r"^  (Response Code|Request URL): ")
# Numbers that tell what Yarn does, and that a step ended: no reasons.
_TOLD = frozenset({"YN0000", "YN0002", "YN0007", "YN0008", "YN0013", "YN0019", "YN0060", "YN0085", "YN0086"})
_SAID = 8

_STALE = "run `yarn install` on your machine and commit yarn.lock"
_LOCKED = "the package is not the locked one; if that is right, run `yarn install --check-cache` and commit yarn.lock"
_HELP: Mapping[str, str] = {
    "YN0028": _STALE,
    "YN0018": _LOCKED,
    "YN0041": "the registry wants a login; check the token in .yarnrc.yml",
    "YN0035": "check the package's name, and the registry and its credentials in .yarnrc.yml",
}
_FILE = {"YN0028": "yarn.lock", "YN0018": "yarn.lock", "stale": "yarn.lock", "integrity": "yarn.lock"}
# Yarn 1 has no numbers: what its sentence holds, and what that is called here.
_SENTENCES: Mapping[str, tuple[str, str]] = {
    "Your lockfile needs to be updated": ("stale", _STALE),
    "Integrity check failed": ("integrity", "the package is not the locked one; if that is right, lock it again"),
    'Request failed "404': ("404", "check the package's name, and the registry and its credentials in .npmrc"),
    'Request failed "401': ("401", "the registry wants a login; check the token in .npmrc"),
    'Request failed "5': ("registry", npm_log.NETWORK),
    "is incompatible with this module": (
        "engine",
        "package.json wants another Node version; set it in .nvmrc or `engines`",
    ),
}
_DOWN = re.compile(r"Response Code: 5[0-9]{2}\b")


def parse(text: str, root: str, prefix: str = "") -> Parsed:
    """Return one error finding for a failed install, npm's where it could not install Yarn."""
    said = lines(text)
    brought = npm_log.parse(text, root, prefix).findings
    classic = next((match[1] for line in said if (match := _CLASSIC.match(line))), "")
    failed = _classic(classic, root, prefix) if classic else _numbered(said, root, prefix)
    return Parsed(findings=(*brought, *([failed] if failed else [])))


def _classic(sentence: str, root: str, prefix: str) -> Finding:
    known = next((value for words, value in _SENTENCES.items() if words in sentence), None)
    unreached = any(code in sentence for code in npm_log.UNREACHED)
    rule, help_ = known or ("network" if unreached else "yarn", npm_log.NETWORK if unreached else "")
    return _finding(rule, sentence.removeprefix("Error: "), help_, relative(_FILE.get(rule, ""), root, prefix))


def _numbered(said: Sequence[str], root: str, prefix: str) -> Finding | None:
    found = [(match[1], match[2]) for line in said if (match := _NUMBERED.match(line)) and match[1] not in _TOLD]
    if not any("Failed with errors" in line for line in said) or not found:
        return None
    # Each line that differs in the lock file has the number too: the last one is the sentence.
    code = found[-1][0]
    own = [words for number, words in found if number == code]
    message = own[-1:] if code == "YN0028" else [words.strip() for words in own if not _REASON.match(words)][:_SAID]
    changed = [words for words in own[:-1] if words.startswith(("+", "-"))][:_SAID] if code == "YN0028" else []
    unreached = any(name in " ".join(own) for name in npm_log.UNREACHED) or any(_DOWN.search(words) for words in own)
    help_ = npm_log.NETWORK if unreached else _HELP.get(code, "")
    return _finding(code, "\n".join([*message, *changed]), help_, relative(_FILE.get(code, ""), root, prefix))


def _finding(rule: str, message: str, help_: str, file: str | None) -> Finding:
    return Finding(rule=rule, severity=Severity.ERROR, message=message, tool="yarn", file=file, help=help_)
