"""A place among the tokens of a text, and the names that are known there."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from server.expressions.feel.lexer import SYMBOLS, Misspelt, Token, tokens_of
from server.expressions.limits import LIMITS

Words = tuple[str, ...]
Names = Mapping[str, Sequence[tuple[Words, str]]]
"""Names of several words by their first one, the longest first."""
NO_NAMES: Names = MappingProxyType({})


class Cursor:
    """Reads tokens one after another; names of several words are found by what is known, longest first."""

    def __init__(self, text: str, known: Iterable[str], everywhere: Names = NO_NAMES) -> None:
        """*known* are the names of this text; *everywhere* those of every text, which `index_of` has put in order."""
        if len(text) > LIMITS.text:
            raise Misspelt(f"it is longer than {LIMITS.text:,} characters")
        self.text = text
        self.tokens = tokens_of(text)
        self.at = 0
        self._depth = 0
        self._everywhere = everywhere
        self._known: dict[str, list[tuple[Words, str]]] = {}
        for name in known:
            self.learn(name)

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    @property
    def last_end(self) -> int:
        return self.tokens[self.at - 1].end if self.at else 0

    def after(self, count: int = 1) -> Token:
        return self.tokens[min(self.at + count, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.next
        if token.kind == "end":
            raise Misspelt("something is missing at its end", token.start)
        self.at += 1
        return token

    def is_sign(self, *signs: str) -> bool:
        return self.next.kind == "sign" and self.next.text in signs

    def is_word(self, *words: str) -> bool:
        return self.next.kind in ("keyword", "name") and self.next.text in words

    def accept(self, sign: str) -> bool:
        found = self.is_sign(sign)
        self.at += found
        return found

    def accept_word(self, word: str) -> bool:
        found = self.is_word(word)
        self.at += found
        return found

    def expect(self, sign: str) -> None:
        if not self.accept(sign):
            raise Misspelt(f"a '{sign}' is missing{self.before()}", self.next.start)

    def expect_word(self, word: str) -> None:
        if not self.accept_word(word):
            raise Misspelt(f"the word '{word}' is missing{self.before()}", self.next.start)

    def before(self) -> str:
        """` before 'x'` for a sentence, nothing at the end of the text."""
        token = self.next
        return f" before '{self.text[token.start : token.end][:20]}'" if token.kind != "end" else " at its end"

    def enter(self) -> None:
        """Go one level deeper."""
        self._depth += 1
        if self._depth > LIMITS.depth:
            raise Misspelt(f"it is nested more than {LIMITS.depth} levels deep", self.next.start)

    def leave(self) -> None:
        self._depth -= 1

    def learn(self, name: str) -> None:
        """A name that may appear from here on; those of one word are found anyway."""
        words = words_of(name)
        if len(words) > 1:
            same_start = self._known.setdefault(words[0], [])
            same_start.append((words, name))
            same_start.sort(key=lambda known: len(known[0]), reverse=True)

    def forget(self, name: str) -> None:
        words = words_of(name)
        if len(words) > 1:
            self._known[words[0]].remove((words, name))

    def name(self) -> str:
        """The longest known name that stands here, else the words up to what cannot belong to a name."""
        first = self.take()
        if first.kind != "name":
            raise Misspelt(f"a name is missing before '{first.text[:20]}'", first.start)
        if first.text.startswith("__"):
            raise Misspelt(f"the name '{first.text[:20]}' begins with two underscores", first.start)
        words, name = self._longest(first.text)
        self.at += len(words) - 1
        more = [] if words[-1] in SYMBOLS else self._adjacent()
        return spelt([*words, *more]) if more else name

    def member(self) -> str:
        """A name after a full stop, where a keyword alone may stand too."""
        if self.next.kind == "keyword":
            return self.take().text
        return self.name()

    def _longest(self, first: str) -> tuple[Words, str]:
        own = self._matching(self._known.get(first, ()))
        built_in = self._matching(self._everywhere.get(first, ()))
        longest = max(own, built_in, key=lambda found: len(found[0]) if found else 0)
        return longest or ((first,), first)

    def _matching(self, names: Sequence[tuple[Words, str]]) -> tuple[Words, str] | None:
        """The first of *names*, which begin with the token that was taken last, that stands here as a whole."""
        start = self.at - 1
        for words, name in names:
            tokens = self.tokens[start : start + len(words)]
            if len(tokens) == len(words) and all(
                token.text == word and token.kind != "string" for token, word in zip(tokens, words, strict=True)
            ):
                return words, name
        return None

    def _adjacent(self) -> list[str]:
        """Words that follow without any sign between can only go on with the name."""
        words = []
        while self.next.kind in ("name", "number") and not (
            self.next.text == "instance" and self.after().text == "of" and self.next.kind == "name"
        ):
            words.append(self.take().text)
        return words

    def words_until(self, *ends: str) -> str | None:
        """The name that stands before one of *ends*, whatever words and signs are in it; None if none does."""
        position, words = self.at, []
        while (token := self.tokens[position]).text not in ends or token.kind == "string":
            allowed = token.kind in ("name", "keyword", "number") or (token.kind == "sign" and token.text in SYMBOLS)
            if not allowed:
                return None
            words.append(token.text)
            position += 1
        if not words:
            return None
        self.at = position
        return spelt(words)


@lru_cache(4_096)
def words_of(name: str) -> Words:
    """The tokens of a name, as they appear in an expression; none for what can be no name."""
    try:
        return tuple(token.text for token in tokens_of(name)[:-1])
    except Misspelt:
        return ()


def index_of(names: Iterable[str]) -> Names:
    """Those of *names* that have several words, as a cursor looks for them."""
    found: dict[str, list[tuple[Words, str]]] = {}
    for words, name in sorted(((words_of(name), name) for name in names), key=lambda each: -len(each[0])):
        if len(words) > 1:
            found.setdefault(words[0], []).append((words, name))
    return found


def spelt(words: Iterable[str]) -> str:
    """A name in one spelling: one space between words, none around signs."""
    text = ""
    for word in words:
        glued = not text or word in SYMBOLS or text[-1] in SYMBOLS
        text += word if glued else f" {word}"
    return text
