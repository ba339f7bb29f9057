from __future__ import annotations

from typing import TYPE_CHECKING, cast

import anyio
import httpx
import pytest

from pipeline.app.facts import Facts
from pipeline.app.model import App
from pipeline.errors import PipelineError
from pipeline.fly import wanted
from pipeline.fly.session import Caller, Session
from pipeline.fly.wanted import Wanted
from pipeline.load import Seen
from pipeline.registry.session import Access
from pipeline.release import config
from pipeline.settings.model import PublishSettings, ReleaseSettings, Settings

if TYPE_CHECKING:
    from pipeline.fly.hands import Flyctl


def place(publish: PublishSettings, release: ReleaseSettings, text: str = 'app = "shop"') -> Wanted:
    """Return where something is released to."""
    toml = config.read(text, "fly.toml")
    return Wanted(environment="staging", publish=publish, settings=release, app=cast("App", None), toml=toml, text=text)


@pytest.mark.parametrize(
    ("registry", "scheme"), [("registry.fly.io", "https"), ("10.0.0.5:5000", "http"), ("10.0.0.5:6000", "https")]
)
def test_the_token_goes_in_clear_to_no_other_registry(registry, scheme):
    """Images may lie in a registry of the own network that speaks plain HTTP; Fly's is another one."""
    asked: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(200)

    async def main() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
            caller = Caller(access=Access(), token="x", flyctl=cast("Flyctl", None), tell=print)
            publish = PublishSettings(repository="10.0.0.5:5000/team/shop", plain_http=True)
            session = Session(place(publish, ReleaseSettings(registry=registry)), caller, http)
            await session._hands()._tools.registry.has("sha256:" + "0" * 64)

    anyio.run(main)
    assert [url.scheme for url in asked] == [scheme]


@pytest.mark.parametrize("app", ["../other", "shop/machines", "shop?x=", "Shop", "-a", "s" * 64])
def test_the_app_of_a_fly_toml_is_a_name(app):
    """It stands in addresses to which the token goes."""
    one = Seen(
        facts=Facts(paths=frozenset(), texts={}, files=frozenset({"fly.toml"})),
        settings=Settings(),
        app=App(name="shop"),
    )
    with pytest.raises(PipelineError, match="expected a name in lower case"):
        wanted.of([one], "staging", "", lambda _: f'app = "{app}"')
