"""Public holidays of countries and their parts, by year; the only file that knows the package that lists them."""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import holidays
from holidays.registry import COUNTRIES

_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")


@lru_cache(1)
def countries() -> Mapping[str, str]:
    """Every country that is known: its name by its ISO 3166 code, in the order of the names."""
    supported = holidays.list_supported_countries(include_aliases=False)
    named = {entry[1]: _WORDS.sub(" ", entry[0]) for entry in COUNTRIES.values() if entry[1] in supported}
    return dict(sorted(named.items(), key=lambda pair: pair[1]))


def subdivisions(country: str) -> tuple[str, ...]:
    """The codes of the parts of a country that have holidays of their own."""
    return tuple(holidays.list_supported_countries(include_aliases=False).get(country, ()))


@lru_cache(1024)
def public_holidays(country: str, subdivision: str, year: int) -> Mapping[date, str]:
    """The public holidays of a year by their day, named in English where the package can; none without a country."""
    if not country:
        return {}
    found = holidays.country_holidays(country, subdiv=subdivision or None, years=year, language=_english(country))
    return {day: name for day, name in sorted(found.items()) if day.year == year}


@lru_cache(512)
def _english(country: str) -> str | None:
    spoken = holidays.list_localized_countries(include_aliases=False).get(country, ())
    return next((language for language in ("en_US", "en_GB", "en") if language in spoken), None)
