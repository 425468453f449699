"""The languages that people are spoken to in: English, in which the source is written, and those with a catalogue."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from gettext import c2py
from pathlib import Path
from types import MappingProxyType
from typing import Any

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from server.sentences import Sentence

SOURCE = "en"
NAMES: Mapping[str, str] = MappingProxyType({"en": "English", "de": "Deutsch", "fr": "Français"})
_DAYS = MappingProxyType({"en": "%Y-%m-%d", "de": "%d.%m.%Y", "fr": "%d/%m/%Y"})
_ISLANDS = "server/web/islands/"
_CONTEXT = "\x04"  # parts a context from its message, as gettext has it


@dataclass(frozen=True, eq=False)
class Language:
    """One language: what it calls things, and how it writes days and numbers. `day` is a pattern of strftime."""

    code: str
    day: str
    weekdays: tuple[str, ...]  # Monday first, shortened
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    plurals: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    island_texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    form_of: Callable[[int], int] = field(default=lambda number: int(number != 1), repr=False)

    def text(self, message: str, context: str = "") -> str:
        """The template in this language; a message without translation is told as it is."""
        return self.texts.get(context + _CONTEXT + message if context else message, message)

    def many(self, one: str, many: str, number: int, context: str = "") -> str:
        """The template for that number of things."""
        forms = self.plurals.get(context + _CONTEXT + one if context else one)
        return (one if number == 1 else many) if forms is None else forms[self.form_of(number)]

    def say(self, told: str) -> str:
        """A sentence, or a text that may be one without values, in this language."""
        if not isinstance(told, Sentence):
            return self.text(told)
        template = self.many(told.template, told.plural, told.number) if told.plural else self.text(told.template)
        return template % self._spoken(told.values) if told.values else template

    def _spoken(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {key: self.say(each) if isinstance(each, Sentence) else each for key, each in values.items()}

    def country(self, code: str, name: str) -> str:
        """What the country of that ISO 3166 code is called; in English by the name that is given."""
        known = {} if self.code == SOURCE else Locale.parse(self.code).territories
        return str(known.get(code, name))

    def number(self, number: float, pattern: str = "#,##0.###") -> str:
        """Such as 1,234.5 in English and 1.234,5 in German; *pattern* as Unicode has it (UTS 35)."""
        return format_decimal(number, pattern, locale=self.code)


@cache
def language(code: str) -> Language:
    """The language of that code, English where there is none; its catalogue is read once."""
    if code not in NAMES:
        return language(SOURCE)
    days = Locale.parse(code).days["stand-alone"]["abbreviated"]
    weekdays = tuple(days[number] for number in range(7))
    if code == SOURCE:
        return Language(code, _DAYS[code], weekdays)
    catalogue = read_catalogue(code)
    texts: dict[str, str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    islands: dict[str, str] = {}
    for message in catalogue:
        key = _key(message.context, message.id if isinstance(message.id, str) else message.id[0])
        if isinstance(message.string, str):
            texts |= {key: message.string} if key and message.string else {}
        elif message.string and all(message.string):
            plurals[key] = tuple(message.string)
        if any(file.startswith(_ISLANDS) for file, _line in message.locations):
            islands |= _pairs(message)
    return Language(code, _DAYS[code], weekdays, texts, plurals, islands, c2py(catalogue.plural_expr))


def _pairs(message: Message) -> dict[str, str]:
    """The message and its translation; both numbers of one that has a plural."""
    ids = message.id if isinstance(message.id, list | tuple) else (message.id,)
    strings = message.string if isinstance(message.string, list | tuple) else (message.string or "",)
    return {each: string for each, string in zip(ids, strings, strict=False) if string}


def read_catalogue(code: str) -> Catalog:
    """The translations into that language, as they stand in its file."""
    with (Path(__file__).parent / f"{code}.po").open("rb") as file:
        return read_po(file, locale=code)


def _key(context: str | None, message: str) -> str:
    return context + _CONTEXT + message if context else message
