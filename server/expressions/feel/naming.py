"""Names with signs or keywords in them (`cost-free`, `bread and butter`) found by what the variables are called."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from server.expressions.feel.cursor import spelt
from server.expressions.feel.lexer import SYMBOLS, Token, tokens_of

_LONGEST = 10
_MOST = 300
_LOOKED_AT = 200
_LEVELS = 4


@lru_cache(4_096)
def possible_names(text: str) -> frozenset[str]:
    """What in *text* would be one name, and no calculation, if a variable or entry were called so."""
    tokens = tokens_of(text)
    found: set[str] = set()
    for start, token in enumerate(tokens):
        if token.kind != "name":
            continue
        for end in _ends(tokens, start):
            part = tokens[start : end + 1]
            if any(each.kind == "keyword" or each.text in SYMBOLS for each in part):
                found.add(spelt(each.text for each in part))
                found.add(" ".join(text[part[0].start : part[-1].end].split()))
            if len(found) > _MOST:
                return frozenset(found)
    return frozenset(found)


def _ends(tokens: list[Token], start: int) -> Iterator[int]:
    """Where a name that begins at *start* may end."""
    for index in range(start + 1, min(start + _LONGEST, len(tokens))):
        token = tokens[index]
        if token.kind == "sign" and token.text in SYMBOLS:
            continue
        if token.kind not in ("name", "keyword", "number"):
            return
        yield index


def names_among(possible: frozenset[str], scope: Mapping[str, Any], read: Iterable[str]) -> frozenset[str]:
    """Those of the *possible* names that a variable bears, or an entry of one that the expression reads."""
    found = {name for name in possible if name in scope}
    layer = [scope[name] for name in read if name in scope]
    looked_at = 0
    for _ in range(_LEVELS):
        below: list[Any] = []
        for value in layer:
            looked_at += 1
            if looked_at > _LOOKED_AT:
                return frozenset(found)
            if type(value) is dict:
                found.update(possible & value.keys())
                below.extend(value.values())
            elif type(value) is list:
                below.extend(value[:_LONGEST])
        layer = below
    return frozenset(found)
