"""The simple cells that most tables consist of, taken apart: constants, comparisons and intervals of constants.

What is not of that kind (`None` here) is left to FEEL as a whole. These cells mean exactly what FEEL would make of
them for a single number, text, truth value, date or duration; other values are left to FEEL too.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from server.expressions.feel.temporal import Day, DaysDuration, MonthsDuration

Constant = Decimal | str | bool | Day | DaysDuration | MonthsDuration | None
Key = tuple[str, Any]
"""The kind of a value, and something that may be hashed and compared with others of the kind."""


@dataclass(frozen=True, slots=True)
class Equal:
    value: Constant


@dataclass(frozen=True, slots=True)
class Between:
    """From *low* to *high*; None stands for no bound."""

    low: Constant
    high: Constant
    low_included: bool = True
    high_included: bool = True


Test = Equal | Between
ANYTHING: tuple[Test, ...] = ()

_NUMBER = r"-?(?:\d{1,34}(?:\.\d{1,34})?|\.\d{1,34})"
_TEXT = r'"[^"\\]*"'
_SPELLED = r'(?:date|duration)\(\s*"[^"\\]*"\s*\)|@"[^"\\]*"'
_CONSTANT = rf"{_NUMBER}|{_TEXT}|{_SPELLED}|true|false|null"
_ORDERED = rf"{_NUMBER}|{_TEXT}|{_SPELLED}"
_PIECE = re.compile(
    rf"\s*(?:(?P<constant>{_CONSTANT})"
    rf"|(?P<sign><=|>=|<|>)\s*(?P<bound>{_ORDERED})"
    rf"|(?P<open>[\[\](])\s*(?P<low>{_ORDERED})\s*\.\.\s*(?P<high>{_ORDERED})\s*(?P<close>[\])\[]))\s*(?P<end>,|$)"
)
_WORDS: dict[str, Constant] = {"true": True, "false": False, "null": None}


def key_of(value: Any) -> Key | None:
    """What a value is looked up by; None for values which only FEEL compares rightly."""
    found = _KINDS.get(type(value))
    return (found[0], found[1](value)) if found is not None else None


def _itself(value: Any) -> Any:
    return value


_KINDS: dict[type, tuple[str, Callable[[Any], Any]]] = {
    Decimal: ("number", _itself),
    str: ("string", _itself),
    bool: ("boolean", _itself),
    Day: ("date", lambda day: day.ordinal),
    DaysDuration: ("days", lambda duration: duration.nanos),
    MonthsDuration: ("months", lambda duration: duration.months),
    type(None): ("null", _itself),
}


def read_cell(text: str, spelled: Callable[[str], Any]) -> tuple[Test, ...] | None:
    """The tests of a cell, of which one has to hold; none for a cell that allows anything; None if it is not simple.

    *spelled* gives the value of an expression such as `date("2026-01-31")`.
    """
    text = text.strip()
    if text in ("", "-"):
        return ANYTHING
    tests: list[Test] = []
    position, more = 0, True
    while more:
        piece = _PIECE.match(text, position)
        test = _test(piece, spelled) if piece else None
        if piece is None or test is None:
            return None
        tests.append(test)
        position, more = piece.end(), piece["end"] == ","
    return tuple(tests)


def read_constant(text: str) -> tuple[Constant] | None:
    """The value of an output cell that is a plain number, text, truth value or null, as a tuple of one."""
    text = text.strip()
    if text in _WORDS:
        return (_WORDS[text],)
    if _PLAIN.fullmatch(text) is None:
        return None
    return (text[1:-1] if text[0] == '"' else Decimal(text),)


_PLAIN = re.compile(f"{_NUMBER}|{_TEXT}")


def _test(piece: re.Match[str], spelled: Callable[[str], Any]) -> Test | None:
    if piece["constant"]:
        found = _value(piece["constant"], spelled)
        return Equal(found[0]) if found else None
    if piece["sign"]:
        found = _value(piece["bound"], spelled)
        if not found:
            return None
        included = piece["sign"].endswith("=")
        return Between(found[0], None, included) if piece["sign"][0] == ">" else Between(None, found[0], True, included)
    low, high = _value(piece["low"], spelled), _value(piece["high"], spelled)
    if not low or not high:
        return None
    lowest, highest = key_of(low[0]), key_of(high[0])
    if lowest is None or highest is None or lowest[0] != highest[0] or lowest[1] > highest[1]:
        return None
    return Between(low[0], high[0], piece["open"] == "[", piece["close"] == "]")


def _value(text: str, spelled: Callable[[str], Any]) -> tuple[Constant] | None:
    found = read_constant(text)
    if found is not None:
        return found
    value = spelled(text)
    return (value,) if value is not None and key_of(value) is not None else None
