"""JupyterLab as `make lab` starts it, on loopback, with nothing of the person who runs the tests in it."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TOKEN = "only-for-this-test"
START_SECONDS = 90
STOP_SECONDS = 15
# Root may start it, as in a container; the teacher's extensions are not on the page that a learner sees.
CONFIG = {
    "config/jupyter_server_config.json": {"ServerApp": {"allow_root": True}},
    "config/labconfig/page_config.json": {"disabledExtensions": {"@jupyter/nbgrader": True}},
}
FOLDERS = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "IPYTHONDIR": "ipython",
}


@contextmanager
def lab_server(work: Path, home: Path) -> Iterator[str]:
    """Yield the address of a JupyterLab on the folder work; its settings live in home, and it ends with the block."""
    port = free_port()
    with (home / "server.log").open("w") as log:
        process = subprocess.Popen(
            command(port, work), env=environment(home), stdout=log, stderr=log, start_new_session=True
        )
        try:
            wait_until_it_answers(process, port, home / "server.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            end(process)


def command(port: int, work: Path) -> list[str]:
    """Return what a learner's `make lab LAB_ARGS="--no-browser --port N"` runs, on a folder of our own."""
    return [sys.executable, "-m", "gm_ref.cli", "lab", "--no-browser", "--port", str(port), "--work", str(work)]


def environment(home: Path) -> dict[str, str]:
    """Write the settings below home and return the server's environment."""
    for name, content in CONFIG.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), "utf-8")
    own = {name: str(home / folder) for name, folder in FOLDERS.items()}
    return {**os.environ, **own, "JUPYTER_TOKEN": TOKEN, "OMP_NUM_THREADS": "1"}


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_it_answers(process: subprocess.Popen, port: int, log: Path) -> None:
    """Return when the server answers; RuntimeError with its last words when it ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if answers(port):
            return
        time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not answer on port {port}; its log ends with:\n{log.read_text()[-2000:]}")


def answers(port: int) -> bool:
    """Say whether a server on this port lets the token in."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/api/status", headers={"Authorization": f"token {TOKEN}"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def end(process: subprocess.Popen) -> None:
    """End the server's process group: asked first, so that it shuts its kernels down, then told."""
    for request in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, request)
            process.wait(STOP_SECONDS)
            return
        except ProcessLookupError:
            process.wait(STOP_SECONDS)
            return
        except subprocess.TimeoutExpired:
            continue
