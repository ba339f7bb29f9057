"""Tells a failed network from failed code."""

from __future__ import annotations

import re

from pipeline.parse.text import lines

_SURE = re.compile(
    r"Name or service not known|Temporary failure in name resolution|No such host is known|nodename nor servname"
    r"|Connection (?:refused|reset|timed out)|Network is unreachable|No route to host|The operation has timed out"
    r"|HttpClient\.Timeout|The SSL connection could not be established|response ended prematurely"
    r"|\b(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b"
    r"|npm (?:error|ERR!) code E5[0-9]{2}\b|ERR_PNPM_FETCH_5[0-9]{2}\b|Request failed \"5[0-9]{2}\b"
    r"|Response Code: 5[0-9]{2}\b|does not indicate success: (?:408|429|5[0-9]{2})\b"
    r"|: no such host\b|\bi/o timeout\b|TLS handshake timeout|timed out",
    re.IGNORECASE,
)
_MAYBE = re.compile(r"Unable to load the service index|\bNU1301\b|Failed to download package")
_CONFIGURED = re.compile(
    r"does not indicate success: 4(?!08|29)[0-9]{2}\b|local source .{1,500} doesn't exist",
    re.IGNORECASE,
)

# Lines in which a package manager names the server it asked.
_ASKED = re.compile(
    r"\bNU1301\b|service index|Failed to download|The HTTP request|npm (?:error|ERR!)"
    r"|request to http|Request URL: |Request failed \"|ERR_PNPM_|\b(?:Get|Head) \"http"
)
_HOST = re.compile(
    r"(https?)://(?:[^\s/@'\"]{1,200}@)?([A-Za-z0-9][A-Za-z0-9._-]{0,252}(?::[0-9]{1,5})?)"
    r"|()\(([A-Za-z0-9][A-Za-z0-9._-]{0,252}:[0-9]{1,5})\)"
)
# What the tool itself names as the cause; a retried connection before it was not the end.
_OTHER = re.compile(
    r"npm (?:error|ERR!) code (?:EUSAGE|ERESOLVE|ETARGET|EINTEGRITY|E40[134]|ENOENT|EBADENGINE)\b"
    r"|^ERR_PNPM_(?:OUTDATED_LOCKFILE|NO_LOCKFILE|LOCKFILE_\w+|TARBALL_INTEGRITY|IGNORED_BUILDS|FETCH_4(?!08|29)[0-9]{2})\b"
    r"|error Your lockfile needs|Integrity check failed|Request failed \"4(?!08|29)[0-9]{2}\b"
    r"|YN00(?:18|28): |Response Code: 4(?!08|29)[0-9]{2}\b"
    r"|error NU1(?:004|10[0-9]|403)\b"
)


def host(text: str) -> str:
    """Return the server that a log of such a step complains about, or an empty text."""
    asked = (_HOST.search(line) for line in lines(text) if _ASKED.search(line))
    found = next((match for match in asked if match), None)
    if found is None:
        return ""
    name, plain = found[2] or found[4], {"http": ":80"}.get(found[1] or "", ":443")
    return name.removesuffix(plain)


def fault(text: str) -> str | None:
    """Return the line which shows that the network failed, or None when nothing shows it.

    Only for the logs of steps that fetch (restore, install, pull): a failing test may print the same words.
    A source that answers with 401, 403 or 404 is a matter of configuration, not of the network.
    """
    said = [line.strip() for line in lines(text)]
    if any(_OTHER.search(line) for line in said):
        return None
    sure = next((line for line in said if _SURE.search(line)), None)
    if sure is not None or any(_CONFIGURED.search(line) for line in said):
        return sure
    return next((line for line in said if _MAYBE.search(line)), None)
