"""Calendars: listed, added, changed, removed, and the free days of a year."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.commands import deployments
from server.identity.actor import CONSOLE
from server.queries import calendars
from tests.web import stuck
from tests.web.purchases import PROCESS, actor, sign_in

PAGE = "/administration/calendars"
TYPED = {
    "key": "office",
    "name": "Office",
    "zone": "Europe/Berlin",
    "monday": "9:00-12:00, 13:00-17:00",
    "friday": "9:00-13:00",
    "country": "DE",
    "subdivision": "by",
    "free_days": "12-24 Christmas Eve\r\n2026-11-27 Move",
}


@pytest.fixture
def katherine(app: Flask) -> FlaskClient:
    stuck.settle(app)
    return sign_in(app, "katherine")


def test_without_a_calendar_the_page_says_what_that_means(katherine: FlaskClient) -> None:
    page = katherine.get(PAGE).text
    assert "There is no calendar yet" in page
    assert "two days are two days" in page


def test_a_calendar_is_added_listed_and_shown_again_as_it_was_typed(app: Flask, katherine: FlaskClient) -> None:
    answer = katherine.post(f"{PAGE}/new", data=TYPED)
    assert (answer.status_code, answer.location) == (303, f"{PAGE}/office")
    page = katherine.get(f"{PAGE}/office").text
    for shown in ('value="9:00-12:00, 13:00-17:00"', "12-24 Christmas Eve\n2026-11-27 Move", 'value="BY"'):
        assert shown in page
    listed = katherine.get(PAGE).text
    assert "Mon, Fri" in listed
    assert "Germany" in listed
    with app.app_context():
        assert calendars.calendar(actor("katherine"), "office").week["tuesday"] == ""


def test_countries_and_public_holidays_have_their_names_in_the_language_of_the_reader(katherine: FlaskClient) -> None:
    katherine.post(f"{PAGE}/new", data=TYPED)
    german = {"Accept-Language": "de"}
    assert "Deutschland" in katherine.get(PAGE, headers=german).text
    page = katherine.get(f"{PAGE}/office?year=2026", headers=german).text
    for shown in ("Do 24.12.2026", "Christmas Eve", "Heilige Drei Könige", "Feiertag", "Deutschland (DE)"):
        assert shown in page
    assert page.index("Österreich (AT)") < page.index("Polen (PL)")
    assert "Epiphany" not in page


def test_a_year_shows_its_free_days(katherine: FlaskClient) -> None:
    katherine.post(f"{PAGE}/new", data=TYPED)
    page = katherine.get(f"{PAGE}/office?year=2026").text
    assert "Free days of 2026" in page
    for shown in ("Thu 2026-12-24", "Christmas Eve", "Your own", "Fri 2026-11-27", "Epiphany", "Public holiday"):
        assert shown in page
    assert "Move" not in katherine.get(f"{PAGE}/office?year=2027").text.partition("Free days of 2027")[2]
    assert katherine.get(f"{PAGE}/office?year=soon").status_code == 200


def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(katherine: FlaskClient) -> None:
    answer = katherine.post(f"{PAGE}/new", data={**TYPED, "friday": "all day"})
    assert answer.status_code == 422
    assert "is no span of working hours" in answer.text
    assert 'value="all day"' in answer.text
    assert katherine.post(f"{PAGE}/new", data=TYPED).status_code == 303
    taken = katherine.post(f"{PAGE}/new", data=TYPED)
    assert (taken.status_code, "There is a calendar office already." in taken.text) == (409, True)


def test_a_calendar_is_changed_and_removed(katherine: FlaskClient) -> None:
    katherine.post(f"{PAGE}/new", data=TYPED)
    assert katherine.post(f"{PAGE}/office", data={**TYPED, "name": "Offices"}).status_code == 303
    assert "Offices" in katherine.get(PAGE).text
    assert katherine.post(f"{PAGE}/office", data={**TYPED, "zone": "Mars"}).status_code == 422
    assert katherine.post(f"{PAGE}/office/remove").location == PAGE
    assert katherine.get(f"{PAGE}/office").status_code == 404


def test_a_calendar_that_a_process_counts_by_stays_and_says_which(app: Flask, katherine: FlaskClient) -> None:
    katherine.post(f"{PAGE}/new", data=TYPED)
    named = PROCESS.replace(b'name="category" value="Buying"', b'name="calendar" value="office"')
    with app.app_context():
        deployments.deploy(CONSOLE, [("purchase.bpmn", named)])
    answer = katherine.post(f"{PAGE}/office/remove")
    assert answer.status_code == 409
    assert "Purchase approval counts by this calendar." in answer.text


def test_only_administrators_see_calendars(app: Flask, katherine: FlaskClient) -> None:
    assert katherine.get(PAGE).status_code == 200
    assert sign_in(app, "ada").get(PAGE).status_code == 404
