"""Which calendar and which time zone a process counts by: properties of the process, and of single elements."""

from collections.abc import Iterator

from server.bpmn.definition import Element, Process

CALENDAR = "calendar"
ZONE = "zone"
NONE = "none"
"""What an element says that does not count by the calendar of its process."""
UNKNOWN = "calendar-unknown"
"""The code of the problem that there is no such calendar in this installation."""


def zone_named(process: Process) -> str:
    """The time zone that a process names, or ""."""
    return process.properties.get(ZONE, "").strip()


def calendar_named(process: Process) -> str:
    """The key of the calendar that a process names, or ""."""
    return process.properties.get(CALENDAR, "").strip()


def calendar_at(element: Element, otherwise: str) -> str:
    """The key of the calendar that counts at an element, "" where time goes by as it does: its own word before that of
    its process, and of the installation."""
    said = element.properties.get(CALENDAR, "").strip() or otherwise
    return "" if said == NONE else said


def every_calendar(process: Process) -> Iterator[tuple[str, str | None, int]]:
    """The calendars that a process names: key, element (None: the process itself) and line."""
    if calendar_named(process) not in ("", NONE):
        yield calendar_named(process), None, process.line
    for element in process.elements():
        said = element.properties.get(CALENDAR, "").strip()
        if said not in ("", NONE):
            yield said, element.id, element.line
