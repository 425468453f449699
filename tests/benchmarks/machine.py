"""What this machine can do at best, so that the other figures can be read on any machine."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from tests.benchmarks.measuring import Figure, median, milliseconds, percentile


def ceilings(folder: Path) -> Iterator[Figure]:
    """Durable commits and plain computing, median of several. The last but one tells how far the machine is disturbed:
    on one that is its own, half of the turns take hardly longer than the shortest."""
    yield Figure("durable commits of SQLite (8 KB, synchronous FULL)", f"{median(_commits(folder)):.0f}/s")
    transactions = milliseconds(_transaction(folder), 600)
    yield Figure(
        "one row read and updated, four written, by SQLAlchemy's ORM: median, best tenth",
        f"{1000 / median(transactions):.0f}, {1000 / percentile(transactions, 0.1):.0f}/s",
    )
    yield Figure("fsync of a 4 KB file", f"{median(_fsyncs(folder)):.0f}/s")
    turns = milliseconds(_turns, 30)
    yield Figure("a million turns of a Python loop: median, shortest", f"{median(turns):.0f}, {min(turns):.0f} ms")
    yield Figure("cores", str(os.cpu_count()))


def _commits(folder: Path) -> list[float]:
    path = folder / "ceiling.sqlite"
    path.unlink(missing_ok=True)
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


class _Record(DeclarativeBase):
    pass


class _Whole(_Record):
    __tablename__ = "whole"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


class _Part(_Record):
    __tablename__ = "part"
    id: Mapped[int] = mapped_column(primary_key=True)
    whole: Mapped[int]
    text: Mapped[str]


def _engine(folder: Path) -> Engine:
    path = folder / "ceiling-orm.sqlite"
    path.unlink(missing_ok=True)
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def safe(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    _Record.metadata.create_all(engine)
    return engine


def _transaction(folder: Path) -> Callable[[], None]:
    engine = _engine(folder)
    with Session(engine) as session:
        session.add(_Whole(id=1, text=""))
        session.commit()
    letters = iter("xy" * 10_000)

    def transact() -> None:
        with Session(engine) as session:
            session.get_one(_Whole, 1).text = next(letters) * 5000
            session.add_all([_Part(whole=1, text="") for _ in range(4)])
            session.commit()

    return transact


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


def _turns() -> None:
    total = 0
    for number in range(1_000_000):
        total += number
