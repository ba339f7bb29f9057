"""Where a container of the engine reaches this machine."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# The address of the default route: of the machine, as its containers see it.
GATEWAY = """
import socket, struct
routes = (line.split() for line in open('/proc/net/route'))
print(socket.inet_ntoa(struct.pack('<L', int(next(one[2] for one in routes if one[1] == '00000000'), 16))))
"""


def gateway(folder: Path) -> str:
    """Return the address; `folder` is an empty one to ask from."""
    folder.joinpath("route.py").write_text(GATEWAY)
    route = "container | from python:3.13-slim | with-file /route.py $(host | file route.py)"
    words = ["dagger", "-s", "-M", "-c", f"{route} | with-exec -- python3 /route.py | stdout"]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=120, check=False).stdout.strip()
