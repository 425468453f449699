"""Start: who finds which process, the start form, drafts and favourites."""

from flask import Flask
from flask.testing import FlaskClient

from server.commands import deployments
from server.identity.actor import CONSOLE
from tests.web import purchases
from tests.web.purchases import sign_in

JSON = {"Accept": "application/json"}


def test_the_catalogue_lists_what_one_may_start(app: Flask, ada: FlaskClient) -> None:
    text = ada.get("/start").get_data(as_text=True)
    assert "Purchase approval" in text
    assert "Buying" in text
    assert "Purchase approval" not in sign_in(app, "grace").get("/start").get_data(as_text=True)


def test_the_catalogue_is_searched(ada: FlaskClient) -> None:
    assert "Purchase approval" in ada.get("/start?q=costs").get_data(as_text=True)
    assert "No process fits" in ada.get("/start?q=holiday").get_data(as_text=True)


def test_who_may_not_start_a_process_is_told_so(grace: FlaskClient) -> None:
    answer = grace.get("/start/purchase")
    assert answer.status_code == 403
    assert "You may not start Purchase approval" in answer.get_data(as_text=True)


def test_the_start_form_says_what_happens_next(ada: FlaskClient) -> None:
    text = ada.get("/start/purchase").get_data(as_text=True)
    for words in (
        "What happens next",
        "<li>Approve purchase</li>",
        "<li>Order it</li>",
        "<strong>costs money</strong>",
    ):
        assert words in text


def test_who_has_nothing_to_fill_in_is_told_so_and_only_starts_it(app: Flask, ada: FlaskClient) -> None:
    assert "Nothing has to be filled in." not in ada.get("/start/purchase").get_data(as_text=True)
    with app.app_context():
        bare = purchases.PROCESS.replace(b' camunda:formKey="purchase_request"', b"")
        deployments.deploy(CONSOLE, [("purchase.bpmn", bare)])
    text = ada.get("/start/purchase").get_data(as_text=True)
    assert "Nothing has to be filled in." in text
    assert "You start it" in text
    assert "You fill in the form" not in text
    answer = ada.post("/start/purchase/submit", json={"values": {}}, headers=JSON)
    assert answer.get_json() == {"location": "/requests"}


def test_a_started_request_is_among_my_requests(ada: FlaskClient) -> None:
    answer = ada.post("/start/purchase/submit", json={"values": {"item": "A desk", "amount": 300}}, headers=JSON)
    assert answer.get_json() == {"location": "/requests"}
    text = ada.get("/requests").get_data(as_text=True)
    for words in ("A desk", "PR-1001", "Purchasing approvers</strong> since", "Started PR-1001"):
        assert words in text


def test_a_start_form_with_errors_starts_nothing(ada: FlaskClient) -> None:
    answer = ada.post("/start/purchase/submit", json={"values": {"amount": 0}}, headers=JSON)
    assert answer.status_code == 422
    assert {problem["field"] for problem in answer.get_json()["problems"]} == {"item", "amount"}
    assert "Nothing is under way" in ada.get("/requests").get_data(as_text=True)


def test_half_of_a_character_which_no_page_could_show_is_refused(ada: FlaskClient) -> None:
    sent = b'{"values": {"item": "A desk \\ud83d", "amount": 300}}'
    answer = ada.post("/start/purchase/submit", data=sent, content_type="application/json", headers=JSON)
    assert answer.status_code == 422
    assert "holds half of a character" in answer.get_data(as_text=True)
    assert "Nothing is under way" in ada.get("/requests").get_data(as_text=True)


def test_a_draft_of_a_start_is_kept_until_it_is_started(ada: FlaskClient) -> None:
    ada.post("/start/purchase/draft", json={"values": {"item": "Half a de"}}, headers=JSON)
    assert "Half a de" in ada.get("/start/purchase").get_data(as_text=True)
    ada.post("/start/purchase/submit", json={"values": {"item": "A desk", "amount": 5}}, headers=JSON)
    assert "Half a de" not in ada.get("/start/purchase").get_data(as_text=True)


def test_a_favourite_comes_first(ada: FlaskClient) -> None:
    ada.post("/start/purchase/favourite")
    text = ada.get("/start").get_data(as_text=True)
    assert text.index("Favourites</h2>") < text.index("Buying</h2>")
