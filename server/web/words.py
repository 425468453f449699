"""The language in which a request is answered: the person's own, else the browser's, else the installation's."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from typing import Any

from flask import Flask, request
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from server.languages import NAMES, SOURCE, Language, language
from server.web.configuration import settings

_speaking: ContextVar[Language] = ContextVar("speaking")


def install(app: Flask) -> None:
    """Choose a language before every request, and give templates `ngettext`; the rest `translation` does."""
    app.before_request(_as_the_browser_asks)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined]  # the extension brings it
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.globals |= {"ngettext": _html_many, "languages": NAMES}
    app.jinja_env.globals["island_words"] = lambda: _island_words(speaking())
    app.jinja_env.filters |= {"told": told, "number": number}


def speaking() -> Language:
    """The language of whoever is being answered; English where nobody is."""
    return _speaking.get(None) or language(SOURCE)


def speak(code: str) -> None:
    """Go on in the language of that code."""
    _speaking.set(language(code))


@contextmanager
def speaking_english() -> Iterator[None]:
    """For what other programs read: files of the trail and of the audit log."""
    before = _speaking.set(language(SOURCE))
    try:
        yield
    finally:
        _speaking.reset(before)


def gettext(message: str, /, **values: Any) -> str:
    """A message of the pages in the language of whoever reads it; usually imported as `_`."""
    text = speaking().text(message)
    return text % values if values else text


def ngettext(one: str, many: str, number: int, /, **values: Any) -> str:
    """The message for that number of things; `%(number)s` stands for it."""
    return speaking().many(one, many, number) % {"number": number, **values}


def pgettext(context: str, message: str, /, **values: Any) -> str:
    """A message that means something else elsewhere."""
    text = speaking().text(message, context)
    return text % values if values else text


def npgettext(context: str, one: str, many: str, number: int, /, **values: Any) -> str:
    """The message for that number of things, where it means something else elsewhere."""
    return speaking().many(one, many, number, context) % {"number": number, **values}


def told(sentence: str) -> str:
    """A sentence that was made elsewhere, in the language of whoever reads it."""
    return speaking().say(sentence)


def number(number: float) -> str:
    """A number as the language writes it."""
    return str(number) if isinstance(number, int) and number < 1000 else speaking().number(number)


def _html_many(one: str, many: str, number: int, /, **values: Any) -> Markup:
    text = Markup(speaking().many(one, many, number))  # noqa: S704  # only literals of templates come here, a test looks
    return text % {"num": number, **values}


@cache
def _island_words(spoken: Language) -> Markup:
    """What islands of a page say, as JSON; nothing in English, which they speak by themselves."""
    if not spoken.island_texts:
        return Markup()
    return Markup('<script type="application/json" id="words">{}</script>\n').format(
        htmlsafe_json_dumps(dict(spoken.island_texts))
    )


def _as_the_browser_asks() -> None:
    _speaking.set(_accepted(request.headers.get("Accept-Language", ""), settings().language))


@lru_cache(256)
def _accepted(header: str, otherwise: str) -> Language:
    """The first of ours among those that a browser accepts."""
    accepted = (
        tag.partition("-")[0].lower() for tag, quality in parse_accept_header(header, LanguageAccept) if quality
    )
    return language(next((code for code in accepted if code in NAMES), otherwise))
