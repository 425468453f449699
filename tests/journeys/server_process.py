"""A real server for the journeys: `procession run --demonstration` as a process of its own, on a new database."""

import os
import select
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PATIENCE = 120  # seconds until it serves; it plays three weeks of demonstration first
_OWN = ("PROCESSION_", "PORT")


@dataclass(frozen=True)
class ServerProcess:
    """A server that runs, its address without the last slash, and its SQLite file."""

    process: subprocess.Popen[str]
    url: str
    database: Path

    def stop(self) -> None:
        """End it as an operator would, and wait until it is gone."""
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(timeout=10)

    def largest_memory(self) -> int:
        """The most memory that the process has ever held, in bytes, as Linux counts it."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        raise AssertionError("Linux does not say how much memory the server has held.")


def start_server(folder: Path) -> ServerProcess:
    """Start it with its data in *folder*, and return when it answers."""
    port = free_port()
    database = folder / "procession.sqlite"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_OWN)}
    environment |= {
        "PROCESSION_DATABASE_URL": f"sqlite:///{database}",
        "PROCESSION_FILES_PATH": str(folder / "files"),
        "PROCESSION_SIGN_IN_LIMIT": "1000 per minute",  # tests sign in more often than people do
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }
    with (folder / "server.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", "from server.cli import main; main()", "run", "--demonstration"],
            cwd=PROJECT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
        )
    started = ServerProcess(process, f"http://127.0.0.1:{port}", database)
    _wait_for(started, port, folder / "server.log")
    return started


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(server: ServerProcess, port: int, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        select.select([], [], [], 0.1)
    server.stop()
    raise AssertionError(f"The server did not start:\n{log.read_text(encoding='utf-8')[-4000:]}")
