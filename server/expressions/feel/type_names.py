"""Types as they are written after `instance of` and behind parameters (grammar rules 52 and 57 of DMN 1.5)."""

from collections.abc import Mapping
from types import MappingProxyType

from server.errors import Invalid
from server.expressions.feel.cursor import Cursor, spelt, words_of
from server.expressions.feel.lexer import Misspelt
from server.expressions.feel.types import ANY, SIMPLE, Type
from server.expressions.wording import excerpt

_WORDS = sorted({words_of(name) for name in SIMPLE}, key=len, reverse=True)


class TypeReader:
    """Reads types at a cursor; *own* are those that the model defines, by name."""

    def __init__(self, cursor: Cursor, own: Mapping[str, Type]) -> None:
        self._cursor = cursor
        self._own = own
        self._words = sorted({words_of(name) for name in own}, key=len, reverse=True)

    def read(self) -> Type:
        self._cursor.enter()
        kind = self._read()
        self._cursor.leave()
        return kind

    def _read(self) -> Type:
        cursor = self._cursor
        if cursor.is_word("function"):
            cursor.take()
            return self._function() if cursor.is_sign("<") else SIMPLE["function"]
        own = self._named(self._words)
        if own is not None:
            return self._own[own]
        start, name = cursor.next.start, self._named(_WORDS)
        if name is None:
            raise Misspelt(f"there is no type{cursor.before().replace(' before', '')}", start)
        if name in ("list", "range") and cursor.accept("<"):
            element = self.read()
            cursor.expect(">")
            return Type(name, element)
        if name == "context" and cursor.accept("<"):
            return self._context()
        return SIMPLE[name]

    def _named(self, names: list[tuple[str, ...]]) -> str | None:
        """The longest of *names* that stands here."""
        cursor = self._cursor
        for words in names:
            tokens = cursor.tokens[cursor.at : cursor.at + len(words)]
            if words and tuple(token.text for token in tokens) == words and tokens[-1].kind != "string":
                cursor.at += len(words)
                return spelt(words)
        return None

    def _context(self) -> Type:
        cursor, entries = self._cursor, dict[str, Type]()
        while True:
            name = cursor.words_until(":")
            if name is None:
                raise Misspelt(f"the name of an entry is missing{cursor.before()}", cursor.next.start)
            cursor.expect(":")
            entries[name] = self.read()
            if not cursor.accept(","):
                break
        cursor.expect(">")
        return Type("context", entries=entries)

    def _function(self) -> Type:
        cursor, parameters = self._cursor, list[Type]()
        cursor.expect("<")
        while not cursor.is_sign(">"):
            parameters.append(self.read())
            if not cursor.accept(","):
                break
        cursor.expect(">")
        result = self.read() if cursor.accept("->") else ANY
        return Type("function", result, parameters=tuple(parameters))


def parse_type(text: str, own: Mapping[str, Type] = MappingProxyType({})) -> Type:
    """*text* as a type; *own* are those that a model defines. Raises Invalid in one sentence."""
    try:
        cursor = Cursor(text, ())
        kind = TypeReader(cursor, own).read()
        if cursor.next.kind != "end":
            raise Misspelt(f"something follows{cursor.before()}", cursor.next.start)
    except Misspelt as error:
        raise Invalid(f"`{excerpt(text)}` is no type: {error}.") from None
    return kind
