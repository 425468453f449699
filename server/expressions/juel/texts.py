"""The methods of Java's String that JUEL may call."""

import re
from collections.abc import Callable
from typing import Any

from server.errors import Failure
from server.expressions import operations
from server.expressions.calls import measured
from server.expressions.juel.coercion import as_text
from server.expressions.juel.everyone import ANY, Members, contains, itself, text_of, whole_of
from server.expressions.patterns import Unreadable, matches_whole, replace_all, split_at
from server.expressions.run import Run
from server.expressions.wording import excerpt

_PLAIN = re.compile(r"[^\\\[\](){}*+?|^$.]+|[^\\]")
"""A separator that is no pattern, or a single sign, which people mean as it stands."""


def _substring(text: str, start: Any, end: Any = None) -> str:
    first, last = whole_of(start), len(text) if end is None else whole_of(end)
    if not 0 <= first <= last <= len(text):
        raise Failure(f"the text has {len(text)} characters and no part from {first} to {last}")
    return text[first:last]


def _char_at(text: str, index: Any) -> str:
    return _substring(text, index, whole_of(index) + 1)


@measured
def _concat(run: Run, text: str, other: Any) -> Any:
    return operations.add(run, text, as_text(run, other))


@measured
def _replace(run: Run, text: str, old: Any, new: Any) -> str:
    longer = len(text_of(new)) - len(text_of(old))
    run.text(len(text) + text.count(old) * max(0, longer), text.isascii() and new.isascii())
    return text.replace(old, new)


@measured
def _split(run: Run, text: str, separator: Any, most: Any = 0) -> list[str]:
    """As in Java, empty texts at the end are left out."""
    run.spend(len(text) * 60)
    plain = bool(_PLAIN.fullmatch(text_of(separator)))
    parts = text.split(separator) if plain else _tried(separator, lambda: split_at(run, text, separator))
    while len(parts) > 1 and not parts[-1] and whole_of(most) == 0:
        parts.pop()
    return parts


def _tried(pattern: str, use: Callable[[], Any]) -> Any:
    try:
        return use()
    except Unreadable as error:
        raise Failure(f"the pattern '{excerpt(pattern)}' cannot be used: {error}") from None


@measured
def _matches(run: Run, text: str, pattern: Any) -> Any:
    return _tried(text_of(pattern), lambda: matches_whole(run, text, pattern))


@measured
def _replace_all(run: Run, text: str, pattern: Any, replacement: Any) -> Any:
    return _tried(text_of(pattern), lambda: replace_all(run, text, pattern, text_of(replacement)))


@measured
def _replace_first(run: Run, text: str, pattern: Any, replacement: Any) -> Any:
    return _tried(text_of(pattern), lambda: replace_all(run, text, pattern, text_of(replacement), most=1))


@measured
def _repeat(run: Run, text: str, count: Any) -> Any:
    return operations.multiply(run, text, whole_of(count))


def _compare_folded(text: str, other: Any) -> int:
    one, two = text.casefold(), text_of(other).casefold()
    return (one > two) - (one < two)


TEXT: Members = ANY | {
    "length": len,
    "isEmpty": lambda text: not text,
    "isBlank": lambda text: not text.strip(),
    "contains": contains,
    "equalsIgnoreCase": lambda text, other: type(other) is str and text.casefold() == other.casefold(),
    "startsWith": lambda text, start: text.startswith(text_of(start)),
    "endsWith": lambda text, end: text.endswith(text_of(end)),
    "indexOf": lambda text, part, start=0: text.find(text_of(part), max(0, whole_of(start))),
    "lastIndexOf": lambda text, part: text.rfind(text_of(part)),
    "toLowerCase": str.lower,
    "toUpperCase": str.upper,
    "trim": str.strip,
    "strip": str.strip,
    "substring": _substring,
    "charAt": _char_at,
    "concat": _concat,
    "replace": _replace,
    "replaceAll": _replace_all,
    "replaceFirst": _replace_first,
    "repeat": _repeat,
    "matches": _matches,
    "split": _split,
    "compareTo": lambda text, other: (text > text_of(other)) - (text < other),
    "compareToIgnoreCase": _compare_folded,
    "stripLeading": str.lstrip,
    "stripTrailing": str.rstrip,
    "stringValue": itself,
}
