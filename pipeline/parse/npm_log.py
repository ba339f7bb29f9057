"""What `npm ci` prints: the reason of a failure, and install scripts that nobody has looked at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.parse.model import Finding, Parsed, Severity
from pipeline.parse.paths import relative
from pipeline.parse.text import lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ERROR = re.compile(r"^npm (?:error|ERR!)(?: (.*))?$")
_SCRIPTS = re.compile(r"^npm (?:warn|WARN) install-scripts ?(.*)$")
_CODE = re.compile(r"^code (\S{1,40})$")
_LABEL = re.compile(r"^(?:notarget|network) ?")
_NOISE = re.compile(
    r"^(?:$|\}$|404$|\[?-|at |(?:code|errno|syscall|path) |(?:code|errno|syscall|address|port|type): "
    r"|A complete log of this run|Clean install a project|For a full report|If you are behind a proxy"
    r"|Usage:|npm ci$|Options:|aliases: |Run \"npm help)",
)
_SAID = 8

_STALE = "package-lock.json does not fit package.json"
NETWORK = "the package registry could not be reached; try again, or set `npm.registry` in a closed network"
UNREACHED = ("ENOTFOUND", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EAI_AGAIN", "ERR_SOCKET_TIMEOUT")
_APPROVE = "look at the scripts, then `npm install-scripts approve PACKAGE` and commit package.json"
_HELP: Mapping[str, str] = {
    "EUSAGE": "run `npm install` on your machine and commit package-lock.json",
    "ERESOLVE": "two packages want different versions of a third; change one, or add `overrides` to package.json",
    "ETARGET": "this version does not exist in the registry; correct it in package.json",
    "E404": "check the package's name, and the registry and its credentials in .npmrc",
    "E401": "the registry wants a login; check the token in .npmrc",
    "E403": "the registry refuses; check the token's rights",
    "EINTEGRITY": "the package is not the locked one; if that is right, delete its entry and run `npm install`",
    "EBADENGINE": "package.json wants another Node version; set it in .nvmrc or `engines`",
    "ESTRICTALLOWSCRIPTS": _APPROVE,
    "EJSONPARSE": "mend package.json at the place shown",
    **dict.fromkeys(UNREACHED, NETWORK),
}
_FILE = {"EUSAGE": "package-lock.json", "EINTEGRITY": "package-lock.json", "ERESOLVE": "package.json"}


def parse(text: str, root: str, prefix: str = "") -> Parsed:
    """Return one error finding for a failed install, and a warning for scripts without approval.

    npm exits with 0 over such scripts, whether it ran them or not; the finding quotes it. Deprecations and
    other warnings are left out.
    """
    said = lines(text)
    errors = [match[1] or "" for line in said if (match := _ERROR.match(line))]
    scripts = [match[1].strip() for line in said if (match := _SCRIPTS.match(line))]
    found = ([_failure(errors, root, prefix)] if errors else []) + _unapproved(scripts, root, prefix)
    return Parsed(findings=tuple(found))


def _failure(errors: Sequence[str], root: str, prefix: str) -> Finding:
    code = next((match[1] for line in errors if (match := _CODE.match(line))), "npm")
    message = _usage(errors) if code == "EUSAGE" else _message(errors)
    missing_lock = code == "EUSAGE" and not message.startswith(_STALE)
    file = "package.json" if missing_lock else _FILE.get(code, "")
    return Finding(
        rule=f"exit-{code}" if code.isdigit() else code,
        severity=Severity.ERROR,
        message=message,
        tool="npm",
        file=relative(file, root, prefix),
        help=_HELP.get(code, NETWORK if re.fullmatch(r"E5[0-9]{2}", code) else ""),
    )


def _usage(errors: Sequence[str]) -> str:
    if not any("in sync" in line for line in errors):
        return "package-lock.json is missing" if any("existing" in line for line in errors) else _message(errors)
    entries = [line for line in errors if line.startswith(("Missing: ", "Invalid: "))]
    more = [f"and {len(entries) - _SAID} more"] if len(entries) > _SAID else []
    return "\n".join([_STALE, *entries[:_SAID], *more])


def _message(errors: Sequence[str]) -> str:
    plain = (_LABEL.sub("", line).rstrip() for line in errors)
    kept = [line for line in plain if not _NOISE.match(line.strip())]
    return "\n".join(dict.fromkeys(kept[:_SAID])) or "npm failed without saying why"


def _unapproved(scripts: Sequence[str], root: str, prefix: str) -> list[Finding]:
    if not scripts:
        return []
    packages = [line for line in scripts if re.match(r"^\S+@\S+ \(", line)]
    return [
        Finding(
            rule="install-scripts",
            severity=Severity.WARNING,
            message="\n".join([scripts[0], *packages[:_SAID]]),
            tool="npm",
            file=relative("package.json", root, prefix),
            help=_APPROVE,
        ),
    ]
