"""Jobs and timers: filters, firing now, postponing."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import clock
from server.commands import jobs as commands
from server.identity.actor import WORKER
from server.queries import jobs
from server.queries.jobs import JobFilter, JobKind, JobState
from server.runtime.job_steps import STEPS
from server.web.jobs import KINDS
from server.workers import kinds
from tests.web import stuck
from tests.web.purchases import actor, sign_in

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def alan(app: Flask) -> FlaskClient:
    clock.freeze(NOON)
    stuck.settle(app)
    return sign_in(app, "alan")


def _timer(app: Flask) -> jobs.JobRow:
    with app.app_context():
        stuck.bill(5)
        return _only_job(app)


def _only_job(app: Flask) -> jobs.JobRow:
    with app.app_context():
        return jobs.listed(actor("alan"), JobFilter(), clock.now()).rows[0]


def test_a_timer_is_told_in_words_with_its_element_process_and_key(app: Flask, alan: FlaskClient) -> None:
    _timer(app)
    page = alan.get("/operations/jobs").text
    for text in ("Timer", "Two hours", "Billing", "B-1", "2026-11-20 15:00", "in 2 h", "0 of 3", "Waiting"):
        assert text in page


def test_a_timer_says_why_it_is_due_then(app: Flask, alan: FlaskClient) -> None:
    row = _timer(app)
    assert row.why is not None
    assert (row.why.form, row.why.text, row.why.calendar, row.why.zone) == ("duration", "PT2H", "", "UTC")
    assert 'After <span class="id">PT2H</span>' in alan.get("/operations/jobs?kind=timer").text


@pytest.mark.parametrize(
    ("query", "is_there"),
    [
        ("kind=timer", True),
        ("kind=message", False),
        ("state=waiting", True),
        ("state=dead", False),
        ("kind=odd&state=%27--&order=rowid", True),
    ],
)
def test_jobs_are_filtered_by_kind_and_state_and_odd_filters_show_all(
    app: Flask, alan: FlaskClient, query: str, is_there: bool
) -> None:
    _timer(app)
    page = alan.get(f"/operations/jobs?{query}")
    assert page.status_code == 200
    assert ("Two hours" in page.text) is is_there


def test_firing_a_timer_makes_it_due_and_asks_for_a_reason(app: Flask, alan: FlaskClient) -> None:
    row = _timer(app)
    assert "Fire 1 job now" in alan.get(f"/operations/jobs/{row.id}/fire").text
    assert alan.post(f"/operations/jobs/{row.id}/fire", data={"reason": ""}).status_code == 422
    assert alan.post(f"/operations/jobs/{row.id}/fire", data={"reason": "No need to wait"}).status_code == 303
    assert _only_job(app).state is JobState.DUE


def test_a_timer_is_postponed_to_a_time_in_the_zone_of_who_types_it(app: Flask, alan: FlaskClient) -> None:
    row = _timer(app)
    answer = alan.post(
        f"/operations/jobs/{row.id}/postpone", data={"due": "2026-11-21T09:30", "reason": "The bank is closed"}
    )
    assert answer.status_code == 303
    assert _only_job(app).due_at == datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("due", "sentence"),
    [
        ("2026-11-20T12:59", "This moment has passed."),
        ("tomorrow", "Give a day and a time, such as 2026-11-20 14:00."),
    ],
)
def test_an_impossible_time_is_refused_at_its_field_and_the_reason_is_kept(
    app: Flask, alan: FlaskClient, due: str, sentence: str
) -> None:
    row = _timer(app)
    answer = alan.post(f"/operations/jobs/{row.id}/postpone", data={"due": due, "reason": "The bank is closed"})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "The bank is closed" in answer.text
    assert _only_job(app).due_at == row.due_at


def test_a_job_that_a_worker_has_cannot_be_fired_a_second_time(app: Flask, alan: FlaskClient) -> None:
    row = _timer(app)
    clock.freeze(NOON + timedelta(hours=3))
    with app.app_context():
        commands.claim(WORKER, "test", 1, 60)
    alan = sign_in(app, "alan")  # the first session has been idle for too long
    assert "Running" in alan.get("/operations/jobs").text
    assert alan.post(f"/operations/jobs/{row.id}/fire", data={"reason": "Now"}).status_code == 409


def test_a_dead_job_shows_its_error_and_can_be_fired_only(app: Flask, alan: FlaskClient) -> None:
    row = _timer(app)
    clock.freeze(NOON + timedelta(hours=3))
    with app.app_context():
        commands.claim(WORKER, "test", 1, 60)
        commands.fail(WORKER, row.id, 1, "The bank's line was cut", None)
    alan = sign_in(app, "alan")  # the first session has been idle for too long
    page = alan.get("/operations/jobs?state=dead").text
    assert "The bank&#39;s line was cut" in page
    assert "Fire now" in page
    assert "Postpone…" not in page
    assert alan.post(f"/operations/jobs/{row.id}/fire", data={"reason": "Line is back"}).status_code == 303
    assert _only_job(app).state is JobState.DUE


def test_every_kind_of_job_that_is_carried_out_has_words() -> None:
    assert {kind.value for kind in JobKind} == {*STEPS, *kinds.KINDS}
    assert set(KINDS) == set(JobKind)
