"""An image with one layer, to build on."""

from __future__ import annotations

import gzip
import io
from typing import TYPE_CHECKING, Any

from pipeline.oci import layout

if TYPE_CHECKING:
    from pathlib import Path

BASE_CONFIG = {
    "architecture": "amd64",
    "os": "linux",
    "created": "2026-01-01T00:00:00Z",
    "config": {
        "Env": ["PATH=/usr/bin", "ASPNETCORE_HTTP_PORTS=80"],
        "Entrypoint": ["/tini"],
        "Labels": {"org.opencontainers.image.version": "24.04", "maker": "somebody"},
    },
    "history": [{"created_by": "debootstrap"}],
}


def base(folder: Path, name: str = "base.tar", **config: Any) -> tuple[Path, layout.Descriptor]:
    """Write it; return the file and the layer."""
    content = gzip.compress(b"a layer", mtime=0)
    blob = layout.Descriptor.of(layout.LAYER, content)
    whole = BASE_CONFIG | {"rootfs": {"type": "layers", "diff_ids": ["sha256:" + "0" * 64]}} | config
    described = layout.canonical(whole)
    own = layout.Descriptor.of(layout.CONFIG, described)
    manifest = layout.canonical({"schemaVersion": 2, "config": own.as_json(), "layers": [blob.as_json()]})
    blobs = [(blob, io.BytesIO(content)), (own, io.BytesIO(described))]
    layout.write(folder / name, manifest, blobs, "base:1")
    return folder / name, blob
