"""How large the image of examples/incidents is, and how long it takes, beside one from a Dockerfile written by hand.

usage: PIPELINE_NUGET_FEED=DIR python bench/image.py [BUILD]

BUILD is another builder's command for the same Dockerfile, such as 'docker build .': the engine runs every stage of a
Dockerfile again after any edit, a builder that compares files does not. Needs a Dagger engine and nothing else that
works on it. Runs about ten minutes on two cores.
"""

from __future__ import annotations

import os
import shlex
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

    def __init__(self, folder: Path, feed: str, build: list[str]) -> None:
        super().__init__(folder, feed)
        self.build = build
        shutil.copy(ROOT / "bench" / "image.Dockerfile", folder / "Dockerfile")

    def ours(self, *words: str, fresh: bool = False) -> float:
        flags = (f"--nuget-feed={self.feed}", f"--settings={NO_SCANS}", *(("--fresh",) if fresh else ()))
        return self.call(*flags, "image", *(words or ("sync",)))

    def theirs(self, *words: str) -> float:
        build = ["dagger", "--progress=plain", "core", "host", "directory", "--path=.", "docker-build"]
        return timed([*build, *(words or ("sync",))], self.context)

    def each(self, *, fresh: bool = False) -> list[float]:
        """Return the seconds of ours, of the engine's build of the Dockerfile, and of another builder's."""
        others = [timed(self.build, self.context)] if self.build else []
        return [self.ours(fresh=fresh), self.theirs(), *others]

    def sizes(self) -> list[int]:
        """Return the bytes that a platform pulls, of ours and of theirs."""
        found = []
        for name, build in (("ours", self.ours), ("theirs", self.theirs)):
            file = self.context / f"{name}.tar"
            build("as-tarball", "--forced-compression=Gzip", "export", f"--path={file}")
            found.append(sum(layer.size for layer in Archive(file).layers))
        return found


def measure(bench: Images) -> str:
    bench.each()
    bench.nothing("nothing")
    *unchanged, empty = _medians([[*bench.each(), bench.nothing("nothing")] for _ in range(ROUNDS)])
    rows = [("unchanged", unchanged)]
    for name, path in (("one-line TSX edit", TSX), ("one-line C# edit", CSHARP)):
        rounds = []
        for _ in range(ROUNDS):
            bench.edit(path)
            rounds.append(bench.each())
        rows.append((name, _medians(rounds)))
    bench.chill()
    rows.append(("cold", bench.each(fresh=True)))
    ours, theirs = bench.sizes()
    builders = ["the engine", *bench.build[:1]]
    sizes = f"| bytes to pull | {ours / 1e6:.1f} MB | {theirs / 1e6:.1f} MB | {ours / theirs:.3f} |"
    lines = [
        f"| examples/incidents | `dagger call image` |{''.join(f' Dockerfile, {one} | ratio |' for one in builders)}",
        f"|---|---|{'---|---|' * len(builders)}",
        *(_row(name, *seconds) for name, seconds in rows),
        f"| a call of an empty module, never cached | {empty:.1f} s |{' | |' * len(builders)}",
        f"{sizes}{' | |' * len(bench.build[:1])}",
    ]
    return "\n".join(lines)


def _row(name: str, ours: float, *theirs: float) -> str:
    return f"| {name} | {ours:.1f} s |{''.join(f' {one:.1f} s | {ours / one:.2f} |' for one in theirs)}"


def _medians(rounds: list[list[float]]) -> list[float]:
    return [statistics.median(column) for column in zip(*rounds, strict=True)]


def main() -> None:
    feed = os.environ.get("PIPELINE_NUGET_FEED")
    if not feed:
        sys.exit("PIPELINE_NUGET_FEED must name a folder of NuGet packages")
    with tempfile.TemporaryDirectory() as folder:
        print(measure(Images(Path(folder, "bench"), feed, shlex.split(" ".join(sys.argv[1:])))))


if __name__ == "__main__":
    main()
