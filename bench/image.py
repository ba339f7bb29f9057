"""How large the image of examples/incidents is, and how long it takes, beside one from a Dockerfile written by hand.

usage: PIPELINE_NUGET_FEED=DIR python bench/image.py

Needs a Dagger engine and nothing else that works on it. Runs about ten minutes on two cores.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from ci import CSHARP, NO_SCANS, ROOT, TSX, Bench, timed  # a script's neighbour

from pipeline.oci.layout import Archive

ROUNDS = 3


class Images(Bench):
    """The same application for both ways."""

    def __init__(self, folder: Path, feed: str) -> None:
        super().__init__(folder, feed)
        shutil.copy(ROOT / "bench" / "image.Dockerfile", folder / "Dockerfile")

    def ours(self, *words: str, fresh: bool = False) -> float:
        flags = (f"--nuget-feed={self.feed}", f"--settings={NO_SCANS}", *(("--fresh",) if fresh else ()))
        return self.call(*flags, "image", *(words or ("sync",)))

    def theirs(self, *words: str) -> float:
        build = ["dagger", "--progress=plain", "core", "host", "directory", "--path=.", "docker-build"]
        return timed([*build, *(words or ("sync",))], self.context)

    def sizes(self) -> list[int]:
        """Return the bytes that a platform pulls, of ours and of theirs."""
        found = []
        for name, build in (("ours", self.ours), ("theirs", self.theirs)):
            file = self.context / f"{name}.tar"
            build("as-tarball", "--forced-compression=Gzip", "export", f"--path={file}")
            found.append(sum(layer.size for layer in Archive(file).layers))
        return found


def measure(bench: Images) -> str:
    bench.ours()
    bench.theirs()
    rows = [("unchanged", *_medians([(bench.ours(), bench.theirs()) for _ in range(ROUNDS)]))]
    for name, path in (("one-line TSX edit", TSX), ("one-line C# edit", CSHARP)):
        pairs = []
        for _ in range(ROUNDS):
            bench.edit(path)
            pairs.append((bench.ours(), bench.theirs()))
        rows.append((name, *_medians(pairs)))
    bench.chill()
    rows.append(("cold", bench.ours(fresh=True), bench.theirs()))
    ours, theirs = bench.sizes()
    lines = [
        "| examples/incidents | `dagger call image` | Dockerfile | ratio |",
        "|---|---|---|---|",
        *(f"| {name} | {a:.1f} s | {b:.1f} s | {a / b:.2f} |" for name, a, b in rows),
        f"| bytes to pull | {ours / 1e6:.1f} MB | {theirs / 1e6:.1f} MB | {ours / theirs:.3f} |",
    ]
    return "\n".join(lines)


def _medians(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    ours, theirs = zip(*pairs, strict=True)
    return statistics.median(ours), statistics.median(theirs)


def main() -> None:
    feed = os.environ.get("PIPELINE_NUGET_FEED")
    if not feed:
        sys.exit("PIPELINE_NUGET_FEED must name a folder of NuGet packages")
    with tempfile.TemporaryDirectory() as folder:
        print(measure(Images(Path(folder, "bench"), feed)))


if __name__ == "__main__":
    main()
