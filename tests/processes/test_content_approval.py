"""Every path of content_approval, as docs/applications/content_approval.md has them."""

from typing import Any

from server.engine import facts
from tests.processes.answers import CONTENT
from tests.processes.player import Player

AGREE: dict[str, Any] = {"verdict": "agree"}
OBJECT: dict[str, Any] = {"verdict": "object", "remark": "This cannot be proved at all."}
REVIEWERS = ("barbara", "edsger", "hedy")  # legal, brand, subject experts


def draft() -> Player:
    return Player.of("content_approval", "ada", **CONTENT)


def agree(play: Player) -> None:
    for person in REVIEWERS:
        play.complete("review_content", person, **AGREE)


def object_twice(play: Player) -> None:
    play.complete("review_content", "barbara", **OBJECT)
    play.complete("review_content", "edsger", **OBJECT)


def revise(play: Player, revision: str = "resubmit") -> None:
    again: dict[str, Any] = {"draft": "On Saturday we are open to everybody.", "publishOn": "2026-02-14"}
    play.complete("revise_content", "ada", revision=revision, **again)


def publish(play: Player) -> None:
    assert play.waiting == ["publication_day"]
    play.wait(days=60)
    assert play.asked("publish_content").candidate_groups == ("brand",)
    play.complete("publish_content", "tim", address="https://www.example.org/open-day")
    assert play.completed
    assert play.ends[-1] == "content_published"
    assert [fact.name for fact in play.all(facts.SignalThrown)] == ["content_published"]
    assert play.incidents == []


def test_three_groups_review_side_by_side_and_never_the_author() -> None:
    play = draft()
    asked = play.all(facts.UserTaskCreated)
    assert [fact.candidate_groups for fact in asked] == [("legal",), ("brand",), ("subject-experts",)]
    assert {fact.excluded_users for fact in asked} == {("ada",)}
    agree(play)
    reviews = play.variables["reviews"]
    assert [review["group"] for review in reviews] == ["legal", "brand", "subject-experts"]
    assert {review["verdict"] for review in reviews} == {"agree"}
    publish(play)


def test_the_reviews_keep_the_order_of_the_groups_whoever_is_first() -> None:
    play = draft()
    play.complete("review_content", "hedy", 2, **AGREE)
    play.complete("review_content", "edsger", 1, **AGREE)
    play.complete("review_content", "barbara", 0, **AGREE)
    assert [review["group"] for review in play.variables["reviews"]] == ["legal", "brand", "subject-experts"]


def test_one_objection_brings_the_draft_back_with_its_reason_and_then_all_agree() -> None:
    play = draft()
    play.complete("review_content", "barbara", **OBJECT)
    play.complete("review_content", "edsger", **AGREE)
    play.complete("review_content", "hedy", **AGREE)
    assert play.asked("revise_content").assignee == "ada"
    assert play.variables["reasons"] == "legal: This cannot be proved at all.\n"
    revise(play)
    assert play.variables["reviewRound"] == 2
    agree(play)
    publish(play)


def test_two_objections_end_the_round_and_spare_the_third_reviewer() -> None:
    play = draft()
    object_twice(play)
    assert play.open == ["revise_content"]
    assert "review_content" in play.cancelled
    assert [review["verdict"] for review in play.variables["reviews"] if review] == ["object", "object"]


def test_an_author_can_withdraw_after_an_objection() -> None:
    play = draft()
    object_twice(play)
    revise(play, "withdraw")
    assert play.completed
    assert play.ends[-1] == "content_withdrawn"


def disputed() -> Player:
    play = draft()
    for _ in range(2):
        object_twice(play)
        revise(play)
    object_twice(play)
    return play


def test_after_three_rounds_a_manager_can_publish_all_the_same() -> None:
    play = disputed()
    asked = play.asked("settle_dispute")
    assert (asked.candidate_groups, asked.excluded_users) == (("managers",), ("ada",))
    play.complete("settle_dispute", "grace", decision="publish", reason="The objections are a matter of taste.")
    publish(play)


def test_after_three_rounds_a_manager_can_reject() -> None:
    play = disputed()
    play.complete("settle_dispute", "grace", decision="reject", reason="Legal has good reasons here.")
    assert play.completed
    assert play.ends[-1] == "content_rejected"
    assert "good reasons" in play.mails[-1][1]["text"]


def test_late_reviewers_are_nudged_while_the_review_goes_on() -> None:
    play = draft()
    play.complete("review_content", "barbara", **AGREE)
    play.wait(days=2)
    assert play.ends.count("lateness_reported") == 2
    assert play.ends.count("reviewers_nudged") == 2
    assert {fact.catcher for fact in play.all(facts.EscalationCaught)} == {"reviewer_late"}
    assert play.open == ["review_content"] * 2
    play.complete("review_content", "edsger", **AGREE)
    play.complete("review_content", "hedy", **AGREE)
    publish(play)


def test_a_recalled_draft_takes_every_open_review_away() -> None:
    play = draft()
    play.complete("review_content", "barbara", **AGREE)
    play.message("content_recalled")
    assert play.completed
    assert play.ends[-1] == "content_recalled"
    assert play.cancelled.count("review_content") == 2
    assert play.timers() == {}
