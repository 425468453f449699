"""Lists: parts behind a cursor leave no row out and tell none twice, however they are sorted."""

import pytest
from flask import Flask

from server.commands import process_instances
from server.queries.inbox import Order
from server.queries.process_instances import Sort
from tests.api.house import PEOPLE, Program, program
from tests.web import stuck
from tests.web.purchases import actor, ask

NUMBER = 7


def all_of(asking: Program, address: str, limit: int = 2) -> list[str]:
    """The ids of all parts of a list, in their order."""
    found: list[str] = []
    cursor, mark = "", "&" if "?" in address else "?"
    while True:
        part = asking.get(f"{address}{mark}limit={limit}&cursor={cursor}").json
        assert len(part["items"]) <= limit
        found += [str(row["id"]) for row in part["items"]]
        if part["next"] is None:
            return found
        cursor = part["next"]


@pytest.fixture
def many(app: Flask) -> list[str]:
    with app.app_context():
        found = [ask(item=f"Item {number % 3}", amount=number + 1) for number in range(NUMBER)]
        for instance_id in found[:3]:
            process_instances.withdraw(actor("ada"), instance_id, "enough")
    return found


@pytest.mark.parametrize("sort", Sort)
def test_instances_come_in_parts(app: Flask, ada: Program, many: list[str], sort: Sort) -> None:
    whole = [row["id"] for row in ada.get(f"/process-instances?sort={sort}&limit=200").json["items"]]
    assert sorted(whole) == sorted(many)
    assert all_of(ada, f"/process-instances?sort={sort}") == whole


@pytest.mark.parametrize("order", Order)
def test_user_tasks_come_in_parts(app: Flask, grace: Program, many: list[str], order: Order) -> None:
    whole = [row["id"] for row in grace.get(f"/user-tasks?tab=groups&order={order}").json["items"]]
    assert len(whole) == NUMBER - 3
    assert all_of(grace, f"/user-tasks?tab=groups&order={order}") == whole


def test_a_row_that_went_leaves_no_other_out(app: Flask, ada: Program, many: list[str]) -> None:
    first = ada.get("/process-instances?state=active&limit=2").json
    with app.app_context():
        for row in first["items"]:
            process_instances.withdraw(actor("ada"), row["id"], "enough")
    rest = ada.get(f"/process-instances?state=active&limit=2&cursor={first['next']}").json
    assert len(rest["items"]) == 2
    assert not {row["id"] for row in rest["items"]} & {row["id"] for row in first["items"]}


def test_incidents_jobs_people_and_the_audit_log_come_in_parts(app: Flask, alan: Program, katherine: Program) -> None:
    with app.app_context():
        for amount in (0, 0, 0, 1, 2, 3):
            stuck.bill(amount)
    assert len(set(all_of(alan, "/incidents"))) == 3
    assert len(set(all_of(alan, "/jobs"))) == 3
    assert len(set(all_of(alan, "/jobs?order=created"))) == 3
    assert set(all_of(katherine, "/people")) == set(PEOPLE)
    entries = all_of(katherine, "/audit", limit=5)
    assert entries == sorted(entries, key=int, reverse=True)
    assert len(set(entries)) == len(entries)


@pytest.mark.parametrize("cursor", ["x", "AAAA", "bnVsbA", "W10", "WyJhIixbMV1d"])
def test_a_cursor_that_is_none_is_refused(ada: Program, cursor: str) -> None:
    answer = ada.get(f"/process-instances?cursor={cursor}")
    assert (answer.status_code, answer.json["problems"][0]["pointer"]) == (422, "/cursor")


def test_a_cursor_of_another_order_is_refused(ada: Program, many: list[str]) -> None:
    cursor = ada.get("/process-instances?sort=oldest&limit=1").json["next"]
    assert ada.get(f"/process-instances?sort=process&cursor={cursor}").status_code == 422


def test_nobody_is_told_of_what_they_may_not_see(app: Flask, many: list[str]) -> None:
    mallory = program(app, "mallory")
    assert mallory.get("/process-instances").json["items"] == []
    for below in (
        "",
        "/variables",
        "/history",
        "/comments",
        "/attachments",
        "/steps",
        "/deeds",
        "/tokens",
        "/marks",
        "/reasons",
    ):
        assert mallory.get(f"/process-instances/{many[-1]}{below}").status_code == 404
