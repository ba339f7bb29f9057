"""usage: python3 -m pipeline.oci SPEC FOLDER REPORT.

Packs the images that SPEC (a JSON object) asks for, one archive for each platform in FOLDER. REPORT tells of each, or
what is wrong; the judge decides.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pipeline.oci import layout, pack
from pipeline.oci.spec import Spec

VERSION = 1


def main(spec: str, folder: str, report: str) -> None:
    """Write the report, whatever the bases are."""
    wanted = Spec.read(json.loads(Path(spec).read_text(encoding="utf-8")))
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    made: tuple[pack.Image, ...] = ()
    digest, problem = "", ""
    try:
        made = pack.images(wanted, target)
        digest = made[0].digest if len(made) == 1 else index(made, target)
    except ValueError as error:
        problem = str(error)
    write(Path(report), made, digest, problem)


def write(report: Path, made: tuple[pack.Image, ...], digest: str, problem: str) -> None:
    """Write the report, and say the same in the log."""
    found = {"version": VERSION, "problem": problem, "digest": digest, "images": [image.as_json() for image in made]}
    report.write_text(json.dumps(found, indent=1), encoding="utf-8")
    for image in made:
        print(f"{image.platform} {image.digest}")
        for name, blob in image.layers:
            print(f"  {name:<10} {blob.size:>11} {blob.digest}")
    print(problem or digest)


def index(images: tuple[pack.Image, ...], target: Path) -> str:
    """Write what lets a registry answer each platform with its own image; return its digest."""
    entries = []
    for image in images:
        system, _, machine = image.platform.partition("/")
        described = layout.Descriptor(media_type=layout.MANIFEST, digest=image.digest, size=image.size)
        entries.append({**described.as_json(), "platform": {"os": system, "architecture": machine}})
    content = layout.canonical({"schemaVersion": 2, "mediaType": layout.INDEX, "manifests": entries})
    (target / "index.json").write_bytes(content)
    return layout.Descriptor.of(layout.INDEX, content).digest


if __name__ == "__main__":
    main(*sys.argv[1:])
