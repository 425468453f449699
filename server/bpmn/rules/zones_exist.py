"""A time zone that a process names is one that there is (IANA), or its times would be somebody else's."""

from collections.abc import Iterator
from zoneinfo import available_timezones

from server.bpmn.calendars import zone_named
from server.bpmn.subject import Subject
from server.errors import Problem


def check(subject: Subject) -> Iterator[Problem]:
    zone = zone_named(subject.process)
    if zone and zone not in available_timezones():
        text = f'There is no time zone "{zone[:60]}"; write one such as Europe/Berlin.'
        yield Problem(text, subject.process.key, subject.process.line, code="zone-unknown")
