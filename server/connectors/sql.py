"""Asks a database one question: read-only, values bound to their names, so many rows in so much time."""

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from server.connectors.connection import Connection as Opened
from server.connectors.connection import Field, check_number
from server.connectors.connector import CallContext, TemporaryFailure
from server.errors import Failure, Invalid
from server.sentences import say

PARAMETERS = ("query", "values", "maxRows")
ROWS, MOST_ROWS = 1_000, 10_000
SECONDS = 10
_READING = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
_ONE_USE: Mapping[str, Any] = {"poolclass": NullPool, "hide_parameters": True}
_STEPS = 10_000  # of SQLite's machine between two looks at the clock


def check_url(given: str) -> None:
    """For the field url. Raises Invalid."""
    try:
        url = make_url(given)
    except ArgumentError:
        url = None
    backend = "" if url is None else url.get_backend_name()
    if url is None or backend not in ("postgresql", "sqlite"):
        raise Invalid(say("Write postgresql://user@host/database or sqlite:////folder/file.sqlite."))
    if url.password is not None or "password" in url.query:
        raise Invalid(say("Keep the password as a secret and take it out of the address."))


class SqlConnector:
    """Takes query, values, maxRows; answers rows (mappings by column), rowCount, and isCut if there were more."""

    fields: ClassVar = (
        Field(
            "url",
            say("Address"),
            say("postgresql://user@host/database or sqlite:////file"),
            required=True,
            check=check_url,
        ),
        Field("password", say("Password"), say("Of a user who may read only."), secret=True),
        Field(
            "seconds",
            say("Time"),
            say("Seconds that a question may take; %(seconds)s unless said.", seconds=SECONDS),
            check=check_number,
        ),
    )
    trial: ClassVar[Mapping[str, Any]] = {"query": "SELECT 1"}

    def call(self, parameters: Mapping[str, Any], context: CallContext) -> Mapping[str, Any]:
        """Ask. Raises TemporaryFailure where the database cannot be reached or time is used up, else Failure."""
        for name in parameters:
            if name not in PARAMETERS:
                raise Failure(f'The sql connector has no parameter "{name}"; it takes {", ".join(PARAMETERS)}.')
        opened = context.needed("sql")
        query, values, most = parameters.get("query"), parameters.get("values") or {}, _most(parameters.get("maxRows"))
        if not isinstance(query, str) or not query.strip():
            raise Failure("The parameter query is missing; write a SELECT into the model.")
        if not isinstance(values, Mapping):
            raise Failure("The parameter values must be a mapping of names to values.")
        try:
            with _reading(opened) as connection:
                bounded = connection.execution_options(stream_results=True, max_row_buffer=most + 1)
                with bounded.execute(text(query), dict(values)) as found:
                    if not found.returns_rows:
                        raise Failure("The query gives no rows; a query only reads.")
                    rows = [dict(row) for row in found.mappings().fetchmany(most + 1)]
        except DBAPIError as error:
            raise _failure(opened.name, error) from None
        except SQLAlchemyError as error:
            raise Failure(f"The query cannot be asked: {_first_line(error)}") from None
        plain = [{str(name): _plain(str(name), value) for name, value in row.items()} for row in rows[:most]]
        if len(str(plain)) > context.settings.http_answer_limit:
            raise Failure(
                f"The rows hold more than PROCESSION_HTTP_ANSWER_LIMIT allows; ask for less of {opened.name}."
            )
        return {"rows": plain, "rowCount": len(plain), "isCut": len(rows) > most}


@contextmanager
def _reading(opened: Opened) -> Iterator[Connection]:
    """A connection that can do nothing but read, for this one question."""
    url, seconds = make_url(opened.setting("url")), opened.number("seconds", SECONDS) or SECONDS
    if url.get_backend_name() == "sqlite":
        engine = create_engine("sqlite://", creator=lambda: _file(url, opened.name, seconds), **_ONE_USE)
    else:
        engine = create_engine(_server(url, opened.secret("password"), seconds), **_ONE_USE)
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                _watch(connection.connection.driver_connection, seconds)
            yield connection
            connection.rollback()
    finally:
        engine.dispose()


def _server(url: URL, password: str, seconds: float) -> URL:
    """The address to connect to, with what makes PostgreSQL refuse to write, and to take long."""
    limits = f"-c default_transaction_read_only=on -c statement_timeout={int(seconds * 1000)}"
    query = {**url.query, "options": limits, "connect_timeout": str(max(2, int(seconds)))}
    return url.set(drivername="postgresql+psycopg", password=password or None, query=query)


def _file(url: URL, name: str, seconds: float) -> sqlite3.Connection:
    """The file, which has to be there, and cannot be written to."""
    path = Path(url.database or "")
    if not path.is_file():
        raise Failure(f'The connection "{name}" names a file that is not there.')
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=seconds)


def _watch(raw: Any, seconds: float) -> None:
    """SQLite: no other file, no setting and no statement but a question; and not for longer than said."""
    end = time.monotonic() + seconds
    raw.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY)
    raw.set_progress_handler(lambda: time.monotonic() > end, _STEPS)


def _failure(name: str, error: DBAPIError) -> Failure:
    words = _first_line(error.orig or error)
    if "interrupted" in words or "statement timeout" in words:
        return TemporaryFailure(f'The connection "{name}" did not answer the query in time.')
    if "not authorized" in words or "read-only" in words or "readonly" in words:
        return Failure(f'The connection "{name}" only reads: {words}')
    if error.connection_invalidated or "connect" in words or "locked" in words:
        return TemporaryFailure(f'The database of the connection "{name}" cannot be reached: {words}')
    return Failure(f'The connection "{name}" refuses the query: {words}')


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]


def _most(given: Any) -> int:
    try:
        most = ROWS if given in (None, "") else int(given)
    except (TypeError, ValueError):
        most = 0
    if not 1 <= most <= MOST_ROWS:
        raise Failure(f"The parameter maxRows must be a number from 1 to {MOST_ROWS}.")
    return most


def _plain(column: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str | Decimal | date | timedelta):
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(column, one) for one in value]
    if isinstance(value, dict):
        return {str(name): _plain(column, one) for name, one in value.items()}
    raise Failure(f"The column {column} holds {type(value).__name__}, which a variable cannot hold; leave it out.")
