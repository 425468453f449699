"""Every path of employee_onboarding, as docs/applications/employee_onboarding.md has them."""

from typing import Any

import pytest

from server.engine import facts
from tests.processes.answers import HIRE
from tests.processes.player import Player

PAPERS: dict[str, Any] = {"papers": ["file-1"], "papersPresent": ["contract"]}
ACCOUNTS: dict[str, Any] = {"mailAddress": "emmy.noether@example.org", "passwordSealed": True}
PHONE: dict[str, Any] = {"phoneInventory": "PH-0815", "phoneNumber": "+49301234567"}
DESK: dict[str, Any] = {"building": "North", "room": "2.14", "desk": 3}
ORDER: dict[str, Any] = {"supplierEmail": "orders@laptops.example", "orderNumber": "PO-20417"}
LAPTOP: dict[str, Any] = {"needsLaptop": True, "laptopPrice": 1400}


def confirmed(**more: Any) -> Player:
    play = Player.of("employee_onboarding", "hedy", **{**HIRE, **more})
    play.complete("confirm_position", "grace", confirmed="yes")
    return play


def settle_papers_and_desk(play: Player) -> None:
    play.complete("collect_documents", "hedy", **PAPERS)
    play.complete("check_documents", "katherine", documentsComplete="yes")
    play.complete("assign_desk", "alan", **DESK)
    play.complete("issue_badge", "alan", badgeNumber="123456")


def welcome(play: Player) -> None:
    assert play.waiting == ["wait_for_first_day"]
    play.wait(days=40)
    assert play.asked("welcome_employee").candidate_groups == ("hr",)
    play.complete("welcome_employee", "katherine", handedOver=["badge"], mentor="Ada Lovelace")
    assert play.completed
    assert play.ends[-1] == "employee_onboarded"
    assert play.incidents == []


def buy(purchase: Player) -> None:
    """Carry the called purchase through."""
    purchase.complete("check_it_standard", "linus", standard="yes")
    purchase.complete("approve_purchase", "grace", decision="approve")
    purchase.complete("place_order", "alan", **ORDER)
    purchase.message("delivery_notice")
    purchase.complete("confirm_receipt", "hedy", complete=True)


def test_three_departments_prepare_side_by_side_until_the_first_day() -> None:
    play = Player.of("employee_onboarding", "hedy", **HIRE)
    asked = play.asked("confirm_position")
    assert (asked.candidate_groups, asked.excluded_users) == (("managers",), ("hedy",))
    play.complete("confirm_position", "grace", confirmed="yes")
    assert sorted(play.open) == ["assign_desk", "collect_documents", "create_accounts"]
    groups = {key: play.asked(key).candidate_groups for key in play.open}
    assert groups == {"assign_desk": ("facilities",), "collect_documents": ("hr",), "create_accounts": ("it",)}
    play.complete("create_accounts", "linus", **ACCOUNTS)
    assert play.variables["accountName"] == "emmy.noether"
    play.complete("collect_documents", "hedy", **PAPERS)
    assert play.asked("check_documents").excluded_users == ("hedy",)
    play.complete("check_documents", "katherine", documentsComplete="yes")
    play.complete("assign_desk", "alan", **DESK)
    assert "everything_prepared" not in play.passed
    play.complete("issue_badge", "alan", badgeNumber="123456")
    welcome(play)
    assert play.called == []


def test_a_phone_is_assigned_to_whoever_needs_one() -> None:
    play = confirmed(needsPhone=True)
    settle_papers_and_desk(play)
    play.complete("create_accounts", "linus", **ACCOUNTS)
    assert play.asked("assign_phone").candidate_groups == ("it",)
    play.complete("assign_phone", "linus", **PHONE)
    assert play.ends == ["employee_equipped"]
    welcome(play)


def test_a_laptop_is_bought_by_calling_the_purchase_process() -> None:
    play = confirmed(**LAPTOP)
    settle_papers_and_desk(play)
    play.complete("create_accounts", "linus", **ACCOUNTS)
    (purchase,) = play.called
    assert purchase.variables["title"] == "Laptop for Emmy Noether"
    assert purchase.variables["amount"] == 1580
    assert purchase.variables["requester"] == "hedy"
    assert "buy_laptop" in play.waiting
    buy(purchase)
    assert play.variables["purchaseOutcome"] == "delivered"
    assert play.variables["laptopOrder"] == "PO-20417"
    assert play.ends == ["employee_equipped"]
    welcome(play)


@pytest.mark.parametrize("phone_first", [True, False])
def test_a_laptop_and_a_phone_are_both_waited_for(phone_first: bool) -> None:
    play = confirmed(needsPhone=True, **LAPTOP)
    settle_papers_and_desk(play)
    play.complete("create_accounts", "linus", **ACCOUNTS)
    if phone_first:
        play.complete("assign_phone", "linus", **PHONE)
        assert play.ends == []
        buy(play.called[0])
    else:
        buy(play.called[0])
        assert play.ends == []
        play.complete("assign_phone", "linus", **PHONE)
    assert play.ends == ["employee_equipped"]
    welcome(play)


@pytest.mark.parametrize("way", ["rejected", "withdrawn", "lapsed"])
def test_a_laptop_that_is_not_bought_is_lent_from_the_pool(way: str) -> None:
    play = confirmed(**LAPTOP)
    settle_papers_and_desk(play)
    play.complete("create_accounts", "linus", **ACCOUNTS)
    (purchase,) = play.called
    purchase.complete("check_it_standard", "linus", standard="yes")
    refuse(purchase, way)
    assert [fact.code for fact in play.all(facts.EscalationCaught)] == ["LAPTOP_MISSING"]
    assert play.asked("lend_pool_laptop").candidate_groups == ("it",)
    play.complete("lend_pool_laptop", "linus", laptopInventory="LT-0815")
    assert play.ends == ["laptop_missing", "pool_laptop_lent"]
    welcome(play)


def refuse(purchase: Player, way: str) -> None:
    if way == "rejected":
        purchase.complete("approve_purchase", "grace", decision="reject", reason="There is no money left for it.")
        return
    purchase.complete("approve_purchase", "grace", decision="return", reason="Please take the smaller one.")
    if way == "lapsed":
        purchase.wait(days=14)
        return
    request = {name: purchase.variables[name] for name in ("title", "positions", "supplierEmail", "justification")}
    purchase.complete("revise_request", "hedy", **request, revision="withdraw")


def test_a_declined_position_ends_after_hr_was_told_why() -> None:
    play = Player.of("employee_onboarding", "hedy", **HIRE)
    play.complete("confirm_position", "grace", confirmed="no", reason="It is not in the plan of this year.")
    assert play.completed
    assert play.ends == ["onboarding_declined"]
    assert "not in the plan" in play.mails[-1][1]["text"]


def test_incomplete_papers_are_collected_again() -> None:
    play = confirmed()
    play.complete("collect_documents", "hedy", **PAPERS)
    play.complete("check_documents", "katherine", documentsComplete="no", missingDocuments="The tax number is missing.")
    assert "collect_documents" in play.open
    play.complete("create_accounts", "linus", **ACCOUNTS)
    settle_papers_and_desk(play)
    welcome(play)


def test_a_new_employee_is_reminded_of_the_papers_every_two_days_at_most_three_times() -> None:
    play = confirmed()
    play.wait(days=4, hours=12)
    assert play.ends == ["new_employee_reminded"] * 2
    assert play.mails[-1][1]["to"] == "emmy@mail.example.org"
    play.wait(days=20)
    assert play.ends.count("new_employee_reminded") == 3
    assert "collect_documents" in play.open


def test_it_is_alerted_when_the_equipment_is_late() -> None:
    play = confirmed()
    settle_papers_and_desk(play)
    play.wait(days=5)
    assert play.ends == ["it_alerted"]
    assert play.open == ["create_accounts"]


def test_a_candidate_who_withdraws_has_everything_undone() -> None:
    play = confirmed()
    settle_papers_and_desk(play)
    play.complete("create_accounts", "linus", **ACCOUNTS)
    play.message("hire_withdrawn")
    assert play.asked("undo_preparation").candidate_groups == ("hr",)
    play.complete("undo_preparation", "hedy", accountsClosed=True, equipmentReturned=True)
    assert play.completed
    assert play.ends[-1] == "onboarding_cancelled"
    assert play.timers() == {}
