"""The simulator without a network, for the product's own client: thousands of calls in a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from tests.fly import answers, edge
from tests.fly.call import Call

if TYPE_CHECKING:
    from tests.fly.simulator import Simulator

API, PUBLIC = "http://api.sim", "https://{app}.fly.dev"


def transport(sim: Simulator) -> httpx.MockTransport:
    """Return what httpx asks instead of a network: the APIs at `API`, each app at `https://APP.fly.dev`."""

    async def ask(request: httpx.Request) -> httpx.Response:
        host = request.url.host
        app = host.removesuffix(".fly.dev") if host.endswith(".fly.dev") else ""
        call = Call(
            at=sim.world.clock(),
            app=app,
            method=request.method,
            target=request.url.raw_path.decode(),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=await request.aread(),
        )
        made = (edge.visit if app else answers.api)(sim, call)
        if made.broken:
            # Half of an answer is no answer to httpx.
            raise httpx.ReadError(made.broken, request=request)
        return httpx.Response(made.status, headers=[("Fly-Simulator", "1"), *made.headers], content=made.body)

    return httpx.MockTransport(ask)
