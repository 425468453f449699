"""People: finding, creating, changing, keeping out, and who may do so."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.queries import administration
from server.queries.administration import PersonRow
from tests.web import stuck
from tests.web.purchases import PASSWORD, actor, sign_in

NEW = {"id": "edsger", "name": "Edsger", "password": "shortest path 1", "zone": "Europe/Amsterdam"}


@pytest.fixture
def katherine(app: Flask) -> FlaskClient:
    stuck.settle(app)
    return sign_in(app, "katherine")


def _person(app: Flask, person_id: str) -> PersonRow:
    with app.app_context():
        return administration.person(actor("katherine"), person_id)


@pytest.mark.parametrize(
    ("query", "is_there"),
    [
        ("q=grac", True),
        ("q=ADA", False),
        ("q=%25", False),
        ("role=participant", True),
        ("role=operator", False),
        ("role=odd", True),
        ("state=inactive", False),
    ],
)
def test_people_are_found_by_text_role_and_state(katherine: FlaskClient, query: str, is_there: bool) -> None:
    page = katherine.get(f"/administration/people?{query}")
    assert page.status_code == 200
    assert ('aria-label="Edit Grace"' in page.text) is is_there


def test_a_created_person_can_sign_in_with_the_chosen_roles_and_zone(app: Flask, katherine: FlaskClient) -> None:
    answer = katherine.post("/administration/people/new", data=NEW | {"roles": ["analyst", "auditor"]})
    assert answer.status_code == 303
    assert "Edsger can sign in as edsger" in katherine.get(answer.location).text
    row = _person(app, "edsger")
    assert (row.roles, row.zone) == (("analyst", "auditor"), "Europe/Amsterdam")
    with app.app_context():
        assert actor("edsger").roles == {"analyst", "auditor"}


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"id": "Edsger D"}, 422, "A sign-in name has lower-case letters"),
        ({"id": "ada"}, 409, "There is somebody with the sign-in name ada already."),
        ({"name": " "}, 422, "Write the person&#39;s name."),
        ({"password": "short"}, 422, "A password has at least 10 characters."),
        ({"zone": "Moon/Crater"}, 422, "There is no time zone Moon/Crater."),
        ({"roles": "king"}, 422, "There is no role king."),
    ],
)
def test_a_person_with_a_problem_is_refused_at_the_field_and_what_was_typed_is_kept(
    katherine: FlaskClient, change: dict[str, str], status: int, sentence: str
) -> None:
    answer = katherine.post("/administration/people/new", data=NEW | {"email": "ed@example.org"} | change)
    assert answer.status_code == status
    assert sentence in answer.text
    assert 'value="ed@example.org"' in answer.text
    assert "shortest path" not in answer.text


def test_a_person_gets_another_name_email_and_role(app: Flask, katherine: FlaskClient) -> None:
    changed = {"name": "Ada L", "email": "ada@example.org", "zone": "UTC", "roles": ["participant", "analyst"]}
    assert katherine.post("/administration/people/ada", data=changed).status_code == 303
    row = _person(app, "ada")
    assert (row.name, row.email, row.zone, row.roles) == (
        "Ada L",
        "ada@example.org",
        "UTC",
        ("participant", "analyst"),
    )


def test_administrators_cannot_take_their_own_role_away(app: Flask, katherine: FlaskClient) -> None:
    answer = katherine.post("/administration/people/katherine", data={"name": "Katherine", "zone": "UTC"})
    assert answer.status_code == 409
    assert "You cannot take the role of administrator from yourself." in answer.text
    assert _person(app, "katherine").roles == ("administrator",)


def test_a_deactivated_person_is_signed_out_and_an_activated_one_comes_back(app: Flask, katherine: FlaskClient) -> None:
    ada = sign_in(app, "ada")
    address = "/administration/people/ada"
    assert katherine.post(f"{address}/deactivate", data={"reason": ""}).status_code == 422
    assert katherine.post(f"{address}/deactivate", data={"reason": "Left the house"}).status_code == 303
    assert ada.get("/inbox").status_code == 302
    assert not _person(app, "ada").active
    assert katherine.post(f"{address}/activate", data={"reason": "Came back"}).status_code == 303
    sign_in(app, "ada")


def test_a_new_password_replaces_the_old_one(app: Flask, katherine: FlaskClient) -> None:
    address = "/administration/people/ada/password"
    assert katherine.post(address, data={"password": "short"}).status_code == 422
    assert katherine.post(address, data={"password": "a better password"}).status_code == 303
    browser = app.test_client()
    assert browser.post("/sign-in", data={"name": "ada", "password": PASSWORD}).status_code == 422
    assert browser.post("/sign-in", data={"name": "ada", "password": "a better password"}).status_code == 303


@pytest.mark.parametrize("person_id", ["ada", "alan", "margaret"])
@pytest.mark.parametrize(
    "address", ["/administration/people", "/administration/people/grace", "/administration/groups"]
)
def test_only_administrators_find_the_administration_of_people(
    app: Flask, katherine: FlaskClient, person_id: str, address: str
) -> None:
    browser = sign_in(app, person_id)
    assert browser.get(address).status_code == 404
    assert browser.post("/administration/people/new", data=NEW).status_code == 404


def test_the_administration_begins_where_one_may_see_something(app: Flask, katherine: FlaskClient) -> None:
    assert katherine.get("/administration").location == "/administration/people"
    assert sign_in(app, "margaret").get("/administration").location == "/audit"
    assert sign_in(app, "ada").get("/administration").status_code == 404


def test_somebody_who_does_not_exist_is_not_found(katherine: FlaskClient) -> None:
    assert katherine.get("/administration/people/nobody").status_code == 404
