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
def public_holidays(country: str, subdivision: str, year: int, language: str = "en") -> Mapping[date, str]:
    """The public holidays of a year by their day; none without a country.

    They are named in that language where the package can, else in English, else in a language of the country.
    """
    if not country:
        return {}
    found = holidays.country_holidays(
        country, subdiv=subdivision or None, years=year, language=_spoken(country, language)
    )
    return {day: name for day, name in sorted(found.items()) if day.year == year}


@lru_cache(512)
def _spoken(country: str, language: str) -> str | None:
    """The language of the package that is nearest to the one that is asked for, such as de_AT to de."""
    known = holidays.list_localized_countries(include_aliases=False).get(country, ())
    asked = [] if language == "en" else [one for one in known if one.partition("_")[0] == language]
    return next((one for one in (*asked, "en_US", "en_GB", "en") if one in known), None)
