"""Facts and commands in words."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, get_args

import pytest

from server.engine import facts
from server.queries.history import Entry
from server.web.trail import took
from server.web.wording import FACTS, Said, sentence, shown

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TITLES = {"approve": "Approve purchase", "choice": "Over limit?", "yes": "yes"}


def said(name: str, fields: dict[str, Any]) -> Said:
    return sentence(Entry(AT, "grace", "Grace", False, name, fields), TITLES)


def test_every_kind_of_fact_has_a_sentence() -> None:
    assert {kind.__name__ for kind in get_args(facts.Fact)} == set(FACTS)


def test_no_sentence_needs_a_field_that_history_leaves_out() -> None:
    assert all(said(name, {}).what for name in FACTS)


def test_a_choice_says_condition_and_values() -> None:
    fields = {"flow": "yes", "source": "choice", "target": "approve", "condition": "amount > 5", "result": "true"}
    told = said("FlowTaken", fields | {"values": {"amount": Decimal("7.50")}})
    assert told.what == "Took the flow “yes” from Over limit? to Approve purchase"
    assert told.why == "amount > 5 was true, with amount = 7.50"


def test_an_incident_says_line_and_names() -> None:
    told = said("IncidentRaised", {"element": "approve", "message": "no such name", "line": 3, "names": ["a", "b"]})
    assert told == Said("Incident at Approve purchase", "no such name, line 3 (reads a and b)")


def test_a_command_is_told_with_its_reason() -> None:
    entry = Entry(AT, "grace", "Grace", True, "user_tasks.release", {}, "On leave", "Approve purchase")
    assert sentence(entry, TITLES) == Said("Released Approve purchase", "“On leave”")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "nothing"),
        (True, "true"),
        ("a", "“a”"),
        (date(2026, 1, 31), "2026-01-31"),
        (Decimal("1.10"), "1.10"),
        ([1, date(2026, 1, 31)], '[1,"2026-01-31"]'),
        ({}, "{}"),
    ],
)
def test_values_are_written_as_people_read_them(value: Any, text: str) -> None:
    assert shown(value) == text


def test_a_long_value_is_cut() -> None:
    assert shown("x" * 500, 20) == "“" + "x" * 18 + "…"


def test_durations_are_told_in_two_units() -> None:
    later = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
    assert took(AT, later) == "2 d 1 h"
    assert took(AT, AT) == "0 s"
