"""G11: on a full disk writes are refused in plain words, reads go on, and nothing needs repair once there is room."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from server import database
from server.settings import Settings
from tests import databases
from tests.proofs import models, outcomes
from tests.proofs.installation import Answer, Installation, Program, settle, until

MIB = 1024 * 1024


@pytest.fixture
def kind() -> str:
    return "sqlite"  # PostgreSQL's disk is PostgreSQL's own affair: it says the same words


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MiB where this machine lets us have one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], capture_output=True)  # noqa: S603, S607 # the system's own program
    yield folder
    if made.returncode == 0:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607 # the system's own program


_PAGES = """
import sqlite3
from pathlib import Path
from sqlalchemy import Engine, event
room = Path({room!r})

@event.listens_for(Engine, "checkout")
def limit(connection, *_):
    connection.execute("PRAGMA max_page_count=" + ("1000000" if room.exists() else "900"))
"""


def _fill(program: Program) -> tuple[int, Answer]:
    """Start one after the other until one is refused; returns how many were not, and the refusal."""
    for number in range(5000):
        asked = {"process_key": "approval", "values": {}, "business_key": f"{number}-" + "x" * 60}
        answer = program.ask("POST", "/process-instances", asked, f"start-{number}")
        if answer.status >= 300:
            return number, answer
    raise AssertionError("the disk never filled")


def test_a_full_disk_refuses_writes_lets_everybody_read_and_needs_no_repair(disk: Path, tmp_path: Path) -> None:
    is_mounted = disk.is_mount()
    ballast, room = disk / "ballast", tmp_path / "room"
    url = f"sqlite:///{disk}/full.sqlite"
    with databases.running(Settings(database_url=url)):
        database.upgrade()
        secret = settle(("approval.bpmn", models.approval()))
        with Installation(url, tmp_path) as installation:
            before = "" if is_mounted else _PAGES.format(room=str(room))
            program = Program(installation.web(before=before).url, secret)
            if is_mounted:
                ballast.write_bytes(b"x" * (5 * MIB))
            done, refusal = _fill(program)
            assert refusal.status == 503
            assert "disk of the database is full, so nothing was saved" in refusal.json["detail"]
            listed = program.ask("GET", "/process-instances?limit=50")
            assert listed.status == 200
            assert listed.json["items"]
            room.touch()
            ballast.unlink(missing_ok=True)
            until(lambda: program.complete(outcomes.open_user_tasks()[0]).status == 200, "it goes on by itself")
            assert outcomes.states() == {"active": done - 1, "completed": 1}
