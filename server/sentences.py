"""Sentences that people are told: English where they are made, with all that another language needs to say them."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Self

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Sentence(str):
    """An English sentence that still knows its template, such as "Claimed %(name)s", and the values in it.

    Programs, the command line and the log have it as the text that it is. Pages and mails say the template in the
    language of whoever reads it. `plural` is the template for every number but one.
    """

    template: str
    plural: str
    number: int
    values: Mapping[str, Any]

    def __new__(cls, template: str, values: Mapping[str, Any] = _NOTHING, plural: str = "", number: int = 1) -> Self:
        chosen = plural if plural and number != 1 else template
        made = super().__new__(cls, chosen % values if values else chosen)
        made.template, made.plural, made.number, made.values = template, plural, number, values
        return made


def say(template: str, /, **values: Any) -> Sentence:
    """A sentence; `%(name)s` in it stands for the value of that name. The translations hold the template."""
    return Sentence(template, values)


def say_many(one: str, many: str, number: int, /, **values: Any) -> Sentence:
    """A sentence about a number of things; `%(number)s` stands for it."""
    return Sentence(one, {"number": number, **values}, many, number)


def kept(told: str) -> str:
    """A sentence as JSON, so that it can be said in any language later; "" for a text that is no sentence."""
    return json.dumps(_parts(told), default=str) if isinstance(told, Sentence) else ""


def restored(text: str, said: str) -> str:
    """What `kept` has kept; the text itself where that is nothing."""
    return _sentence(json.loads(said)) if said else text


def _parts(told: Sentence) -> list[Any]:
    values = {key: _parts(each) if isinstance(each, Sentence) else each for key, each in told.values.items()}
    return [told.template, told.plural, told.number, values]


def _sentence(parts: list[Any]) -> Sentence:
    template, plural, number, values = parts
    inner = {key: _sentence(each) if isinstance(each, list) else each for key, each in values.items()}
    return Sentence(template, inner, plural, number)
