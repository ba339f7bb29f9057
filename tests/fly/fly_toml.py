"""The fly.toml of an application that releases well."""

from __future__ import annotations

_TEXT = """app = "{app}"
primary_region = "fra"
[env]
  ASPNETCORE_HTTP_PORTS = "8080"
[http_service]
  internal_port = 8080
  force_https = true
  auto_stop_machines = "off"
  auto_start_machines = true
  min_machines_running = 1
  [[http_service.checks]]
    method = "GET"
    path = "{health}"
    interval = "2s"
    timeout = "2s"
    grace_period = "1s"
[[vm]]
  memory = "512mb"
  cpu_kind = "shared"
  cpus = 1
"""


def text(app: str, more: str = "", *, health: str = "/health") -> str:
    """Return it, with more at its end."""
    return _TEXT.format(app=app, health=health) + more
