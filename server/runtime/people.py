"""What must hold of people wherever they are written."""

from functools import cache
from zoneinfo import available_timezones

from server.errors import Invalid, Problem
from server.languages import NAMES
from server.sentences import say

_zones = cache(available_timezones)  # it reads a folder of the system


def check_zone(zone: str) -> str:
    """The time zone, if there is one of this name. Raises Invalid."""
    if zone not in _zones():
        text = say("There is no time zone %(zone)s. Write it like Europe/Berlin.", zone=zone)
        raise Invalid(text, [Problem(text, element="zone")])
    return zone


def check_language(code: str) -> str:
    """The language, if people can be spoken to in it; "" leaves it to the browser. Raises Invalid."""
    if code and code not in NAMES:
        text = say("There is no language %(code)s here. Choose one from the list.", code=code)
        raise Invalid(text, [Problem(text, element="language")])
    return code
