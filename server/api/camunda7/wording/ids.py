"""Ids as UUIDs and back: our 65 bits stand in a UUID of version 8, with the number of an activity before them."""

import re
from uuid import UUID

from server.errors import NotFound

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_VERSION, _VARIANT = 0x8, 0b10
_OURS = re.compile(rf"[{_ALPHABET}]{{13}}")


def uuid_of(row_id: str, activity: int = 0) -> str:
    """The UUID of a row; with *activity*, of that activity instance of the process instance."""
    number = 0
    for letter in row_id:
        number = number << 5 | _VALUES[letter]
    high, low = number >> 62, number & (1 << 62) - 1
    return str(UUID(int=(activity & (1 << 48) - 1) << 80 | _VERSION << 76 | high << 64 | _VARIANT << 62 | low))


def is_row_id(text: str) -> bool:
    return _OURS.fullmatch(text) is not None


def row_id(text: object) -> str:
    """The id of the row, from a UUID or as it is. Raises NotFound for what can be no id of ours."""
    return activity_of(text)[0]


def activity_of(text: object) -> tuple[str, int]:
    """The row and the number of the activity, 0 where the UUID is the row's own. Raises NotFound."""
    given = str(text).strip()
    if _OURS.fullmatch(given):
        return given, 0
    try:
        number = UUID(given).int
    except ValueError as error:
        raise NotFound(f"There is nothing with the id {given[:80]}.") from error
    if number >> 76 & 0xF != _VERSION or number >> 62 & 0b11 != _VARIANT:
        raise NotFound(f"There is nothing with the id {given}.")
    own = (number >> 64 & 0b111) << 62 | number & (1 << 62) - 1
    return "".join(_ALPHABET[own >> shift & 31] for shift in range(60, -1, -5)), number >> 80


def definition_id(key: str, version: int, row: str) -> str:
    """The id of a definition as those programs know it: key:version:uuid."""
    return f"{key}:{version}:{uuid_of(row)}"


def definition_row(text: object) -> str:
    """The row of a definition, from key:version:uuid. Raises NotFound."""
    return row_id(str(text).rpartition(":")[2])
