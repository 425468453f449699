"""Every path of customer_reply, as docs/applications/customer_reply.md has them: no draft leaves unread."""

from typing import Any

import pytest

from server.engine import facts
from tests.processes.player import Player

QUESTION = {"customer": "Zoe", "email": "zoe@example.org", "question": "Are you open?", "reviewer": "barbara"}
DRAFT = {"subject": "Our hours", "text": "We are open on Saturday."}
USED = {"tokensIn": 90, "tokensOut": 20, "cost": 380}
SAID = {"agent": "Draft writer", "connection": "drafts", "model": "small-1", "prompt": "Draft a reply.", **USED}


def asked() -> Player:
    return Player.of("customer_reply", "ada", **QUESTION)


def draft(play: Player, answer: Any = DRAFT) -> None:
    play.do("answer_of_agent", play.at("draft_reply"), {**SAID, "answer": answer})


def review(play: Player, decision: str, **changed: Any) -> None:
    kept = {"subject": play.variables["subject"], "reply": play.variables["reply"] or "Yes.", **changed}
    play.complete("review_reply", "barbara", decision=decision, **kept)


def test_the_agent_is_told_the_question_and_nothing_of_where_the_reply_goes() -> None:
    (call,) = asked().all(facts.ConnectorCalled)
    assert (call.connector, call.parameters["connection"]) == ("ai", "drafts")
    assert call.parameters["values"] == {"customer": "Zoe", "question": "Are you open?", "remark": ""}
    assert "zoe@example.org" not in str(call.parameters)


def test_a_draft_goes_to_the_named_person_before_anything_is_sent() -> None:
    play = asked()
    draft(play)
    assert play.asked("review_reply").assignee == "barbara"
    assert (play.waiting, play.mails) == (["review_reply"], [])
    with pytest.raises(AssertionError):
        play.complete("review_reply", "ada", decision="send", subject="x", reply="x")


def test_what_the_person_leaves_in_the_fields_is_what_is_sent() -> None:
    play = asked()
    draft(play)
    review(play, "send", reply="We are open on Saturday and Sunday.")
    ((_, mail),) = play.mails
    assert mail["to"] == "zoe@example.org"
    assert mail["values"] == {
        "customer": "Zoe",
        "subject": "Our hours",
        "reply": "We are open on Saturday and Sunday.",
    }
    assert play.ends == ["reply_sent"]


def test_what_the_agent_was_asked_and_said_is_told_as_its_own_doing() -> None:
    play = asked()
    draft(play)
    (said,) = play.all(facts.AgentAnswered)
    assert (said.agent, said.model, said.prompt) == ("Draft writer", "small-1", "Draft a reply.")
    assert (said.answer, said.tokens_in, said.tokens_out, said.cost) == ({"answer": DRAFT}, 90, 20, 380)


def test_another_draft_heeds_the_remark_of_the_person() -> None:
    play = asked()
    draft(play)
    review(play, "again", remark="Shorter, please.")
    call = play.all(facts.ConnectorCalled)[-1]
    assert call.parameters["values"]["remark"] == "Shorter, please."
    draft(play, {"subject": "Hours", "text": "On Saturday."})
    review(play, "send")
    assert [mail["values"]["reply"] for _, mail in play.mails] == ["On Saturday."]


def test_a_draft_that_is_dropped_goes_nowhere() -> None:
    play = asked()
    draft(play)
    review(play, "drop")
    assert (play.ends, play.mails) == (["question_dropped"], [])


def test_without_an_agent_the_person_writes_the_reply() -> None:
    play = asked()
    play.fail("draft_reply", "The agent does not answer.")
    assert play.incidents == []
    assert play.variables["draftedBy"] == "nobody: the agent did not answer"
    review(play, "send", reply="Yes, on Saturday.")
    assert [mail["values"]["reply"] for _, mail in play.mails] == ["Yes, on Saturday."]


def test_an_answer_without_what_was_asked_for_is_an_incident_and_nothing_is_sent() -> None:
    play = asked()
    draft(play, "just a text")
    assert (play.incidents, play.mails) == (["draft_reply"], [])
