"""Does something beside a block of code, for as long as the block runs."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine


@asynccontextmanager
async def beside(work: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Run `work` until the block ends, or `work` does; what the block raises is raised as it is, in no group."""
    try:
        async with anyio.create_task_group() as group:
            group.start_soon(work)
            try:
                yield
            finally:
                group.cancel_scope.cancel()
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None
