"""What this machine can do at best, so that the other figures can be read on any machine."""

import os
import sqlite3
import time
from pathlib import Path

from tests.benchmarks.measuring import Figure, median


def ceilings(folder: Path) -> list[Figure]:
    """Durable commits and plain computing, median of three."""
    return [
        Figure("durable commits of SQLite (8 KB, synchronous FULL)", f"{median(_commits(folder)):.0f}/s"),
        Figure("fsync of a 4 KB file", f"{median(_fsyncs(folder)):.0f}/s"),
        Figure("a million turns of a Python loop", f"{median(_turns()):.0f} ms"),
        Figure("cores", str(os.cpu_count())),
    ]


def _commits(folder: Path) -> list[float]:
    path = folder / "ceiling.sqlite"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE line (id INTEGER PRIMARY KEY, text TEXT)")
    rates = []
    for _ in range(3):
        began = time.perf_counter()
        for _ in range(200):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO line (text) VALUES (?)", ("x" * 8192,))
            connection.execute("COMMIT")
        rates.append(200 / (time.perf_counter() - began))
    connection.close()
    return rates


def _fsyncs(folder: Path) -> list[float]:
    rates = []
    with (folder / "ceiling").open("wb") as file:
        for _ in range(3):
            began = time.perf_counter()
            for _ in range(100):
                file.write(b"x" * 4096)
                file.flush()
                os.fsync(file.fileno())
            rates.append(100 / (time.perf_counter() - began))
    return rates


def _turns() -> list[float]:
    taken = []
    for _ in range(3):
        began = time.perf_counter()
        total = 0
        for number in range(1_000_000):
            total += number
        taken.append((time.perf_counter() - began) * 1000)
    return taken
