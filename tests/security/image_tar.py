"""A container image as `docker save` writes it, made by the tests: Debian's package list, an application, secrets."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

OS_RELEASE = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n'
PACKAGE = (
    "Package: {name}\nStatus: install ok installed\nMaintainer: Debian <x@debian.org>\nArchitecture: amd64\n"
    "Source: {source}\nVersion: {version}\nDescription: a package\n\n"
)
STATUS = PACKAGE.format(name="libssl3", source="openssl", version="3.0.8-1")
DEPS = {
    "runtimeTarget": {"name": ".NETCoreApp,Version=v8.0"},
    "targets": {
        ".NETCoreApp,Version=v8.0": {
            "Hello/1.0.0": {"dependencies": {"Newtonsoft.Json": "12.0.1"}, "runtime": {"Hello.dll": {}}},
            "Newtonsoft.Json/12.0.1": {"runtime": {"lib/netstandard2.0/Newtonsoft.Json.dll": {}}},
        }
    },
    "libraries": {
        "Hello/1.0.0": {"type": "project", "serviceable": False, "sha512": ""},
        "Newtonsoft.Json/12.0.1": {"type": "package", "serviceable": True, "sha512": "sha512-x"},
    },
}
FILES: Mapping[str, str] = {
    "etc/os-release": OS_RELEASE,
    "etc/debian_version": "12.8\n",
    "var/lib/dpkg/status": STATUS,
    "app/Hello.deps.json": json.dumps(DEPS),
}


def layer(files: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, text in sorted(files.items()):
            _add(tar, name, text.encode())
    return out.getvalue()


def write(
    target: Path, files: Mapping[str, str] = FILES, env: tuple[str, ...] = (), above: Mapping[str, str] | None = None
) -> Path:
    """Write the image, with the files of another layer `above` its first; the same input gives the same bytes."""
    layers = [layer(files), *([layer(above)] if above else [])]
    digests = [hashlib.sha256(content).hexdigest() for content in layers]
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Env": ["PATH=/usr/bin", *env], "User": "1654"},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}" for digest in digests]},
        "history": [{"created_by": "COPY", "created": "2026-01-01T00:00:00Z"} for _ in layers],
    }
    text = json.dumps(config).encode()
    name = f"{hashlib.sha256(text).hexdigest()}.json"
    manifest = [{"Config": name, "RepoTags": [], "Layers": [f"{digest}/layer.tar" for digest in digests]}]
    with tarfile.open(target, "w") as tar:
        for digest, content in zip(digests, layers, strict=True):
            _add(tar, f"{digest}/layer.tar", content)
        _add(tar, name, text)
        _add(tar, "manifest.json", json.dumps(manifest).encode())
    return target


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    tar.addfile(entry, io.BytesIO(content))
