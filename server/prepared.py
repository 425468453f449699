"""Statements that are run again and again: their text, and how each value goes in and comes out, worked out once.

SQLAlchemy does this for statements too, but looks at each run what it has worked out and for which of them: 105 us for
a small statement, of which the database takes 18. What is prepared takes 29. It is still a statement of SQLAlchemy,
made of our tables; what it cannot be prepared for is run in the ordinary way (`docs/decisions/009`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Self, cast
from weakref import WeakKeyDictionary

from sqlalchemy import ClauseElement, Connection, Executable
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.engine.result import IteratorResult, Result, SimpleResultMetaData
from sqlalchemy.sql.compiler import SQLCompiler

Values = Mapping[str, Any]
Conversion = Callable[[Any], Any]


class Prepared:
    """A statement for one kind of database and the names of the values that come with each run.

    Four things are read that SQLAlchemy does not promise to keep: how values are converted, which columns come out, how
    an error of the driver is told, and whether anybody listens to statements. The tests of this file would notice.
    """

    def __init__(self, compiled: SQLCompiler) -> None:
        self.text = str(compiled)
        self._order = compiled.positiontup
        self._into = [(name, cast(Conversion, how)) for name, how in compiled._bind_processors.items()]
        self._fixed = {name: bind.value for bind, name in compiled.bind_names.items() if not bind.required}
        columns = compiled._result_columns
        self._types = [column.type for column in columns]
        self._shape = SimpleResultMetaData([column.keyname for column in columns])
        self._out_of: list[tuple[int, Conversion]] | None = None

    @classmethod
    def made_of(cls, statement: Executable, dialect: Dialect, names: Sequence[str]) -> Self | None:
        """None for a statement whose text depends on the values, or whose columns have values made at each run."""
        element = cast(ClauseElement, statement)
        compiled = dialect.statement_compiler(dialect, element, column_keys=list(names), for_executemany=True)
        depends = compiled.post_compile_params or compiled.literal_execute_params
        makes = compiled.insert_prefetch or compiled.update_prefetch
        return None if depends or makes else cls(compiled)

    def run(self, connection: Connection, given: Sequence[Values]) -> Result[*tuple[Any, ...]]:
        """Send it once with each of *given*; only one that is sent once has rows. Raises DBAPIError."""
        is_many = len(given) > 1
        parameters: Any = [self._parameters(values) for values in given] if is_many else self._parameters(given[0])
        cursor = connection.connection.cursor()
        try:
            if connection.engine._has_events:
                for note in connection.dispatch.before_cursor_execute:
                    note(connection, cursor, self.text, parameters, None, is_many)
            if is_many:
                cursor.executemany(self.text, parameters)
            else:
                cursor.execute(self.text, parameters)
            found = cursor.fetchall() if self._types else ()
            converted = self._converted_rows(found, cursor, connection.dialect)
        except connection.dialect.loaded_dbapi.Error as error:
            # Says what SQLAlchemy says of it, and lets go of a connection that was cut.
            connection._handle_dbapi_exception(error, self.text, parameters, cursor, None)
        finally:
            cursor.close()
        return IteratorResult(self._shape, iter(converted))

    def _parameters(self, given: Values) -> Sequence[Any] | Values:
        values = {**self._fixed, **given}
        for name, conversion in self._into:
            values[name] = conversion(values[name])
        return values if self._order is None else [values[name] for name in self._order]

    def _converted_rows(self, found: Sequence[Any], cursor: Any, dialect: Dialect) -> Iterable[Any]:
        if self._out_of is None and found:  # psycopg makes its description anew whenever it is asked for
            told = (
                (at, kind.dialect_impl(dialect), column[1])
                for at, (kind, column) in enumerate(zip(self._types, cursor.description, strict=True))
            )
            made = ((at, kind.result_processor(dialect, code)) for at, kind, code in told)
            self._out_of = [(at, conversion) for at, conversion in made if conversion is not None]
        return [self._converted_row(row) for row in found] if self._out_of else found

    def _converted_row(self, row: Sequence[Any]) -> tuple[Any, ...]:
        values = list(row)
        for at, conversion in self._out_of or ():
            values[at] = conversion(values[at])
        return tuple(values)


_known: WeakKeyDictionary[Executable, dict[tuple[str, tuple[str, ...]], Prepared | None]] = WeakKeyDictionary()


def run(connection: Connection, statement: Executable, given: Sequence[Values]) -> Result[*tuple[Any, ...]]:
    """Run *statement* with each of *given*, which all have the same names.

    It is prepared when it comes for the second time: what was built for one use is never worth it.
    """
    names = tuple(given[0])
    found = _known.get(statement)
    if found is None:
        _known[statement] = {}
        return _ordinarily(connection, statement, given)
    key = connection.dialect.name, names
    if key not in found:
        found[key] = Prepared.made_of(statement, connection.dialect, names)
    prepared = found[key]
    return _ordinarily(connection, statement, given) if prepared is None else prepared.run(connection, given)


def _ordinarily(connection: Connection, statement: Executable, given: Sequence[Values]) -> Result[*tuple[Any, ...]]:
    return connection.execute(statement, given if len(given) > 1 else given[0])
