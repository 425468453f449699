"""The database. The only file that knows SQLite from PostgreSQL: connect, begin, upgrade, new ids.

SQLite has one writer at a time. Its own busy handler is unfair and slow (p99 of 535 ms with eight threads), so writers
queue at a lock of this process and then begin with BEGIN IMMEDIATE; readers begin plainly and never wait (WAL).
"""

import hashlib
import logging
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from time import monotonic
from typing import Any, TypeVarTuple, cast

from alembic.util import CommandError
from flask import Flask
from flask_alembic import Alembic
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    Connection,
    DateTime,
    Engine,
    Executable,
    Insert,
    Result,
    ScalarSelect,
    Select,
    String,
    Table,
    event,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import TypedReturnsRows
from sqlalchemy.types import TypeDecorator

from server import clock, prepared
from server.errors import Unavailable
from server.sentences import say

Scope = Callable[[], AbstractContextManager[Any]]
"""Opens the surroundings (an application context) in which `db.session` works; given to threads by the app."""


Columns = TypeVarTuple("Columns")


class Record(DeclarativeBase):
    """A row of a table."""


class Moment(TypeDecorator[datetime]):
    """An aware moment in UTC, kept to the microsecond; SQLite has no zones, so they are put back when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """SQLite keeps texts: written at once, which a step with its twenty moments feels."""
        return _as_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


@lru_cache(64)  # all that a step writes happens at one moment
def _as_text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


class Sha256(FunctionElement[str]):
    """The SHA-256 of a text in UTF-8, as 64 hexadecimal digits, reckoned by the database."""

    type = String(64)
    inherit_cache = True


@compiles(Sha256, "sqlite")
def _sha256_of_sqlite(element: Sha256, compiler: SQLCompiler, **options: Any) -> str:
    return f"sha256_hex({compiler.process(element.clauses, **options)})"


@compiles(Sha256, "postgresql")
def _sha256_of_postgresql(element: Sha256, compiler: SQLCompiler, **options: Any) -> str:
    return f"encode(sha256(convert_to({compiler.process(element.clauses, **options)}, 'UTF8')), 'hex')"


class Lines(FunctionElement[str]):
    """The texts of a group of rows in one, a line each. SQLAlchemy's own function writes the separator into the text of
    the whole statement each time it is run."""

    type = String()
    inherit_cache = True


@compiles(Lines, "sqlite")
def _lines_of_sqlite(element: Lines, compiler: SQLCompiler, **options: Any) -> str:
    return f"group_concat({compiler.process(element.clauses, **options)}, char(10))"


@compiles(Lines, "postgresql")
def _lines_of_postgresql(element: Lines, compiler: SQLCompiler, **options: Any) -> str:
    return f"string_agg({compiler.process(element.clauses, **options)}, chr(10))"


def sha256(text: str) -> str:
    """The same as `Sha256`, reckoned here; SQLite, which has none of its own, calls it."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


class QueuedSQLite(SQLiteDialect_pysqlite):
    """SQLite whose transactions begin as the thread wants it: to write at once, or to read only."""

    supports_statement_cache = True

    def do_begin(self, dbapi_connection: Any) -> None:
        dbapi_connection.execute("BEGIN IMMEDIATE" if getattr(_turn, "writing", False) else "BEGIN")


registry.register("sqlite.queued", __name__, QueuedSQLite.__name__)

db = SQLAlchemy(model_class=Record)
_alembic = Alembic(run_mkdir=False, command_name="")
logging.getLogger("alembic").setLevel(logging.WARNING)
_UPGRADES = Path(__file__).parent / "records" / "upgrades"
_TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")
_turn = threading.local()
_one_writer = threading.Lock()
# Nobody waits for ever: not for a row, not for an answer, and not for a client that fell silent in a transaction.
_TIME_OUTS = "-c lock_timeout=5s -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s"
_FRESH = 300  # seconds that a connection is used; a new one also sets our clock by the database's
_TRUSTED, _USED = 1.0, "used"  # seconds after its use for which a connection is taken to be alive
_UNREACHABLE = ("connection", "disk i/o", "the database system is", "terminating")
_CONNECTION = "connection"  # asking the session for it costs half of what a small statement does
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id() -> str:
    """A random row id: 13 characters without look-alikes, 65 bits, safe in a URL."""
    number = secrets.randbits(65)
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(60, -1, -5))


def table(record: type[Record]) -> Table:
    """The table of a record, for statements that want rows and not objects: those cost a quarter of the ORM's."""
    found = record.__table__
    assert isinstance(found, Table), "every record has a table of its own"
    return found


def connection() -> Connection:
    """What the transaction that is open talks through; one begins if there is none."""
    session = db.session.registry()
    transaction, found = session.info.get(_CONNECTION, (None, None))
    if found is None or transaction is not session.get_transaction():
        found = session.connection()
        session.info[_CONNECTION] = session.get_transaction(), found
    return cast(Connection, found)


def add_rows(record: type[Record], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write new rows by one statement; each names the same columns. Nothing happens when there are none."""
    if rows:
        prepared.run(connection(), _insert(record), rows)


def rows(statement: TypedReturnsRows[*Columns], given: Mapping[str, Any] | None = None) -> Result[*Columns]:
    """What a statement for columns finds, without the ORM in between; what is not flushed yet is not seen."""
    return cast(Result[*Columns], prepared.run(connection(), statement, [given or {}]))


def count_up_to(most: int, found: Select[*tuple[Any, ...]]) -> ScalarSelect[int]:
    """How many rows are found, but at most *most*: no row behind them is read."""
    return select(func.count()).select_from(found.limit(most).subquery()).scalar_subquery()


def change(statement: Executable, given: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> None:
    """Run an update or delete of rows that the ORM does not hold just now."""
    prepared.run(connection(), statement, [given] if isinstance(given, Mapping) else given)


def try_lock(name: str) -> bool:
    """Whether what *name* stands for is nobody else's until the transaction ends. On SQLite a writer is alone."""
    if db.engine.dialect.name == "sqlite":
        return True
    return bool(connection().scalar(_TRY_LOCK, {"name": name}))


@cache
def _insert(record: type[Record]) -> Insert:
    return insert(table(record))


def connect(app: Flask, database_url: str) -> None:
    """Attach the database to the application. A relative SQLite path is taken from the working directory.

    Whoever needs a connection gets the one that was used last: it still has at hand what the others have to read again.
    """
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        path = Path(url.database).absolute()
        path.parent.mkdir(parents=True, exist_ok=True)
        url = url.set(drivername="sqlite+queued", database=str(path))
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_use_lifo": True}
    elif url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
            "pool_use_lifo": True,
            "pool_recycle": _FRESH,
            "connect_args": {"options": _TIME_OUTS},
        }
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["ALEMBIC"] = {"script_location": str(_UPGRADES), "version_locations": [], "file_template": "%%(rev)s"}
    app.config["ALEMBIC_CONTEXT"] = {"transactional_ddl": True}
    db.init_app(app)
    _alembic.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _configure_sqlite(db.engine)
        else:
            _configure_postgresql(db.engine)


def _configure_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, _: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        connection.create_function("sha256_hex", 1, sha256, deterministic=True)


def _configure_postgresql(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, _: object) -> None:
        cursor = connection.cursor()
        cursor.execute("SELECT clock_timestamp()")
        row = cursor.fetchone()
        assert row is not None, "a database knows the time"
        clock.follow(row[0])
        cursor.close()
        connection.rollback()

    @event.listens_for(engine, "checkin")
    def note(_: object, record: ConnectionPoolEntry) -> None:
        record.info[_USED] = monotonic()

    @event.listens_for(engine, "checkout")
    def try_out(connection: DBAPIConnection, record: ConnectionPoolEntry, _: object) -> None:
        """A connection that a restart of the server has cut is noticed before it is used, not by whoever gets it. One
        that was used just now is not asked: that would be one question for every two statements."""
        if monotonic() - record.info.get(_USED, -_TRUSTED) < _TRUSTED:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError("The connection was cut.") from error


def upgrade() -> None:
    """Bring the schema up to this version's. Raises Unavailable for a database of a newer version."""
    _check_age()
    _alembic.upgrade()


def needs_upgrade() -> bool:
    """Whether the schema is older than this version's. Raises Unavailable when it is newer."""
    _check_age()
    return {head.revision for head in _alembic.heads()} != {now.revision for now in _alembic.current()}


def schema_drift() -> list[Any]:
    """What differs between the tables and what the records say; nothing, unless an upgrade was forgotten."""
    return list(_alembic.compare_metadata())


def write_upgrade(words: str) -> None:
    """Write the upgrade that brings the last schema to what the records say now (for maintainers)."""
    _alembic.revision(words)


def _check_age() -> None:
    try:
        _alembic.current()
    except CommandError as error:
        raise Unavailable(
            "This database was made by a newer version of Procession. Start that version, or restore an older copy."
        ) from error


def has_one_writer() -> bool:
    """Whether the database takes changes from one thread of one process at a time."""
    return db.engine.dialect.name == "sqlite"


@contextmanager
def writing() -> Iterator[None]:
    """A turn to write: ends the reading transaction that may be open; on SQLite waits for the one writer's place."""
    db.session.rollback()
    if not has_one_writer():
        yield
        return
    with _one_writer:
        _turn.writing = True
        try:
            yield
        finally:
            _turn.writing = False


def trouble(error: DBAPIError) -> str | None:
    """What a person should know when the database refuses for a reason outside of us; None: a defect of ours."""
    text = str(error.orig).lower()
    if "no space left" in text or "is full" in text:
        return say(
            "The disk of the database is full, so nothing was saved. Make room, then try again; nothing needs repair."
        )
    if any(word in text for word in ("locked", "busy", "lock timeout", "deadlock", "statement timeout")):
        return say("The database is busy, so nothing was saved. Try again in a moment.")
    if error.connection_invalidated or any(word in text for word in _UNREACHABLE):
        return say("The database cannot be reached, so nothing was saved. Try again in a moment.")
    return None


def out_of_reach(error: Exception) -> Unavailable | None:
    """What whoever looked something up should know when the database refused; None: the error is something else."""
    found = trouble(error) if isinstance(error, DBAPIError) else None
    return None if found is None else Unavailable(found)
