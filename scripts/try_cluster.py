"""Procession as it stands on several machines, tried on one: PostgreSQL, two web processes and two workers.

No containers: PostgreSQL is the system's (else the one that a package of the tests carries) and listens at a socket in
a temporary folder, everything else at the loopback address. Runs until told to stop (Ctrl-C); nothing is left behind.
"""

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.databases.postgresql import SAFE, Cluster, Server

PROCESSION = (sys.executable, "-c", "from server.cli import main; main()")
PATIENCE = 120  # seconds until a web process must have answered


def main() -> None:
    first = int(os.environ.get("PORT", "8000"))
    ports = (first, first + 1)
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
    with ExitStack() as stack:
        environment = _surroundings(stack)
        for port in ports:
            # One after the other: the first makes the tables and the demonstration, the second finds them.
            run = ("run", "--workers", "0", "--demonstration", "--port", str(port))
            stack.enter_context(_started(environment, *run))
            _await(port)
        for _ in range(2):
            stack.enter_context(_started(environment, "worker", "--threads", "2"))
        said = " and ".join(f"http://127.0.0.1:{port}" for port in ports)
        sys.stdout.write(f"Two web processes at {said}, two workers. Ctrl-C ends them.\n")
        sys.stdout.flush()
        signal.pause()


def _surroundings(stack: ExitStack) -> Mapping[str, str]:
    """A PostgreSQL server of its own, and the settings that all processes share."""
    folder = Path(tempfile.mkdtemp(prefix="procession-cluster-"))
    server = Server(folder, SAFE)
    server.start()
    stack.callback(server.remove)
    files = stack.enter_context(tempfile.TemporaryDirectory(prefix="procession-files-"))
    return os.environ | {
        "PROCESSION_DATABASE_URL": Cluster(folder).create("procession"),
        "PROCESSION_FILES_PATH": files,
        "PROCESSION_SECRET_KEY": secrets.token_hex(32),
    }


@contextmanager
def _started(environment: Mapping[str, str], *arguments: str) -> Iterator[None]:
    # A group of its own, so that Ctrl-C reaches us alone and they are ended in order.
    process = subprocess.Popen([*PROCESSION, *arguments], env=environment, start_new_session=True)  # noqa: S603 # our own
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(40)


def _await(port: int) -> None:
    """Return when it answers; ends the program when it never does."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=5):
                return
        except (URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    sys.exit(f"The web process at port {port} did not answer within {PATIENCE} seconds.")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
