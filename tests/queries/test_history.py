"""The audit trail: bounded, in order, and only for those who may see the instance."""

import pytest
from flask import Flask

from server.errors import NotFound
from server.queries import history
from tests.web import purchases


def test_the_command_stands_before_the_facts_that_it_brought_about(app: Flask) -> None:
    with app.app_context():
        found = history.trail(purchases.actor("ada"), purchases.ask())
    assert [entry.name for entry in found.entries[:2]] == ["process_instances.start", "InstanceStarted"]
    assert not found.is_cut
    assert found.titles["group:approvers"] == "Purchasing approvers"


def test_no_more_facts_are_read_than_asked_for(app: Flask) -> None:
    with app.app_context():
        found = history.trail(purchases.actor("ada"), purchases.ask(), limit=3)
    assert found.is_cut
    assert found.facts == 3
    assert len([entry for entry in found.entries if not entry.is_command]) == 3


def test_values_come_back_as_they_were_submitted(app: Flask) -> None:
    with app.app_context():
        found = history.trail(purchases.actor("ada"), purchases.ask("Pens", 12))
    changed = {e.fields["name"]: e.fields["value"] for e in found.entries if e.name == "VariableChanged"}
    assert changed["item"] == "Pens"
    assert changed["amount"] == 12


def test_whoever_is_not_involved_finds_nothing(app: Flask) -> None:
    with app.app_context():
        instance_id = purchases.ask()
        with pytest.raises(NotFound):
            history.trail(purchases.actor("mallory"), instance_id)
