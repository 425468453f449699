"""Substitutes: naming them in one's own time zone, and removing them."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import clock
from server.queries import administration
from tests.web import stuck
from tests.web.purchases import actor, sign_in

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SPAN = {"person_id": "ada", "substitute_id": "grace", "from_at": "2026-11-20T08:00", "until_at": "2026-11-27T18:00"}
PAGE = "/administration/substitutes"


@pytest.fixture
def katherine(app: Flask) -> FlaskClient:
    clock.freeze(NOON)
    stuck.settle(app)
    return sign_in(app, "katherine")


def _rows(app: Flask) -> tuple[administration.SubstituteRow, ...]:
    with app.app_context():
        return administration.substitutes(actor("katherine"))


def test_a_substitute_works_for_the_other_between_two_moments_of_the_typists_zone(
    app: Flask, katherine: FlaskClient
) -> None:
    answer = katherine.post(PAGE, data=SPAN)
    assert answer.status_code == 303
    (row,) = _rows(app)
    assert (row.from_at, row.until_at) == (
        datetime(2026, 11, 20, 7, 0, tzinfo=UTC),
        datetime(2026, 11, 27, 17, 0, tzinfo=UTC),
    )
    with app.app_context():
        assert actor("grace").stands_for == {"ada"}
    page = katherine.get("/administration/people").text
    assert "Away to Fri 2026-11-27" in page


def test_without_an_end_it_lasts_until_further_notice(app: Flask, katherine: FlaskClient) -> None:
    katherine.post(PAGE, data=SPAN | {"until_at": ""})
    assert _rows(app)[0].until_at is None
    assert "Further notice" in katherine.get(PAGE).text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"person_id": ""}, "Choose a person."),
        ({"substitute_id": "ada"}, "Nobody is their own substitute."),
        ({"until_at": "2026-11-19T08:00"}, "The end lies before the beginning."),
        ({"from_at": "soon"}, "Give a day and a time, such as 2026-11-20 14:00."),
    ],
)
def test_an_impossible_substitute_is_refused_and_what_was_typed_is_kept(
    app: Flask, katherine: FlaskClient, change: dict[str, str], sentence: str
) -> None:
    answer = katherine.post(PAGE, data=SPAN | change)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert (SPAN | change)["until_at"] in answer.text
    assert _rows(app) == ()


def test_a_removed_substitute_stands_for_nobody(app: Flask, katherine: FlaskClient) -> None:
    katherine.post(PAGE, data=SPAN)
    (row,) = _rows(app)
    assert katherine.post(f"{PAGE}/{row.id}/remove").status_code == 303
    assert _rows(app) == ()
    assert katherine.post(f"{PAGE}/{row.id}/remove").status_code == 404
