"""What must hold of people wherever they are written."""

from zoneinfo import available_timezones

from server.errors import Invalid, Problem


def check_zone(zone: str) -> str:
    """The time zone, if there is one of this name. Raises Invalid."""
    if zone not in available_timezones():
        text = f"There is no time zone {zone}. Write it like Europe/Berlin."
        raise Invalid(text, [Problem(text, element="zone")])
    return zone
