"""Every path of purchase_approval, as docs/applications/purchase_approval.md has them."""

from typing import Any

import pytest

from server.engine import facts
from tests.processes.answers import PURCHASE, positions
from tests.processes.player import Player

REASON = "There is no budget left this year."
ORDER: dict[str, Any] = {"supplierEmail": "orders@supplier.example.org", "orderNumber": "PO-20417"}


def purchase(*prices: float, **more: Any) -> Player:
    return Player.of("purchase_approval", "ada", **{**PURCHASE, "positions": positions(*prices), **more})


def revise(play: Player, revision: str, *prices: float) -> None:
    values = {name: PURCHASE[name] for name in ("title", "supplierEmail", "justification")}
    play.complete("revise_request", "ada", **values, positions=positions(*prices), revision=revision)


def deliver(play: Player) -> None:
    play.complete("place_order", "alan", **ORDER)
    play.message("delivery_notice")
    play.complete("confirm_receipt", "ada", complete=True)


def assert_delivered(play: Player) -> None:
    assert play.completed
    assert play.ends[-1] == "purchase_completed"
    assert play.variables["outcome"] == "delivered"
    assert play.incidents == []


def test_a_petty_purchase_is_ordered_at_once() -> None:
    play = purchase(120, 80)
    assert play.variables["amount"] == 200
    assert play.open == ["place_order"]
    assert play.asked("place_order").candidate_groups == ("purchasing-approvers",)
    play.complete("place_order", "alan", **ORDER)
    assert play.mails[-1][0] == "send_order"
    assert play.mails[-1][1]["to"] == "orders@supplier.example.org"
    assert play.waiting == ["await_delivery"]
    play.message("delivery_notice")
    assert play.asked("confirm_receipt").assignee == "ada"
    play.complete("confirm_receipt", "ada", complete=True)
    assert_delivered(play)


def test_an_ordinary_purchase_asks_one_manager_but_never_the_requester() -> None:
    play = purchase(1200)
    asked = play.asked("approve_purchase")
    assert asked.candidate_groups == ("managers",)
    assert asked.excluded_users == ("ada",)
    play.complete("approve_purchase", "grace", decision="approve")
    assert play.variables["firstApprover"] == "grace"
    deliver(play)
    assert_delivered(play)


@pytest.mark.parametrize(
    ("price", "first"), [(250, "place_order"), (250.01, "approve_purchase")], ids=["250", "250.01"]
)
def test_approval_begins_above_250(price: float, first: str) -> None:
    assert purchase(price).open == [first]


@pytest.mark.parametrize(
    ("price", "second"), [(5000, "place_order"), (5000.01, "approve_purchase_second")], ids=["5000", "5000.01"]
)
def test_a_second_approval_begins_above_5000(price: float, second: str) -> None:
    play = purchase(price)
    play.complete("approve_purchase", "grace", decision="approve")
    assert play.open == [second]


def test_a_large_purchase_asks_two_different_people() -> None:
    play = purchase(7500)
    play.complete("approve_purchase", "grace", decision="approve")
    asked = play.asked("approve_purchase_second")
    assert asked.candidate_groups == ("purchasing-approvers",)
    assert asked.excluded_users == ("ada", "grace")
    play.complete("approve_purchase_second", "margaret", secondDecision="approve")
    assert play.variables["secondApprover"] == "margaret"
    deliver(play)
    assert_delivered(play)


def test_it_equipment_that_keeps_the_standard_goes_on_to_a_manager() -> None:
    play = purchase(1200, department="IT")
    asked = play.asked("check_it_standard")
    assert (asked.candidate_groups, asked.excluded_users) == (("it",), ("ada",))
    play.complete("check_it_standard", "linus", standard="yes")
    play.complete("approve_purchase", "grace", decision="approve")
    deliver(play)
    assert_delivered(play)


def test_it_equipment_that_misses_the_standard_comes_back_with_an_alternative() -> None:
    play = purchase(2400, department="IT")
    play.complete("check_it_standard", "linus", standard="no", alternative="Take the ThinkStation of our standard.")
    assert play.asked("revise_request").assignee == "ada"
    revise(play, "resend", 2100)
    assert play.variables["amount"] == 2100
    assert play.passed.count("add_up_positions") == 2
    assert play.open == ["check_it_standard"]


def test_a_rejected_purchase_ends_after_the_requester_was_told_why() -> None:
    play = purchase(1200)
    play.complete("approve_purchase", "grace", decision="reject", reason=REASON)
    (element, mail) = play.mails[-1]
    assert element == "tell_requester_rejected"
    assert mail["to"] == "ada@example.org"
    assert REASON in mail["text"]
    assert play.completed
    assert play.ends == ["purchase_rejected"]
    assert play.variables["outcome"] == "rejected"


def test_the_second_person_can_reject_what_the_first_has_approved() -> None:
    play = purchase(7500)
    play.complete("approve_purchase", "grace", decision="approve")
    play.complete("approve_purchase_second", "margaret", secondDecision="reject", reason=REASON)
    assert play.ends == ["purchase_rejected"]
    assert play.variables["outcome"] == "rejected"


def test_a_purchase_that_was_sent_back_is_added_up_again() -> None:
    play = purchase(1200)
    play.complete("approve_purchase", "grace", decision="return", reason="Two would do, please ask again.")
    revise(play, "resend", 200)
    assert play.variables["amount"] == 200
    assert play.open == ["place_order"]


def test_a_purchase_that_was_sent_back_can_be_withdrawn() -> None:
    play = purchase(1200)
    play.complete("approve_purchase", "grace", decision="return", reason="Two would do, please ask again.")
    revise(play, "withdraw", 1200)
    assert play.completed
    assert play.ends == ["purchase_withdrawn"]
    assert play.variables["outcome"] == "withdrawn"


def test_a_purchase_that_is_never_revised_lapses_after_two_weeks() -> None:
    play = purchase(1200)
    play.complete("approve_purchase", "grace", decision="return", reason="Two would do, please ask again.")
    play.wait(days=13, hours=23)
    assert play.open == ["revise_request"]
    play.wait(hours=1)
    assert play.completed
    assert play.ends == ["purchase_lapsed"]
    assert play.cancelled == ["revise_request"]
    assert play.variables["outcome"] == "open"


def test_managers_are_reminded_each_day_at_most_three_times() -> None:
    play = purchase(1200)
    play.wait(days=4, hours=23)
    assert play.ends == ["reminder_sent"] * 3
    assert [element for element, _ in play.mails] == ["remind_managers"] * 3
    assert play.open == ["approve_purchase"]


def test_an_overdue_approval_goes_to_the_purchasing_approvers() -> None:
    play = purchase(1200)
    play.wait(days=5)
    assert play.cancelled == ["approve_purchase"]
    asked = play.asked("decide_overdue_purchase")
    assert (asked.candidate_groups, asked.excluded_users) == (("purchasing-approvers",), ("ada",))
    play.complete("decide_overdue_purchase", "alan", decision="approve")
    assert play.variables["firstApprover"] == "alan"
    deliver(play)
    assert_delivered(play)


def test_when_the_supplier_cancels_another_one_is_chosen_and_asked() -> None:
    play = purchase(200)
    play.complete("place_order", "alan", **ORDER)
    play.message("order_cancelled")
    assert play.cancelled == ["await_delivery"]
    other: dict[str, Any] = {
        "supplierEmail": "other@supplier.example.org",
        "supplierReason": "The first one has no stock left.",
    }
    play.complete("choose_other_supplier", "alan", **other)
    again: dict[str, Any] = {"supplierEmail": "other@supplier.example.org", "orderNumber": "PO-20418"}
    play.complete("place_order", "alan", **again)
    assert play.mails[-1][1]["to"] == "other@supplier.example.org"
    play.message("delivery_notice")
    play.complete("confirm_receipt", "ada", complete=True)
    assert_delivered(play)


def test_a_slow_supplier_is_chased_each_week_at_most_four_times() -> None:
    play = purchase(200)
    play.complete("place_order", "alan", **ORDER)
    play.wait(days=40)
    assert play.ends == ["supplier_asked"] * 4
    assert play.waiting == ["await_delivery"]
    play.message("delivery_notice")
    play.complete("confirm_receipt", "ada", complete=True)
    assert_delivered(play)


def test_a_mail_that_does_not_get_out_is_an_incident_and_can_be_tried_again() -> None:
    play = purchase(200)
    play.mail_fails = True
    play.complete("place_order", "alan", **ORDER)
    assert play.incidents == ["send_order"]
    play.mail_fails = False
    play.do("retry", play.at("send_order"))
    assert play.all(facts.IncidentResolved)
    assert play.waiting == ["await_delivery"]
