"""Groups: creating, renaming, members and leads."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.queries import administration
from server.queries.administration import GroupRow
from tests.web import stuck
from tests.web.purchases import actor, ask, sign_in

APPROVERS = "/administration/groups/approvers"


@pytest.fixture
def katherine(app: Flask) -> FlaskClient:
    stuck.settle(app)
    return sign_in(app, "katherine")


def _group(app: Flask, group_id: str) -> GroupRow:
    with app.app_context():
        return administration.group(actor("katherine"), group_id)


def test_groups_are_listed_with_members_and_what_waits_for_them(app: Flask, katherine: FlaskClient) -> None:
    with app.app_context():
        ask()
        ask()
    page = katherine.get("/administration/groups").text
    assert "Grace, Linus" in page
    assert _group(app, "approvers").offered == 2
    assert 'aria-label="Edit Staff"' not in katherine.get("/administration/groups?q=purch").text


def test_a_new_group_gets_its_key_from_its_name(app: Flask, katherine: FlaskClient) -> None:
    answer = katherine.post("/administration/groups/new", data={"name": "IT leads", "id": ""})
    assert (answer.status_code, answer.location) == (303, "/administration/groups/it-leads")
    assert _group(app, "it-leads").name == "IT leads"


@pytest.mark.parametrize(
    ("name", "status", "sentence"),
    [(" ", 422, "Give the group a name."), ("Approvers", 409, "There is a group approvers already.")],
)
def test_a_group_without_name_or_with_a_taken_key_is_refused_at_the_field(
    katherine: FlaskClient, name: str, status: int, sentence: str
) -> None:
    answer = katherine.post("/administration/groups/new", data={"name": name, "id": ""})
    assert answer.status_code == status
    assert sentence in answer.text


def test_members_come_lead_and_go(app: Flask, katherine: FlaskClient) -> None:
    assert katherine.post(f"{APPROVERS}/members", data={"person_id": "ada"}).status_code == 303
    assert katherine.post(f"{APPROVERS}/members", data={"person_id": "grace", "leads": "1"}).status_code == 303
    members = {member.id: member.leads for member in _group(app, "approvers").members}
    assert members == {"ada": False, "grace": True, "linus": False}
    assert katherine.post(f"{APPROVERS}/members/linus/remove").status_code == 303
    assert "linus" not in {member.id for member in _group(app, "approvers").members}


def test_adding_nobody_says_so_at_the_field(katherine: FlaskClient) -> None:
    answer = katherine.post(f"{APPROVERS}/members", data={"person_id": ""})
    assert answer.status_code == 422
    assert "Choose a person.</p>" in answer.text


def test_a_renamed_group_keeps_its_key(app: Flask, katherine: FlaskClient) -> None:
    assert katherine.post(APPROVERS, data={"name": " "}).status_code == 422
    assert katherine.post(APPROVERS, data={"name": "Buyers"}).status_code == 303
    assert _group(app, "approvers").name == "Buyers"


def test_a_removed_group_is_not_found_any_more(katherine: FlaskClient) -> None:
    assert katherine.post(f"{APPROVERS}/remove").status_code == 303
    assert katherine.get(APPROVERS).status_code == 404
