"""Pages of notices: what one is told, what processes settle, and the log of what was sent."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from server.commands import people, user_tasks
from server.database import db
from server.identity.actor import CONSOLE
from server.queries import notice_policies
from server.records.user_task import UserTask
from server.runtime.notices import outlets
from server.settings import Settings
from server.workers.loop import work_once
from tests.web.purchases import PASSWORD, actor, ask, sign_in


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    with app.app_context():
        people.create(CONSOLE, "katherine", "Katherine", PASSWORD, ["administrator"])
    return sign_in(app, "katherine")


@pytest.fixture
def analyst(app: Flask) -> FlaskClient:
    with app.app_context():
        people.create(CONSOLE, "tim", "Tim", PASSWORD, ["analyst"])
    return sign_in(app, "tim")


@pytest.fixture
def mailing(app: Flask, settings: Settings) -> Settings:
    """Mails are written into a folder."""
    outlets.mail = True
    with app.app_context():
        people.change(CONSOLE, "linus", "Linus", ["participant"], "linus@example.org", "Europe/Berlin")
    return replace(settings, mail_folder=str(settings.files_path.parent / "mails"))


def test_a_person_chooses_what_they_are_told_and_when(app: Flask, ada: FlaskClient, mailing: Settings) -> None:
    given = {"comment.mail": "yes", "ended.mail": "no", "timing": "daily", "daily_at": "18:00"}
    assert ada.post("/account/notices", data=given | {"quiet_from": "", "quiet_until": ""}).status_code == 303
    with app.app_context():
        mine = notice_policies.mine(actor("ada"))
    chosen = {(line.kind.value, line.channel.value): line.chosen for line in mine.lines if line.chosen is not None}
    assert chosen == {("comment", "mail"): True, ("ended", "mail"): False}
    assert (mine.timing, mine.daily_at) == ("daily", "18:00")
    assert 'value="18:00"' in ada.get("/account/notices").text


def test_quiet_hours_without_an_end_are_refused_beside_the_field(ada: FlaskClient) -> None:
    answer = ada.post("/account/notices", data={"quiet_from": "22:00"})
    assert answer.status_code == 422
    assert "Quiet hours have a beginning and an end" in answer.text
    assert 'value="22:00"' in answer.text


def test_channels_that_the_installation_lacks_are_not_offered(ada: FlaskClient) -> None:
    page = ada.get("/account/notices").text
    assert 'name="ended.in_app"' in page
    assert 'name="ended.mail"' not in page
    assert "This installation sends no mail yet" in page


def test_an_analyst_settles_what_a_process_tells(app: Flask, analyst: FlaskClient) -> None:
    assert "Purchase approval" in analyst.get("/administration/notices").text
    address = "/administration/notices/of/purchase"
    given = {"assigned.in_app": "on", "due_soon": "1,5", "escalate_after": "0", "timing": "at_once"}
    given |= {"escalate_to": "alan, approvers", "daily_at": "08:00"}
    assert analyst.post(address, data=given).status_code == 303
    with app.app_context():
        found = notice_policies.policy(actor("tim"), "purchase")
    assert (found.due_soon, found.escalate_after) == (90, 0)
    assert found.escalate_to == ("user:alan", "group:approvers")
    assert [one.kind.value for one in found.channels if one.in_app] == ["assigned"]
    assert analyst.post(f"{address}/unsettle").status_code == 303
    assert "As for every process" in analyst.get(address).text


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("due_soon", "soon", "Write a number of hours"),
        ("escalate_to", "nobody", "There is no person or group &#34;nobody&#34;."),
        ("connection", "hook", "There is no webhook connection &#34;hook&#34;."),
        ("daily_at", "99", "is no time of day"),
    ],
)
def test_what_cannot_be_settled_is_told_beside_the_field(
    analyst: FlaskClient, field: str, text: str, sentence: str
) -> None:
    given = {"timing": "at_once", "daily_at": "08:00"} | {field: text}
    answer = analyst.post("/administration/notices/of/purchase", data=given)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_all_processes_are_settled_by_an_administrator_alone(admin: FlaskClient, analyst: FlaskClient) -> None:
    address, given = "/administration/notices/every-process", {"timing": "hourly", "daily_at": "08:00"}
    assert analyst.post(address, data=given).status_code == 403
    assert admin.post(address, data=given).status_code == 303
    assert "Save" not in analyst.get(address).text


def test_a_process_that_is_not_there_has_no_page(analyst: FlaskClient) -> None:
    assert analyst.get("/administration/notices/of/nothing").status_code == 404


@pytest.mark.parametrize(
    "address", ["/administration/notices", "/administration/notices/every-process", "/operations/sendings"]
)
def test_participants_find_no_pages_of_what_others_are_told(ada: FlaskClient, address: str) -> None:
    assert ada.get(address).status_code == 404


def test_operators_see_what_was_sent_and_send_it_again(app: Flask, grace: FlaskClient, mailing: Settings) -> None:
    alan = sign_in(app, "alan")
    assert "Nothing was sent" in alan.get("/operations/sendings").text
    with app.app_context():
        instance_id = ask()
        user_task = _given_to_linus(instance_id)
        while work_once(mailing, "test", {}):
            pass
    page = alan.get("/operations/sendings?state=sent&channel=mail&person=linus").text
    assert "asks you to do: Approve purchase" in page
    address = page.split('href="/operations/sendings/')[1].split('"')[0]
    assert user_task in alan.get(f"/operations/sendings/{address}").text
    assert alan.post(f"/operations/sendings/{address}/resend", data={"reason": " "}).status_code == 422
    assert alan.post(f"/operations/sendings/{address}/resend", data={"reason": "Lost"}).status_code == 303
    again = alan.post(f"/operations/sendings/{address}/resend", data={"reason": "Lost"})
    assert again.status_code == 409
    assert len(list((mailing.files_path.parent / "mails").glob("*.eml"))) == 1


def _given_to_linus(instance_id: str) -> str:
    """An operator gives the open user task of the instance to Linus; its id."""
    found = db.session.scalars(select(UserTask.id).where(UserTask.instance_id == instance_id)).one()
    user_tasks.reassign(actor("alan"), found, "linus", "Grace is away")
    return found
