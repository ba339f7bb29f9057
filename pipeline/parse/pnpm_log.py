"""What `pnpm install` prints: the reason of a failure, and build scripts that nobody has approved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.parse import npm_log
from pipeline.parse.model import Finding, Parsed, Severity
from pipeline.parse.paths import relative
from pipeline.parse.text import lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# A code that Node gives, such as ECONNREFUSED, stands where pnpm's own would.
_ERROR = re.compile(r"^\s?(ERR_PNPM_[A-Z0-9_]{1,80}|E[A-Z_]{3,40})\s{1,2}(\S.*)$")
_DETAIL = re.compile(r"^(?:\* |specifiers in the lockfile)")
_IGNORED = re.compile(r"Ignored build scripts: (.{1,2000}?)(?:\.?\s*│|\.?$)")
_SAID = 8

_STALE = "run `pnpm install` on your machine and commit pnpm-lock.yaml"
_HELP: Mapping[str, str] = {
    "ERR_PNPM_OUTDATED_LOCKFILE": _STALE,
    "ERR_PNPM_LOCKFILE_CONFIG_MISMATCH": _STALE,
    "ERR_PNPM_NO_LOCKFILE": _STALE,
    "ERR_PNPM_LOCKFILE_BREAKING_CHANGE": "another version of pnpm wrote the lock file: name it in `packageManager`",
    "ERR_PNPM_UNSUPPORTED_ENGINE": "package.json wants another version of Node or pnpm; set `engines`, or name pnpm's "
    "version in `packageManager`",
    "ERR_PNPM_TARBALL_INTEGRITY": "the package is not the locked one; if that is right, lock it again",
    "ERR_PNPM_IGNORED_BUILDS": "look at the scripts, then run `pnpm approve-builds` and commit what it writes",
    "ERR_PNPM_FETCH_401": "the registry wants a login; check the token in .npmrc",
    "ERR_PNPM_FETCH_403": "the registry refuses; check the token's rights",
    "ERR_PNPM_FETCH_404": "check the package's name, and the registry and its credentials in .npmrc",
}
_FILE = {
    "ERR_PNPM_OUTDATED_LOCKFILE": "pnpm-lock.yaml",
    "ERR_PNPM_LOCKFILE_CONFIG_MISMATCH": "pnpm-lock.yaml",
    "ERR_PNPM_LOCKFILE_BREAKING_CHANGE": "pnpm-lock.yaml",
    "ERR_PNPM_TARBALL_INTEGRITY": "pnpm-lock.yaml",
    "ERR_PNPM_NO_LOCKFILE": "package.json",
    "ERR_PNPM_IGNORED_BUILDS": "package.json",
}


def parse(text: str, root: str, prefix: str = "") -> Parsed:
    """Return one error finding for a failed install, npm's where it could not install pnpm, and ignored scripts."""
    said = lines(text)
    brought = npm_log.parse(text, root, prefix).findings
    error = next((match for line in said if (match := _ERROR.match(line))), None)
    failed = (_failure(error, said, root, prefix),) if error else ()
    return Parsed(findings=(*brought, *failed, *_ignored(said, root, prefix)))


def _failure(error: re.Match[str], said: Sequence[str], root: str, prefix: str) -> Finding:
    code = error[1]
    details = [line.strip() for line in said if _DETAIL.match(line.strip())] if code in _HELP else []
    return Finding(
        rule=code,
        severity=Severity.ERROR,
        message="\n".join([error[2].replace("<ROOT>/", ""), *details[:_SAID]]),
        tool="pnpm",
        file=relative(_FILE.get(code, ""), root, prefix),
        help=_HELP.get(code, npm_log.NETWORK if code in npm_log.UNREACHED or "FETCH_5" in code else ""),
    )


def _ignored(said: Sequence[str], root: str, prefix: str) -> tuple[Finding, ...]:
    found = next((match for line in said if (match := _IGNORED.search(line))), None)
    if found is None or any("ERR_PNPM_IGNORED_BUILDS" in line for line in said):
        return ()
    return (
        Finding(
            rule="install-scripts",
            severity=Severity.WARNING,
            message=f"pnpm did not run the build scripts of {found[1].strip()}",
            tool="pnpm",
            file=relative("package.json", root, prefix),
            help=_HELP["ERR_PNPM_IGNORED_BUILDS"],
        ),
    )
