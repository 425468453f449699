"""The pages of analysts: the list of processes, deploying, one version, its file, two versions compared."""

import io
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.commands import definition_comments, deployments, groups, people, process_instances
from server.database import db
from server.identity.actor import CONSOLE, person_actor
from server.queries import definitions as queries
from server.queries import diagrams
from server.queries.diagrams import Counts
from server.records.definition import ProcessDefinition
from server.records.process_instance import ProcessInstance
from server.web.definition import diagram_state
from tests.web import purchases
from tests.web.test_instance import NESTED

CONSOLE_ANALYST = person_actor("hedy", "Hedy", frozenset({"analyst"}))
NEWER = purchases.PROCESS.replace(b'name="Order it"', b'name="Order it at once"')
BROKEN = purchases.PROCESS.replace(b'targetRef="order"', b'targetRef="nowhere"')


@pytest.fixture
def analyst(app: Flask) -> FlaskClient:
    with app.app_context():
        people.create(CONSOLE, "hedy", "Hedy", purchases.PASSWORD, ("analyst",))
    return purchases.sign_in(app, "hedy")


@pytest.fixture
def auditor(app: Flask) -> FlaskClient:
    with app.app_context():
        people.create(CONSOLE, "katherine", "Katherine", purchases.PASSWORD, ("auditor",))
    return purchases.sign_in(app, "katherine")


def definition_id(app: Flask, version: int = 1) -> str:
    with app.app_context():
        found = db.session.query(ProcessDefinition.id).filter_by(key="purchase", version=version).one()
        return str(found[0])


def deploy(browser: FlaskClient, name: str, content: bytes, partial: bool = True) -> tuple[int, str]:
    headers = {"HX-Request": "true"} if partial else {}
    answer = browser.post("/definitions/deploy", data={"file": (io.BytesIO(content), name)}, headers=headers)
    return answer.status_code, answer.get_data(as_text=True)


def test_the_list_shows_the_latest_version_with_its_running_instances(app: Flask, analyst: FlaskClient) -> None:
    with app.app_context():
        purchases.ask()
    text = analyst.get("/definitions").get_data(as_text=True)
    assert "Purchase approval" in text
    assert "1 running instances of Purchase approval" in text


def test_a_search_without_a_hit_offers_the_whole_list(analyst: FlaskClient) -> None:
    assert "No process fits" in analyst.get("/definitions?q=unheard-of").get_data(as_text=True)


@pytest.mark.parametrize("query", ["sort=;drop", "state=odd", "sort=running&state=incidents"])
def test_odd_filters_do_no_harm(analyst: FlaskClient, query: str) -> None:
    assert analyst.get(f"/definitions?{query}").status_code == 200


def test_a_new_version_is_deployed_and_linked(app: Flask, analyst: FlaskClient) -> None:
    status, text = deploy(analyst, "purchase.bpmn", NEWER)
    assert status == 200
    assert "version 2" in text
    assert "<html" not in text
    assert f"/definitions/{definition_id(app, 2)}" in text


def test_the_same_bytes_keep_their_version(analyst: FlaskClient) -> None:
    assert "unchanged, kept version 1" in deploy(analyst, "purchase.bpmn", purchases.PROCESS)[1]


def test_a_broken_model_is_answered_with_file_element_and_line(analyst: FlaskClient) -> None:
    status, text = deploy(analyst, "broken.bpmn", BROKEN)
    assert status == 422
    assert "Not deployed." in text
    assert "broken.bpmn" in text
    assert "nowhere" in text


def documented(browser: FlaskClient, content: bytes) -> tuple[int, str]:
    data = {"file": (io.BytesIO(content), "drawn.bpmn"), "for_documentation": "1"}
    answer = browser.post("/definitions/deploy", data=data, headers={"HX-Request": "true"})
    return answer.status_code, answer.get_data(as_text=True)


DRAWN = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.org/drawn">
<process id="drawn" name="Only drawn" isExecutable="true"><startEvent id="s"/><serviceTask id="odd" name="Odd job"/>
<sequenceFlow id="f" sourceRef="s" targetRef="odd"/></process></definitions>"""


def test_an_unfinished_model_is_offered_for_documentation_and_tells_what_is_missing(
    app: Flask, analyst: FlaskClient
) -> None:
    status, text = deploy(analyst, "drawn.bpmn", DRAWN)
    assert status == 422
    assert "tick “For documentation” above" in text
    status, text = documented(analyst, DRAWN)
    assert status == 200
    assert "for documentation: it cannot be started" in text
    with app.app_context():
        found = db.session.query(ProcessDefinition.id).filter_by(key="drawn").one()[0]
    page = analyst.get(f"/definitions/{found}").get_data(as_text=True)
    assert "Missing to make it run" in page
    assert "The service task does not say what to do" in page
    assert "Drawn only" in page
    assert "/start/drawn" not in page
    assert "Only drawn" not in analyst.get("/start").get_data(as_text=True)


SKETCH = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.org/drawn">
<process id="sketch" name="A sketch" isExecutable="false"><startEvent id="s"/><serviceTask id="odd" name="Odd job"/>
<exclusiveGateway id="fine" name="Fine?"/><intermediateCatchEvent id="t" name="Some days"><timerEventDefinition/>
</intermediateCatchEvent><endEvent id="e" name="Over"/>
<sequenceFlow id="f" sourceRef="s" targetRef="odd"/><sequenceFlow id="f1" sourceRef="odd" targetRef="fine"/>
<sequenceFlow id="f2" name="no" sourceRef="fine" targetRef="t"/>
<sequenceFlow id="f3" sourceRef="fine" targetRef="e"/></process></definitions>"""


@pytest.fixture
def drawer(app: Flask) -> FlaskClient:
    """Somebody who may draw, and start whatever can be started."""
    with app.app_context():
        people.create(CONSOLE, "mary", "Mary", purchases.PASSWORD, ("analyst", "participant", "operator"))
    return purchases.sign_in(app, "mary")


def sketch(app: Flask) -> str:
    """The address of the page of a model that was never meant to run."""
    with app.app_context():
        return f"/definitions/{deployments.deploy(CONSOLE, [('sketch.bpmn', SKETCH)]).definitions[0].id}"


def test_a_sketch_says_element_by_element_what_is_missing_to_make_it_run(app: Flask, drawer: FlaskClient) -> None:
    page = drawer.get(sketch(app)).text
    lacks = page[page.index("Missing to make it run") : page.index("Told at deploy")]
    rows = re.findall(r'<td data-l="Problem">([^<]*).*?data-element="([^"]*)">([^<]*)<.*?right">(\d+)<', lacks, re.S)
    assert [(element, name, line) for _, element, name, line in rows] == [
        ("odd", "Odd job", "2"),
        ("t", "Some days", "3"),
        ("f2", "“no” from Fine? to Some days", "6"),
        ("f3", "The flow from Fine? to Over", "7"),
    ]
    assert "The service task does not say what to do" in rows[0][0]
    assert "The timer has no time" in rows[1][0]
    assert lacks.count("Missing</span>") == 4


def test_what_is_missing_is_painted_on_the_drawing_and_the_marks_are_explained(app: Flask, drawer: FlaskClient) -> None:
    page = drawer.get(sketch(app)).text
    state = json.loads(re.search(r'id="diagram-state"[^>]*>(.*?)</script>', page, re.S)[1])  # type: ignore[index]  # it is there, or the test fails
    painted = {one["element"] for one in state["problems"] if one["level"] == "missing"}
    assert painted == {"odd", "t", "f2", "f3"}
    assert "Something is missing to run it" in page


def test_a_process_without_marks_explains_none(app: Flask, analyst: FlaskClient) -> None:
    page = analyst.get(f"/definitions/{definition_id(app)}").text
    assert "Something is missing to run it" not in page


def test_people_comment_on_a_version_in_markdown(app: Flask, analyst: FlaskClient) -> None:
    address = f"/definitions/{definition_id(app)}"
    assert "Nobody has commented on this version yet." in analyst.get(address).text
    answer = analyst.post(f"{address}/comment", data={"text": "Looks **good** <b>to me</b>"}, follow_redirects=True)
    assert "Looks <strong>good</strong>" in answer.text
    assert "<b>to me</b>" not in answer.text
    assert "Nobody has commented" not in answer.text


def test_a_refused_comment_is_kept_and_says_why(app: Flask, analyst: FlaskClient) -> None:
    answer = analyst.post(f"/definitions/{definition_id(app)}/comment", data={"text": "x" * 10_001})
    assert answer.status_code == 422
    assert "A comment has 1 to 10000 characters." in answer.text
    assert "x" * 10_001 in answer.text


def test_comments_come_in_pages_the_newest_first(app: Flask, analyst: FlaskClient) -> None:
    found = definition_id(app)
    with app.app_context():
        for number in range(21):
            definition_comments.write(CONSOLE_ANALYST, found, f"Remark number {number}.")
    first = analyst.get(f"/definitions/{found}").text
    assert "Remark number 20." in first
    assert "Remark number 0." not in first
    assert f"/definitions/{found}?page=2" in first
    second = analyst.get(f"/definitions/{found}?page=2").text
    assert "Remark number 0." in second
    assert "Remark number 20." not in second


def test_who_may_only_look_reads_comments_and_writes_none(app: Flask, auditor: FlaskClient) -> None:
    found = definition_id(app)
    with app.app_context():
        definition_comments.write(CONSOLE_ANALYST, found, "See page two.")
    page = auditor.get(f"/definitions/{found}").text
    assert "See page two." in page
    assert "Add a comment" not in page
    assert auditor.post(f"/definitions/{found}/comment", data={"text": "No"}).status_code == 403


def test_a_sketch_is_shown_without_anything_that_only_a_running_process_has(app: Flask, drawer: FlaskClient) -> None:
    page = drawer.get(sketch(app)).text
    assert "Drawn only" in page
    assert "As it was drawn" in page
    assert "Nothing and nobody: it is kept for documentation." in page
    for text in ("Running now", "The same numbers", "Suspend…", "/start/sketch", 'id="switch"'):
        assert text not in page
    with app.app_context():
        groups.add_member(CONSOLE, "staff", "mary")
    running = drawer.get(f"/definitions/{definition_id(app)}").text
    for text in ("Running now", "The same numbers", "Suspend…", "/start/purchase", 'id="switch"'):
        assert text in running


def test_a_sketch_is_not_in_the_start_catalogue_and_cannot_be_started(app: Flask, drawer: FlaskClient) -> None:
    sketch(app)
    with app.app_context():
        groups.add_member(CONSOLE, "staff", "mary")
    catalogue = drawer.get("/start").text
    assert "Purchase approval" in catalogue
    assert "A sketch" not in catalogue
    assert drawer.get("/start/sketch").status_code == 404
    assert drawer.post("/start/sketch/submit", json={"values": {}}).status_code == 409
    with app.app_context():
        assert db.session.query(ProcessInstance).count() == 0


def test_a_complete_model_that_is_not_called_executable_is_told_how_to_make_it_run(
    app: Flask, drawer: FlaskClient
) -> None:
    content = purchases.PROCESS.replace(b'isExecutable="true"', b'isExecutable="false"').replace(b"purchase", b"bought")
    with app.app_context():
        found = deployments.deploy(CONSOLE, [("bought.bpmn", content)]).definitions[0].id
    page = drawer.get(f"/definitions/{found}").text
    assert 'set <span class="id">isExecutable</span> to true' in page


def test_a_wrong_model_is_not_offered_for_documentation(analyst: FlaskClient) -> None:
    assert "For documentation</em>" not in deploy(analyst, "broken.bpmn", BROKEN)[1]


def test_without_scripts_deploying_answers_the_whole_page(analyst: FlaskClient) -> None:
    status, text = deploy(analyst, "readme.md", b"# hello", partial=False)
    assert status == 422
    assert "<h1>Processes</h1>" in text
    assert "neither a model" in text


def test_an_auditor_is_offered_no_deployment_and_is_refused_one(auditor: FlaskClient) -> None:
    assert "data-deploy" not in auditor.get("/definitions").get_data(as_text=True)
    assert deploy(auditor, "purchase.bpmn", NEWER)[0] == 403


def test_participants_do_not_see_the_pages_of_analysts(app: Flask, ada: FlaskClient) -> None:
    assert ada.get("/definitions").status_code == 404
    assert ada.get(f"/definitions/{definition_id(app)}").status_code == 404


def test_the_page_of_a_version_counts_what_is_at_each_step(app: Flask, analyst: FlaskClient) -> None:
    with app.app_context():
        purchases.ask()
    text = analyst.get(f"/definitions/{definition_id(app)}").get_data(as_text=True)
    assert '"text": "1"' in text
    assert "a person, with the start page" in text
    assert "purchase_decision" in text


def test_the_exact_bytes_come_back_under_their_name(app: Flask, analyst: FlaskClient) -> None:
    answer = analyst.get(f"/definitions/{definition_id(app)}/bpmn?download=1")
    assert answer.data == purchases.PROCESS
    assert answer.headers["Content-Disposition"] == "attachment; filename=purchase.bpmn"


def test_a_model_without_a_drawing_is_laid_out_for_the_viewer(app: Flask, analyst: FlaskClient) -> None:
    answer = analyst.get(f"/definitions/{definition_id(app)}/bpmn")
    assert answer.mimetype == "text/xml"
    assert b"BPMNShape" in answer.data


def test_the_drawing_is_for_those_who_may_start_it_or_see_an_instance(
    app: Flask, ada: FlaskClient, grace: FlaskClient
) -> None:
    address = f"/definitions/{definition_id(app)}/bpmn"
    mallory = purchases.sign_in(app, "mallory")
    assert [browser.get(address).status_code for browser in (ada, grace, mallory)] == [200, 404, 404]
    with app.app_context():
        purchases.ask()
    assert [browser.get(address).status_code for browser in (ada, grace, mallory)] == [200, 200, 404]


def test_two_versions_are_compared_in_words(app: Flask, analyst: FlaskClient) -> None:
    with app.app_context():
        deployments.deploy(CONSOLE, [("purchase.bpmn", NEWER)])
    new, old = definition_id(app, 2), definition_id(app, 1)
    text = analyst.get(f"/definitions/{new}/difference/{old}").get_data(as_text=True)
    assert "name changed from Order it to Order it at once" in text
    assert analyst.get(f"/definitions/{new}/difference?with={old}").status_code == 200
    assert analyst.get(f"/definitions/{new}/difference?with=unknown").status_code == 404


def test_versions_that_are_only_drawn_are_compared_and_commented(app: Flask, analyst: FlaskClient) -> None:
    for content in (DRAWN, DRAWN.replace(b"Odd job", b"Even job")):
        assert documented(analyst, content)[0] == 200
    with app.app_context():
        found = db.session.query(ProcessDefinition).filter_by(key="drawn").order_by(ProcessDefinition.version)
        old, new = (each.id for each in found)
    text = analyst.get(f"/definitions/{new}/difference/{old}").get_data(as_text=True)
    assert "name changed from Odd job to Even job" in text
    said = analyst.post(f"/definitions/{new}/comment", data={"text": "Who does the even jobs?"})
    assert said.status_code in (200, 302, 303)
    assert "Who does the even jobs?" in analyst.get(f"/definitions/{new}").get_data(as_text=True)


def test_an_operator_suspends_and_resumes_with_a_reason(app: Flask) -> None:
    alan, address = purchases.sign_in(app, "alan"), f"/definitions/{definition_id(app)}"
    refused = alan.post(f"{address}/suspend", data={"reason": " "})
    assert refused.status_code == 422
    assert "Give a reason" in refused.get_data(as_text=True)
    assert alan.post(f"{address}/suspend", data={"reason": "audit"}).status_code == 303
    assert "Suspended" in alan.get(address).get_data(as_text=True)
    again = alan.post(f"{address}/suspend", data={"reason": "twice"})
    assert again.status_code == 409
    assert alan.post(f"{address}/resume", data={"reason": "done"}).status_code == 303


def test_an_analyst_may_not_suspend(app: Flask, analyst: FlaskClient) -> None:
    address = f"/definitions/{definition_id(app)}"
    assert "Suspend…" not in analyst.get(address).get_data(as_text=True)
    assert analyst.post(f"{address}/suspend", data={"reason": "x"}).status_code == 403


def test_the_list_is_told_of_a_deployment_and_only_of_one_that_took_place(analyst: FlaskClient) -> None:
    def answer(content: bytes) -> str | None:
        files = {"file": (io.BytesIO(content), "purchase.bpmn")}
        return analyst.post("/definitions/deploy", data=files, headers={"HX-Request": "true"}).headers.get("HX-Trigger")

    assert answer(BROKEN) is None
    assert answer(NEWER) == "deployed"
    text = analyst.get("/definitions?q=purchase&sort=running").get_data(as_text=True)
    listens = re.search(r'<div id="processes" hx-get="([^"]+)" hx-trigger="deployed from:body"', text)
    assert listens is not None
    assert listens[1] == "/definitions?q=purchase&amp;state=any&amp;sort=running"


def test_what_goes_on_in_a_sub_process_is_counted_at_the_elements_inside(app: Flask, analyst: FlaskClient) -> None:
    with app.app_context():
        deployments.deploy(CONSOLE, [("nested.bpmn", NESTED)])
        process_instances.start(CONSOLE, "nested", {})
        view = queries.definition(purchases.actor("hedy"), one_definition("nested"))
        counts = diagrams.counts(purchases.actor("hedy"), view.id)
    assert {key: one.running for key, one in counts.items()} == {"begin": 0, "both": 1, "first": 1}
    assert diagram_state({"both": Counts(running=4), "first": Counts(running=2)}, "running", view)["heat"]["first"] == 1
    text = analyst.get(f"/definitions/{view.id}").get_data(as_text=True)
    assert re.search(r'Running <span class="n">1</span>', text)


def one_definition(key: str) -> str:
    return str(db.session.query(ProcessDefinition.id).filter_by(key=key, latest=True).one()[0])


def test_a_form_of_a_version_is_shown_empty_and_to_look_at_only(
    app: Flask, analyst: FlaskClient, grace: FlaskClient
) -> None:
    address = f"/definitions/{definition_id(app)}/forms/approve"
    assert f'href="{address}">purchase_decision</a>' in analyst.get(f"/definitions/{definition_id(app)}").text
    text = analyst.get(address).text
    assert "Form of Approve purchase" in text
    assert '"label": "Reason"' in text
    assert " data-readonly" in text
    assert "This form has no fields" in analyst.get(f"/definitions/{definition_id(app)}/forms/order").text
    assert analyst.get(f"/definitions/{definition_id(app)}/forms/nowhere").status_code == 404
    assert grace.get(address).status_code == 404
