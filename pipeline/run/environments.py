"""The environment of Fly.io that a call of the module is about, as settings and fly.toml say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.fly import wanted

if TYPE_CHECKING:
    from pipeline.fly.wanted import Wanted
    from pipeline.run.call import Call


async def wanted_of(call: Call) -> Wanted:
    """Return it.

    Raises:
        NotGreen: for what the caller can mend.

    """
    seen = await call.look()
    with call.refusing():
        texts = {name: text for one in seen for name, text in one.facts.texts.items()}
        for one in seen:
            if (name := one.settings.release.config) and name not in texts:
                texts[name] = await call.files.file(name).contents()
        return wanted.of(seen, call.environment, call.app, texts.__getitem__)
