"""People write about a version of a process; whoever answers for it is told."""

import pytest
from sqlalchemy import select

from server.commands import definition_comments, deployments, groups, people
from server.database import db
from server.errors import Forbidden, Invalid, NotFound
from server.identity.actor import CONSOLE, Actor, person_actor
from server.queries.definition_comments import comments
from server.records.definition import ProcessDefinition
from server.records.logs import AuditEntry
from server.records.notice import Notice
from tests.commands.conftest import PASSWORD, flows, model

ANALYSTS = frozenset({"analyst"})


@pytest.fixture
def hedy(olga: Actor) -> Actor:
    people.create(CONSOLE, "hedy", "Hedy", PASSWORD, ["analyst"])
    return person_actor("hedy", "Hedy", ANALYSTS)


def _deployed(by: Actor) -> str:
    owner = '<camunda:property name="owner" value="clerks"/>'
    body = '<startEvent id="begin"/><endEvent id="done"/>' + flows("begin>done")
    deployments.deploy(by, [("files.bpmn", model("files", body, owner))])
    db.session.rollback()
    return db.session.scalars(select(ProcessDefinition.id)).one()


def _told() -> list[tuple[str, str, str]]:
    db.session.rollback()
    return [
        (row.person_id, row.text, row.link) for row in db.session.scalars(select(Notice).order_by(Notice.person_id))
    ]


def test_a_comment_is_kept_with_who_wrote_it_and_is_audited(hedy: Actor) -> None:
    definition_id = _deployed(hedy)
    definition_comments.write(hedy, definition_id, "  Why two approvals?  ")
    (remark,) = comments(hedy, definition_id).remarks
    assert (remark.person, remark.text) == ("Hedy", "Why two approvals?")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.command == "definition_comments.write")).one()
    assert (entry.actor, entry.subject) == ("hedy", definition_id)


def test_the_group_that_answers_the_deployer_and_earlier_commenters_are_told(hedy: Actor, olga: Actor) -> None:
    groups.add_member(CONSOLE, "clerks", "ann")
    definition_id = _deployed(hedy)
    definition_comments.write(olga, definition_id, "It is slow.")
    link = f"/definitions/{definition_id}#comments"
    said = "Olga about Files, version 1: It is slow."
    assert _told() == [("ann", said, link), ("hedy", said, link)]
    definition_comments.write(hedy, definition_id, "How slow?")
    assert [person for person, text, _ in _told() if "How slow?" in text] == ["ann", "olga"]


@pytest.mark.parametrize("text", ["", "   ", "x" * 10_001])
def test_a_comment_says_something_and_not_too_much(hedy: Actor, text: str) -> None:
    with pytest.raises(Invalid, match="1 to 10000 characters"):
        definition_comments.write(hedy, _deployed(hedy), text)


def test_who_may_not_see_definitions_writes_and_reads_nothing(hedy: Actor, ann: Actor) -> None:
    definition_id = _deployed(hedy)
    with pytest.raises(Forbidden):
        definition_comments.write(ann, definition_id, "Hello")
    with pytest.raises(Forbidden):
        comments(ann, definition_id)


def test_what_is_not_there_is_not_commented_on(hedy: Actor) -> None:
    with pytest.raises(NotFound):
        definition_comments.write(hedy, "nothing", "Hello")


def test_a_page_that_is_not_there_is_the_last_one(hedy: Actor) -> None:
    definition_id = _deployed(hedy)
    definition_comments.write(hedy, definition_id, "Only this.")
    found = comments(hedy, definition_id, 7)
    assert (found.page, found.pages, found.total, len(found.remarks)) == (1, 1, 1, 1)
