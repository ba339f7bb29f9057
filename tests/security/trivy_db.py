"""A Trivy vulnerability database made by the tests: a few planted advisories, the same bytes every time.

Trivy reads bbolt: pages of 4096 bytes, two meta pages, a list of free pages, and one leaf per bucket. A leaf may be
as long as it has to be, so that a small database needs no branch pages.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PAGE = 4096
LEAF, META, FREELIST = 0x02, 0x04, 0x10
HEADER = struct.Struct("<QHHI")  # page id, flags, count, further pages
ELEMENT = struct.Struct("<IIII")  # flags, position from here, key size, value size
BUCKET = struct.Struct("<QQ")  # root page, sequence
MAGIC, VERSION = 0xED0CDAED, 2

# A bucket maps names to further buckets or to values, which become JSON.
Bucket = dict[str, "Bucket | bytes"]


def fnv(data: bytes) -> int:
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


class Pages:
    """Pages in the order in which they get their numbers."""

    def __init__(self) -> None:
        self.blocks: list[bytes] = []
        self.next = 3  # 0 and 1 are the metas, 2 the free list

    def leaf(self, items: Mapping[str, Bucket | bytes]) -> int:
        """Write a bucket and those inside it; return its page."""
        encoded = {key.encode(): value for key, value in items.items()}
        entries = [(key, *self._value(encoded[key])) for key in sorted(encoded)]
        heads, bodies = b"", b""
        for n, (key, flags, value) in enumerate(entries):
            position = (len(entries) - n) * ELEMENT.size + len(bodies)
            heads += ELEMENT.pack(flags, position, len(key), len(value))
            bodies += key + value
        size = HEADER.size + len(heads) + len(bodies)
        more = (size - 1) // PAGE
        number = self.next
        self.next += 1 + more
        block = HEADER.pack(number, LEAF, len(entries), more) + heads + bodies
        self.blocks.append(block.ljust((1 + more) * PAGE, b"\0"))
        return number

    def _value(self, value: Bucket | bytes) -> tuple[int, bytes]:
        return (0, value) if isinstance(value, bytes) else (1, BUCKET.pack(self.leaf(value), 0))


def bolt(root: Bucket) -> bytes:
    """Return a bbolt file that holds these buckets."""
    pages = Pages()
    top = pages.leaf(root)
    metas = b""
    for number in (0, 1):
        meta = struct.pack("<IIIIQQQQQ", MAGIC, VERSION, PAGE, 0, top, 0, 2, pages.next, number)
        head = HEADER.pack(number, META, 0, 0)
        metas += (head + meta + struct.pack("<Q", fnv(meta))).ljust(PAGE, b"\0")
    free = HEADER.pack(2, FREELIST, 0, 0).ljust(PAGE, b"\0")
    return metas + free + b"".join(pages.blocks)


def _json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True).encode()


def advisory(patched: str, vulnerable: str, ghsa: str) -> bytes:
    """Return an advisory about a package of npm or NuGet."""
    return _json(
        {
            "PatchedVersions": [patched] if patched else [],
            "VulnerableVersions": [vulnerable],
            "VendorIDs": [ghsa],
        }
    )


def detail(title: str, severity: str) -> bytes:
    return _json({"Title": title, "Description": title, "Severity": severity, "References": []})


NPM = "npm::GitHub Security Advisory Npm"
NUGET = "nuget::GitHub Security Advisory Nuget"
DEBIAN = "debian 12"


def buckets() -> Bucket:
    """Return public advisories about old versions: the canaries, one package of each example, one of the image's OS."""
    return {
        "data-source": {
            NPM: _json({"ID": "ghsa", "Name": "GitHub Security Advisory Npm", "URL": "https://github.com/advisories"}),
            NUGET: _json(
                {"ID": "ghsa", "Name": "GitHub Security Advisory Nuget", "URL": "https://github.com/advisories"}
            ),
            DEBIAN: _json({"ID": "debian", "Name": "Debian Security Tracker", "URL": "https://debian.org"}),
        },
        NPM: {
            "lodash": {"CVE-2021-23337": advisory("4.17.21", "< 4.17.21", "GHSA-35jh-r3h4-6jhm")},
            "minimist": {"CVE-2021-44906": advisory("1.2.6", "< 1.2.6", "GHSA-xvch-5gv4-984h")},
        },
        NUGET: {"newtonsoft.json": {"CVE-2024-21907": advisory("13.0.1", "< 13.0.1", "GHSA-5crp-9r3c-p9vr")}},
        DEBIAN: {"openssl": {"CVE-2023-0464": _json({"FixedVersion": "3.0.9-1"})}},
        "vulnerability": {
            "CVE-2021-23337": detail("Command Injection in lodash", "HIGH"),
            "CVE-2021-44906": detail("Prototype Pollution in minimist", "CRITICAL"),
            "CVE-2024-21907": detail("Improper Handling of Exceptional Conditions in Newtonsoft.Json", "HIGH"),
            "CVE-2023-0464": detail("Excessive Resource Usage Verifying X.509 Policy Constraints", "HIGH"),
        },
    }


def write(folder: Path, content: Bucket | None = None, updated: str = "2026-01-01T00:00:00Z", schema: int = 2) -> Path:
    """Write `db/trivy.db` and its metadata below `folder`; return the folder."""
    (folder / "db").mkdir(parents=True, exist_ok=True)
    (folder / "db" / "trivy.db").write_bytes(bolt(buckets() if content is None else content))
    metadata = {"Version": schema, "NextUpdate": updated, "UpdatedAt": updated, "DownloadedAt": updated}
    (folder / "db" / "metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
    return folder
