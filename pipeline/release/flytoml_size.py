"""The size of machines, as flyctl makes it of a `[[vm]]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.release.flytoml import DEFAULT_SIZE, Size

if TYPE_CHECKING:
    from pipeline.release.flytoml_table import Table

_GPUS = ("a100-40gb", "a100-80gb", "l40s", "a10")
_SHARED, _PERFORMANCE = 256, 2048
# Presets of fly-go, as what one processor brings; those with a GPU have eight of them.
_SIZES = {
    **{f"shared-cpu-{n}x": ("shared", n, n * _SHARED) for n in (1, 2, 4, 6, 8)},
    **{f"performance-{n}x": ("performance", n, n * _PERFORMANCE) for n in (1, 2, 4, 6, 8, 10, 12, 14, 16)},
    **dict.fromkeys(_GPUS, ("performance", 8, 16 * _PERFORMANCE)),
}


def size(table: Table) -> Size:
    """Return a size: what its name brings, and what is said over that."""
    has_gpu = bool(table.content.get("gpu_kind") or table.content.get("gpus"))
    name = table.text("size") or (_GPUS[0] if has_gpu else DEFAULT_SIZE)
    kind, cpus, memory = _SIZES.get(name, ("", 0, 0))
    return Size(
        place=table.place,
        name=name,
        memory=table.number("memory_mb") or table.megabytes("memory") or memory,
        cpus=table.number("cpus") or cpus,
        cpu_kind=table.text("cpu_kind") or kind,
        has_gpu=has_gpu or name in _GPUS,
        is_known=name in _SIZES,
        processes=table.texts("processes"),
    )
