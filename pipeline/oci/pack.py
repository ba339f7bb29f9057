"""Puts layers onto a base: the base's own blobs as they are, and a configuration of ours."""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pipeline.oci import layer, layout
from pipeline.oci.layout import CONFIG, MANIFEST, Archive, Descriptor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.oci.spec import Base, Spec

# What the base says of itself there would be said of the application.
_OF_THE_BASE = "org.opencontainers.image."


@dataclass(frozen=True, kw_only=True)
class Image:
    """A packed image: `layers` are pairs of what they are and their blobs, those of the base first."""

    platform: str
    digest: str
    size: int
    archive: str
    layers: tuple[tuple[str, Descriptor], ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as the report has it."""
        layers = [{"name": name, "digest": blob.digest, "bytes": blob.size} for name, blob in self.layers]
        own = {"platform": self.platform, "digest": self.digest, "size": self.size, "archive": self.archive}
        return {**own, "layers": layers}


def images(spec: Spec, target: Path) -> tuple[Image, ...]:
    """Write one archive for each platform below `target`.

    Raises:
        ValueError: a base is no image, or one for another platform than was asked for.

    """
    with tempfile.TemporaryDirectory(dir=target) as scratch:
        packed = []
        for number, content in enumerate(spec.contents):
            file = Path(scratch, str(number))
            made = layer.pack(Path(content.folder), content.to, file)
            if made.files:
                packed.append((content.name, made, file))
        return tuple(_image(spec, base, packed, target) for base in spec.bases)


def _image(spec: Spec, base: Base, packed: list[tuple[str, layer.Layer, Path]], target: Path) -> Image:
    below = Archive(Path(base.archive))
    if below.platform != base.platform:
        problem = (
            f"the registry answered with an image for {below.platform} when {base.platform} was asked for; "
            "name one that has it (images.aspnet), or leave the platform out (image.platforms)"
        )
        raise ValueError(problem)
    config = layout.canonical(_config(spec, below.config, packed))
    described = Descriptor.of(CONFIG, config)
    own = [(name, made.blob) for name, made, _ in packed]
    layers = (*(("base", blob) for blob in below.layers), *own)
    manifest = layout.canonical(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": described.as_json(),
            "layers": [blob.as_json() for _, blob in layers],
            **({"annotations": spec.labels} if spec.labels else {}),
        }
    )
    archive = f"{base.platform.replace('/', '-')}.tar"
    blobs = _blobs(below, [(made.blob, file) for _, made, file in packed], (described, config))
    layout.write(target / archive, manifest, blobs, f"{spec.name}:packed")
    top = Descriptor.of(MANIFEST, manifest)
    return Image(platform=base.platform, digest=top.digest, size=top.size, archive=archive, layers=layers)


def _config(spec: Spec, base: Mapping[str, Any], packed: list[tuple[str, layer.Layer, Path]]) -> dict[str, Any]:
    """Return the configuration: the base's, with our layers and how the application starts."""
    created = spec.created or base.get("created")
    own = dict(base.get("config") or {})
    labels = {k: v for k, v in (own.get("Labels") or {}).items() if not k.startswith(_OF_THE_BASE)}
    names = [*(own.get("Env") or [])]
    names = [pair for pair in names if pair.partition("=")[0] not in spec.env]
    own |= {
        "User": spec.user,
        "WorkingDir": spec.workdir,
        "Cmd": list(spec.command),
        "Env": [*names, *(f"{name}={value}" for name, value in sorted(spec.env.items()))],
        "ExposedPorts": {**(own.get("ExposedPorts") or {}), f"{spec.port}/tcp": {}},
        "Labels": {**labels, **spec.labels},
    }
    own.pop("Entrypoint", None)
    history = [{"created_by": f"pipeline: {name}", **({"created": created} if created else {})} for name, *_ in packed]
    diffs = [*(base.get("rootfs") or {}).get("diff_ids", []), *(made.diff_id for _, made, _ in packed)]
    whole = {
        **{key: base[key] for key in ("architecture", "os", "os.version", "variant") if key in base},
        "config": own,
        "rootfs": {"type": "layers", "diff_ids": diffs},
        "history": [*(base.get("history") or []), *history],
    }
    return {**whole, "created": created} if created else whole


def _blobs(
    base: Archive, own: list[tuple[Descriptor, Path]], config: tuple[Descriptor, bytes]
) -> Iterator[tuple[Descriptor, IO[bytes]]]:
    """Yield what the archive holds, each blob once."""
    written = set()
    for blob, content in base.opened(base.layers):
        written.add(blob.digest)
        yield blob, content
    for blob, file in own:
        if blob.digest not in written:
            written.add(blob.digest)
            with file.open("rb") as content:
                yield blob, content
    yield config[0], io.BytesIO(config[1])
