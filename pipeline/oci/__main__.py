"""usage: python3 -m pipeline.oci SPEC FOLDER REPORT.

Packs the images that SPEC (a JSON object) asks for, one archive for each platform in FOLDER. REPORT tells of each, or
what is wrong; the judge decides.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pipeline.oci import pack, report
from pipeline.oci.spec import Spec


def main(spec: str, folder: str, told: str) -> None:
    """Write the report, whatever the bases are."""
    wanted = Spec.read(json.loads(Path(spec).read_text(encoding="utf-8")))
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    report.write(Path(told), target, lambda: pack.images(wanted, target))


if __name__ == "__main__":
    main(*sys.argv[1:])
