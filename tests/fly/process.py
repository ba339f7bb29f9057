"""A life that is a real process: it is watched, asked for its health, restarted as the policy says, and stopped."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tests.fly.behaviour import RESTARTS, Behaviour, Moment, Page, event, exited, restarts
from tests.fly.life import definitions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.fly.life import Asked

HOME, PATIENCE, SOON, LATER = "127.0.0.1", 5, 0.1, 0.5
NOTHING = [sys.executable, "-c", "raise SystemExit(127)"]
HOPS = {"connection", "content-length", "transfer-encoding", "keep-alive", "host", "date", "server"}


class Process:
    """What a behaviour's `command` does; `{port}` in it stands for the port that it has to listen on."""

    def __init__(self, behaviour: Behaviour, machine: Any, secrets: Mapping[str, str], began: float) -> None:
        self.behaviour, self._machine, self.said = behaviour, machine, list[tuple[float, str]]()
        self.port = _free()
        self._env = _environment(behaviour, machine, secrets, self.port)
        self._checks = definitions(machine.config)
        self._statuses: dict[str, int] = {}
        self._moments = [Moment(at=began, state="starting", event=event("launch", "created", began))]
        self._over = threading.Event()
        self._start()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def _start(self) -> None:
        words = [word.replace("{port}", str(self.port)) for word in self.behaviour.command]
        # A program that is not there ends a machine as it does in an image.
        self._run = subprocess.Popen(
            words if shutil.which(words[0], path=self._env["PATH"]) else NOTHING,
            cwd=self.behaviour.folder or None,
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        threading.Thread(target=self._listen, args=(self._run,), daemon=True).start()
        now = time.time()
        self._moments.append(Moment(at=now, state="started", event=event("start", "started", now)))

    def _listen(self, run: subprocess.Popen[bytes]) -> None:
        with suppress(ValueError), run.stdout:
            for line in run.stdout:
                self.said.append((time.time(), line.decode(errors="replace").rstrip()))

    def _watch(self) -> None:
        count = 0
        while not self._over.wait(SOON if set(self._statuses.values()) != {200} else LATER):
            code = self._run.poll()
            if code is None:
                for check in self._checks:
                    self._statuses[check["name"]] = self._ask(check)
                continue
            count += 1
            self._statuses = {}
            if not self._ended(code if code >= 0 else 128 - code, count):
                return
            self._start()

    def _ended(self, code: int, count: int) -> bool:
        again = restarts(self._machine.config, code) and count <= RESTARTS
        now = time.time()
        told = exited(now, code, restarting=again)
        told["request"]["restart_count"] = count
        said = (f"Main child exited with code: {code}",)
        self._moments.append(Moment(at=now, state="starting" if again else "stopped", event=told, logs=said))
        return again

    def _ask(self, check: Mapping[str, Any]) -> int:
        headers = {one["name"]: one["values"][0] for one in check.get("headers") or []}
        try:
            if check.get("type") == "tcp":
                socket.create_connection((HOME, self.port), 1).close()
                return 1
            link = http.client.HTTPConnection(HOME, self.port, timeout=2)
            link.request(check.get("method") or "GET", check.get("path") or "/", headers=headers)
            status = link.getresponse().status
            link.close()
        except (OSError, http.client.HTTPException):
            return 0
        return status

    def moments(self, now: float) -> list[Moment]:
        """Return what happened so far."""
        return [one for one in list(self._moments) if one.at <= now]

    def probe(self, check: Mapping[str, Any], _now: float) -> int:
        """Return what the last check saw."""
        return self._statuses.get(check["name"], 0)

    def answer(self, asked: Asked, _now: float) -> Page | None:
        """Pass a visitor on to the process."""
        headers = {name: value for name, value in asked.headers.items() if name.lower() not in HOPS}
        headers["host"] = asked.headers.get("host", HOME)
        link = http.client.HTTPConnection(HOME, self.port, timeout=30)
        try:
            link.request(asked.method, asked.target, asked.body or None, headers)
            told = link.getresponse()
            body = told.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            link.close()
        return told.status, [one for one in told.getheaders() if one[0].lower() not in HOPS], body

    def end(self) -> None:
        """Stop it as a machine is stopped: by its signal, and by force when that does not help."""
        self._over.set()
        self._watcher.join()
        asked = self._machine.config.get("stop_config") or {}
        with suppress(ProcessLookupError):
            os.killpg(self._run.pid, getattr(signal, asked.get("signal") or "SIGINT"))
        with suppress(subprocess.TimeoutExpired):
            self._run.wait(PATIENCE)
        with suppress(ProcessLookupError):
            os.killpg(self._run.pid, signal.SIGKILL)
        self._run.wait()


def _free() -> int:
    with socket.socket() as probe:
        probe.bind((HOME, 0))
        return probe.getsockname()[1]


def _environment(behaviour: Behaviour, machine: Any, secrets: Mapping[str, str], port: int) -> dict[str, str]:
    own = {name: os.environ[name] for name in ("PATH", "HOME", "DOTNET_ROOT", "LANG") if name in os.environ}
    own |= {
        "FLY_APP_NAME": machine.app,
        "FLY_MACHINE_ID": machine.id,
        "FLY_MACHINE_VERSION": machine.instance,
        "FLY_REGION": machine.region,
        "FLY_IMAGE_REF": machine.config["image"],
        "FLY_VM_MEMORY_MB": str(machine.config.get("guest", {}).get("memory_mb", 256)),
    }
    ports = {"PORT": str(port), "ASPNETCORE_HTTP_PORTS": str(port)}
    return own | machine.config.get("env", {}) | dict(secrets) | ports | dict(behaviour.env)
