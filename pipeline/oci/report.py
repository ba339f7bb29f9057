"""What a program tells of the images that it left in a folder; the judge decides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.oci import layout

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.oci.pack import Image

VERSION = 1


def write(report: Path, folder: Path, make: Callable[[], tuple[Image, ...]]) -> None:
    """Write the report, whatever becomes of the images, and say the same in the log.

    Args:
        report: the file to write.
        folder: holds an archive for each platform, and gets the index over them where there are several.
        make: returns the images, at least one; its ValueError is told as the problem.

    """
    made: tuple[Image, ...] = ()
    digest, problem = "", ""
    try:
        made = make()
        digest = made[0].digest if len(made) == 1 else _index(made, folder)
    except ValueError as error:
        problem = str(error)
    found = {"version": VERSION, "problem": problem, "digest": digest, "images": [image.as_json() for image in made]}
    report.write_text(json.dumps(found, indent=1), encoding="utf-8")
    for image in made:
        print(f"{image.platform} {image.digest}")
        for name, blob in image.layers:
            print(f"  {name:<10} {blob.size:>11} {blob.digest}")
    print(problem or digest)


def _index(images: tuple[Image, ...], folder: Path) -> str:
    """Write what lets a registry answer each platform with its own image; return its digest."""
    entries = []
    for image in images:
        system, _, machine = image.platform.partition("/")
        described = layout.Descriptor(media_type=layout.MANIFEST, digest=image.digest, size=image.size)
        entries.append({**described.as_json(), "platform": {"os": system, "architecture": machine}})
    content = layout.canonical({"schemaVersion": 2, "mediaType": layout.INDEX, "manifests": entries})
    (folder / "index.json").write_bytes(content)
    return layout.Descriptor.of(layout.INDEX, content).digest
