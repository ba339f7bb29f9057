from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pipeline.run import flyctl

if TYPE_CHECKING:
    from pathlib import Path


def test_what_a_killed_call_left_is_taken_away(tmp_path: Path) -> None:
    """Whoever kills everything at once leaves nobody to do it: nothing in use, new or of another kind goes with it."""
    for name in ("pipeline-fly-left", "pipeline-fly-used", "pipeline-fly-new", "other", "target"):
        (tmp_path / name / "state").mkdir(parents=True)
        (tmp_path / name / "state" / "token").write_text("x")
    (tmp_path / "pipeline-fly-link").symlink_to(tmp_path / "target")
    (tmp_path / "pipeline-fly-file").write_text("x")
    for one in tmp_path.iterdir():
        os.utime(one, (1000, 1000), follow_symlinks=False)
    os.utime(tmp_path / "pipeline-fly-new", (2000, 2000))
    with flyctl._in_use(tmp_path / "pipeline-fly-used"):
        flyctl.sweep(tmp_path, 2030)
    assert {one.name for one in tmp_path.iterdir()} == {
        "pipeline-fly-used",
        "pipeline-fly-new",
        "pipeline-fly-link",
        "pipeline-fly-file",
        "other",
        "target",
    }
