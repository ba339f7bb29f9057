"""usage: python3 -m pipeline.oci.describe FOLDER REPORT.

Tells of the images that something else put into FOLDER, an archive for each platform, as `pipeline.oci` of its own.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.oci import report
from pipeline.oci.layout import MANIFEST, Archive, Descriptor
from pipeline.oci.pack import Image


def main(folder: str, told: str) -> None:
    """Write the report, whatever the archives are."""
    report.write(Path(told), Path(folder), lambda: _images(Path(folder)))


def _images(folder: Path) -> tuple[Image, ...]:
    made = tuple(_image(path) for path in sorted(folder.glob("*.tar")))
    if not made:
        problem = f"there is no image in {folder}"
        raise ValueError(problem)
    return made


def _image(path: Path) -> Image:
    archive = Archive(path)
    asked = path.stem.replace("-", "/", 1)
    if archive.platform != asked:
        problem = f"the Dockerfile made an image for {archive.platform} when {asked} was asked for"
        raise ValueError(problem)
    top = Descriptor.of(MANIFEST, archive.content)
    layers = tuple(("dockerfile", layer) for layer in archive.layers)
    return Image(platform=asked, digest=top.digest, size=top.size, archive=path.name, layers=layers)


if __name__ == "__main__":
    main(*sys.argv[1:])
