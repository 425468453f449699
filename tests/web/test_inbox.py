"""The inbox: tabs, filters, the poll, the preview, and what is done with several at once."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from server import clock
from server.commands import user_tasks
from server.database import db
from server.queries import inbox as queries
from server.queries.inbox import PAGE
from tests.web.purchases import actor, ask, sign_in
from tests.web.test_user_task import user_task_of


def test_what_is_offered_to_the_group_is_under_my_groups(app: Flask, grace: FlaskClient) -> None:
    with app.app_context():
        ask()
    assert "Three laptops" not in grace.get("/inbox").get_data(as_text=True)
    text = grace.get("/inbox?tab=groups").get_data(as_text=True)
    assert "Three laptops" in text
    assert re.search(r'My groups <span class="n">1</span>', text)


def test_the_page_takes_seven_statements_with_the_sign_in(app: Flask, grace: FlaskClient) -> None:
    with app.app_context():
        ask()
    grace.get("/inbox?tab=groups")
    sent: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    grace.get("/inbox?tab=groups")
    event.remove(engine, "before_cursor_execute", note)
    assert 0 < len(sent) <= 7, "\n".join(sent)


def test_nobody_counts_further_than_asked_but_pages_go_on(
    app: Flask, grace: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST", 2)
    monkeypatch.setattr(queries, "PAGE", 1)
    with app.app_context():
        for title in ("First", "Second", "Third"):
            ask(title)
        someone, offered = actor("grace"), queries.Filter(tab=queries.Tab.GROUPS)
        # Statements are kept by actor and filter, so a filter of its own gets one with these sizes.
        pages = [queries.listed(someone, replace(offered, text="r", page=page), clock.now()) for page in (1, 2, 3, 4)]
    assert [page.total for page in pages] == [2, 2, 2, 2]
    assert [page.pages for page in pages] == [2, 3, 3, 2]
    assert [len(page.rows) for page in pages] == [1, 1, 1, 0]


def test_the_poll_answers_204_until_something_changes(app: Flask, grace: FlaskClient) -> None:
    text = grace.get("/inbox?tab=groups").get_data(as_text=True)
    poll = re.search(r'hx-get="([^"]+)"', text)
    assert poll is not None
    address = poll[1].replace("&amp;", "&")
    assert grace.get(address).status_code == 204
    with app.app_context():
        ask()
    answer = grace.get(address)
    assert answer.status_code == 200
    assert "Three laptops" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "query", ["tab=groups&q=lapt", "tab=groups&q=pr-1001", "tab=groups&q=ADA", "tab=groups&process=purchase"]
)
def test_the_list_is_searched_by_name_number_and_requester(app: Flask, grace: FlaskClient, query: str) -> None:
    with app.app_context():
        ask()
    assert "Three laptops" in grace.get(f"/inbox?{query}").get_data(as_text=True)
    assert "No user task fits" in grace.get(f"/inbox?{query}&q=nothing%25").get_data(as_text=True) or "q=" in query


@pytest.mark.parametrize("query", ["order=drop+table", "tab=nonsense", "page=-3", "page=99999999999", "page=7"])
def test_an_odd_address_shows_the_ordinary_inbox(grace: FlaskClient, query: str) -> None:
    assert grace.get(f"/inbox?{query}").status_code == 200


@pytest.mark.parametrize("order", ["due", "created", "priority", "name"])
def test_the_list_can_be_put_in_every_order(app: Flask, grace: FlaskClient, order: str) -> None:
    with app.app_context():
        ask("First")
        ask("Second")
    text = grace.get(f"/inbox?tab=groups&order={order}").get_data(as_text=True)
    assert {"First", "Second"} <= set(re.findall("First|Second", text))
    if order in ("due", "created"):  # among equals the older one is more urgent
        assert (text.index("Second") < text.index("First")) == (order == "created")


def test_several_are_claimed_and_released_at_once(app: Flask, grace: FlaskClient) -> None:
    with app.app_context():
        ids = [user_task_of(ask(item)) for item in ("One", "Two")]
    grace.post("/inbox/claim", data={"id": ids})
    assert "Claimed 2 user tasks" in grace.get("/inbox").get_data(as_text=True)
    grace.post("/inbox/release", data={"id": ids})
    assert "Released 2 user tasks" in grace.get("/inbox").get_data(as_text=True)


def test_a_bulk_claim_is_undone_for_what_it_has_claimed_and_for_nothing_else(app: Flask, grace: FlaskClient) -> None:
    with app.app_context():
        kept, *ids = [user_task_of(ask(item)) for item in ("Kept", "One", "Two")]
        user_tasks.claim(actor("grace"), kept)
    grace.post("/inbox/claim", data={"id": [kept, *ids]})
    undo = re.search(r'action="(/inbox/release[^"]+)"', grace.get("/inbox").get_data(as_text=True))
    assert undo is not None
    grace.post(undo[1].replace("&amp;", "&"))
    text = grace.get("/inbox").get_data(as_text=True)
    assert "Released 2 user tasks" in text
    assert [f'data-id="{task}"' in text for task in (kept, *ids)] == [True, False, False]


def test_a_bulk_claim_of_nothing_offers_no_undo(app: Flask) -> None:
    with app.app_context():
        task = user_task_of(ask())
    mallory = sign_in(app, "mallory")
    mallory.post("/inbox/claim", data={"id": [task]})
    assert "/inbox/release?" not in mallory.get("/inbox").get_data(as_text=True)


def test_somebody_elses_cannot_be_claimed_by_their_ids(app: Flask) -> None:
    with app.app_context():
        task = user_task_of(ask())
    mallory = sign_in(app, "mallory")
    mallory.post("/inbox/claim", data={"id": [task]})
    assert "Claimed 0 user tasks" in mallory.get("/inbox").get_data(as_text=True)


def test_a_filter_is_saved_counted_and_removed(app: Flask, grace: FlaskClient) -> None:
    with app.app_context():
        ask()
    answer = grace.post("/inbox/filters", data={"name": "Laptops", "query": "tab=groups&q=lapt&evil=1"})
    assert answer.location == "/inbox?tab=groups&q=lapt"
    text = grace.get(answer.location).get_data(as_text=True)
    assert re.search(r'aria-current="page">Laptops <span class="n">1</span>', text)
    removal = re.search(r'action="(/inbox/filters/[^"]+/remove)"', text)
    assert removal is not None
    grace.post(removal[1])
    assert "Laptops <span" not in grace.get("/inbox").get_data(as_text=True)


def test_the_preview_says_what_where_and_why(app: Flask, grace: FlaskClient) -> None:
    with app.app_context():
        task = user_task_of(ask())
        user_tasks.claim(actor("grace"), task)
    text = grace.get(f"/inbox/preview/{task}").get_data(as_text=True)
    for words in ("Approve purchase", "Requested by", "You claimed it", "Where it is", "Order it", "data-claim"):
        assert words in text


def test_who_follows_a_request_finds_it_under_following(app: Flask, grace: FlaskClient) -> None:
    with app.app_context():
        task = user_task_of(ask())
    grace.post(f"/user-tasks/{task}/follow")
    assert "Three laptops" in grace.get("/inbox?tab=following").get_data(as_text=True)


def test_an_operator_without_work_of_their_own_has_no_inbox(app: Flask) -> None:
    assert sign_in(app, "alan").get("/inbox").status_code == 404


def poll_of(text: str, start: str) -> str:
    """The address that a page asks again by itself; *start* is how it begins."""
    found = re.search(f'hx-get="({re.escape(start)}[^"]*)"', text)
    assert found is not None
    return found[1].replace("&amp;", "&")


def test_the_poll_brings_the_counts_of_the_tabs_as_well(app: Flask, grace: FlaskClient) -> None:
    text = grace.get("/inbox?tab=mine").get_data(as_text=True)
    assert re.search(r'My groups <span class="n">0</span>', text)
    with app.app_context():
        ask()
    answer = grace.get(poll_of(text, "/inbox/list")).get_data(as_text=True)
    assert re.search(r'<nav[^>]* id="inbox-tabs" hx-swap-oob="true">', answer)
    assert re.search(r'My groups <span class="n">1</span>', answer)
    assert re.search(r'id="inbox-told" hx-swap-oob="true"><span>0 user tasks for you, 1 for your groups', answer)
    assert grace.get(poll_of(answer, "/inbox/list")).status_code == 204


def test_every_page_asks_again_for_the_counts_of_the_menu_and_the_bell(app: Flask, grace: FlaskClient) -> None:
    text = grace.get("/requests").get_data(as_text=True)
    assert grace.get(poll_of(text, "/waiting")).status_code == 204
    assert re.search(r'id="waiting-inbox" hidden>0<', text)
    with app.app_context():
        task = user_task_of(ask())
        user_tasks.delegate(actor("linus"), task, "grace", "Your field")
    answer = grace.get(poll_of(text, "/waiting")).get_data(as_text=True)
    assert re.search(r'id="waiting-inbox" hx-swap-oob="true">1<', answer)
    assert 'aria-label="Notices, 1 unread" hx-swap-oob="true"' in answer
    assert grace.get(poll_of(answer, "/waiting")).status_code == 204


def test_a_long_inbox_has_pages_that_keep_the_filter_and_a_page_too_far_is_the_last(
    app: Flask, grace: FlaskClient
) -> None:
    with app.app_context():
        for number in range(PAGE + 2):
            ask(f"Desk {number:02}")
    first = grace.get("/inbox?tab=groups&q=desk").get_data(as_text=True)
    assert f"1 to {PAGE} of {PAGE + 2}" in first
    assert 'rel="next" href="/inbox?tab=groups&amp;q=desk&amp;page=2"' in first
    for number in (2, 9):
        last = grace.get(f"/inbox?tab=groups&q=desk&page={number}").get_data(as_text=True)
        assert f"{PAGE + 1} to {PAGE + 2} of {PAGE + 2}" in last
        assert 'rel="next"' not in last
