"""FEEL text cut into tokens (DMN 1.5, 10.3.1.2): names are put together from them by the parser."""

import re
from typing import NamedTuple

from server.expressions.wording import excerpt

_START = (
    r"?A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F"
    r"\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_PART = _START + r"0-9\u00B7\u0300-\u036F\u203F-\u2040"
_TOKEN = re.compile(
    rf"""
    (?P<space>[\s\u0085\u00A0\u1680\u180E\u2000-\u200B\u2028\u2029\u202F\u205F\u3000\uFEFF]+|//[^\n]*|/\*.*?\*/)
  | (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<name>[{_START}][{_PART}]*)
  | (?P<string>"(?:[^"\\\r\n]|\\.|\r?\n)*")
  | (?P<sign>\*\*|\.\.|!=|<=|>=|->|[-+*/=<>()\[\]{{}},:.@'])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}

KEYWORDS = frozenset(
    {"for", "return", "if", "then", "else", "some", "every", "satisfies", "in", "and", "or", "between", "function"}
    | {"external", "true", "false", "null"}
)
SYMBOLS = frozenset({".", "/", "-", "'", "+", "*"})
"""Signs that a name may hold beside letters and digits (grammar rule 30)."""


class Misspelt(Exception):
    """The text is not FEEL; the message says why, as the middle of a sentence, and `at` is where in the text."""

    def __init__(self, reason: str, at: int = 0) -> None:
        super().__init__(reason)
        self.at = at


class Token(NamedTuple):
    """`kind` is number, name, keyword, string, sign or end; `text` is what stands there (strings without quotes)."""

    kind: str
    text: str
    start: int
    end: int


def tokens_of(text: str) -> list[Token]:
    """The tokens of *text*, the last of which is its end. Raises Misspelt."""
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            shown = excerpt(text[position : position + 10])
            raise Misspelt("a quote is missing" if shown[:1] == '"' else f"'{shown}' cannot be understood", position)
        kind = match.lastgroup or ""
        if kind != "space":
            found.append(_token(kind, match[kind], position, match.end()))
        position = match.end()
    found.append(Token("end", "", len(text), len(text)))
    return found


def _token(kind: str, text: str, start: int, end: int) -> Token:
    if kind == "string":
        return Token(kind, unescape(text[1:-1]), start, end)
    if kind == "name" and text in KEYWORDS:
        return Token("keyword", text, start, end)
    return Token(kind, text, start, end)


def unescape(text: str) -> str:
    """*text* with its escapes resolved; what is none stays, so that patterns need no second backslash."""
    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(_character, text)
    if any("\ud800" <= sign <= "\udfff" for sign in plain):
        # two escapes spell one character beyond U+FFFF, as in JSON
        plain = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return plain


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        number = int(code, 16)
        return chr(number) if number <= 0x10FFFF else match[0]
    return _ESCAPED.get(match[3], match[0])
