"""JUEL text cut into literal text and tokens."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from server.expressions.wording import excerpt

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?[lLfFdD]?)
  | (?P<name>[^\W\d][\w$]*)
  | (?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
  | (?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]])
    )""",
    re.VERBOSE | re.DOTALL,
)
# Skips over the inside of `${...}` without being misled by a brace within quotes.
_INSIDE = re.compile(r"""[^'"{}]+|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""", re.DOTALL)
_WORDS = {
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "and": "&&",
    "or": "||",
    "not": "!",
    "div": "/",
    "mod": "%",
    "empty": "empty",
}


class Misspelt(Exception):
    """The text is not JUEL; the message says why, as the middle of a sentence."""


@dataclass(frozen=True)
class Token:
    """`kind` is number, name, string, sign, or end; `text` is what stands there (strings without quotes).

    `start` and `end` count characters of the whole text, `${` included.
    """

    kind: str
    text: str
    start: int = 0
    end: int = 0


def split(text: str) -> list[str | list[Token]]:
    """Literal texts and the tokens of each `${...}` or `#{...}`, in order. Raises Misspelt."""
    parts: list[str | list[Token]] = []
    literal, position = "", 0
    while position < len(text):
        if text.startswith(("\\${", "\\#{"), position):
            literal += text[position + 1 : position + 3]
            position += 3
        elif text.startswith(("${", "#{"), position):
            if literal:
                parts.append(literal)
                literal = ""
            end = _end(text, position + 2)
            parts.append([*_tokens(text[position + 2 : end], position + 2)])
            position = end + 1
        else:
            following = min(
                (at for at in (text.find(sign, position + 1) for sign in "$#\\") if at >= 0), default=len(text)
            )
            literal += text[position:following]
            position = following
    return [*parts, literal] if literal else parts


def _end(text: str, position: int) -> int:
    while position < len(text):
        if text[position] == "}":
            return position
        match = _INSIDE.match(text, position)
        if match is None:
            break
        position = match.end()
    raise Misspelt("a '}' or a quote is missing")


def _tokens(text: str, offset: int) -> Iterator[Token]:
    text, position = text.rstrip(), 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise Misspelt(f"'{excerpt(text[position:].strip()[:10])}' cannot be understood")
        kind = match.lastgroup or ""
        found = match[kind]
        if kind == "string":
            found = re.sub(r"\\(.)", r"\1", found[1:-1], flags=re.DOTALL)
        elif kind == "name" and found in _WORDS:
            kind, found = "sign", _WORDS[found]
        yield Token(kind, found, offset + match.start(match.lastgroup or ""), offset + match.end())
        position = match.end()
    yield Token("end", "", offset + position, offset + position)
