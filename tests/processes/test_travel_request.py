"""Every path of travel_request, as docs/applications/travel_request.md has them."""

from datetime import UTC, datetime
from typing import Any

from server.engine import facts
from tests.processes.answers import TRIP
from tests.processes.player import Player

RENEWED: dict[str, Any] = {"passportNumber": "D77XK1200", "passportValidUntil": "2036-01-01"}
BOOKING: dict[str, Any] = {
    "bookingText": "Flight to Oslo on the morning of the first day.",
    "expectedPrice": 620,
    "agencyEmail": "desk@agency.example.org",
}
EXPENSES: dict[str, Any] = {"expenses": [{"kind": "hotel", "cost": 450.0}], "expensesTrue": True}


def trip(**more: Any) -> Player:
    return Player.of("travel_request", "ada", **{**TRIP, **more})


def approved() -> Player:
    play = trip()
    play.complete("approve_trip", "grace", decision="approve")
    return play


def booked() -> Player:
    play = approved()
    play.complete("check_passport", "hedy", passportValid="yes")
    play.complete("approve_hotel", "grace", hotelDecision="approve")
    play.complete("plan_booking", "hedy", **BOOKING)
    return play


def settle(play: Player) -> None:
    play.message("booking_confirmed")
    play.complete("hand_in_expenses", "ada", **EXPENSES)
    assert play.completed
    assert play.ends[-1] == "trip_settled"
    assert play.incidents == []


def test_an_ordinary_trip_is_approved_checked_booked_and_settled() -> None:
    play = trip()
    asked = play.asked("approve_trip")
    assert (asked.candidate_groups, asked.excluded_users) == (("managers",), ("ada",))
    play.complete("approve_trip", "grace", decision="approve")
    assert sorted(play.open) == ["approve_hotel", "check_passport"]
    assert play.asked("check_passport").candidate_groups == ("travel-office",)
    assert play.asked("approve_hotel").excluded_users == ("ada",)
    play.complete("check_passport", "hedy", passportValid="yes")
    assert play.open == ["approve_hotel"]
    play.complete("approve_hotel", "grace", hotelDecision="approve")
    play.complete("plan_booking", "hedy", **BOOKING)
    assert play.mails[-1][1]["to"] == "desk@agency.example.org"
    assert play.waiting == ["await_agency"]
    play.message("booking_confirmed")
    asked = play.asked("hand_in_expenses")
    assert asked.assignee == "ada"
    assert asked.due == datetime(2026, 3, 5, tzinfo=UTC)
    play.complete("hand_in_expenses", "ada", **EXPENSES)
    assert play.completed
    assert play.passed[-2:] == ["file_receipts", "trip_settled"]


def test_a_rejected_trip_ends_after_the_traveller_was_told_why() -> None:
    play = trip()
    play.complete("approve_trip", "grace", decision="reject", reason="The talks are streamed this year.")
    assert play.ends == ["trip_rejected"]
    assert "streamed" in play.mails[-1][1]["text"]
    assert play.completed


def test_a_renewed_passport_is_checked_again_and_the_hotel_does_not_wait_for_it() -> None:
    play = approved()
    play.complete("check_passport", "hedy", passportValid="no", passportNote="It expires before the trip ends.")
    assert play.asked("renew_passport").assignee == "ada"
    play.complete("approve_hotel", "grace", hotelDecision="approve")
    play.complete("renew_passport", "ada", **RENEWED)
    assert play.open == ["check_passport"]
    play.complete("check_passport", "hedy", passportValid="yes")
    play.complete("plan_booking", "hedy", **BOOKING)
    settle(play)


def test_a_passport_that_is_not_there_at_departure_ends_everything() -> None:
    play = approved()
    play.complete("check_passport", "hedy", passportValid="no", passportNote="It expires before the trip ends.")
    play.wait(days=60)
    assert play.completed
    assert play.ends == ["trip_impossible"]
    assert play.cancelled == ["renew_passport", "approve_hotel"]
    assert play.moment >= datetime(2026, 3, 2, tzinfo=UTC)


def test_another_hotel_is_chosen_and_asked_about_again() -> None:
    play = approved()
    play.complete("check_passport", "hedy", passportValid="yes")
    play.complete("approve_hotel", "grace", hotelDecision="reject", hotelNote="There is a cheaper one nearby.")
    assert play.asked("choose_other_hotel").assignee == "ada"
    play.complete("choose_other_hotel", "ada", hotelName="Station", hotelRate=90)
    assert play.variables["hotelName"] == "Station"
    play.complete("approve_hotel", "grace", hotelDecision="approve")
    play.complete("plan_booking", "hedy", **BOOKING)
    settle(play)


def test_a_new_price_that_a_manager_accepts_is_booked() -> None:
    play = booked()
    play.message("price_changed", newPrice=810)
    asked = play.asked("decide_new_price")
    assert (asked.candidate_groups, asked.excluded_users) == (("managers",), ("ada",))
    play.complete("decide_new_price", "grace", priceDecision="accept")
    assert [element for element, _ in play.mails] == ["request_booking", "request_booking"]
    settle(play)


def test_a_new_price_that_a_manager_declines_ends_the_trip() -> None:
    play = booked()
    play.message("price_changed", newPrice=4810)
    play.complete("decide_new_price", "grace", priceDecision="decline")
    assert play.completed
    assert play.ends == ["trip_too_expensive"]


def test_a_silent_agency_is_phoned_after_two_days_and_asked_again() -> None:
    play = booked()
    play.wait(days=2)
    assert "phone_agency" in play.passed
    assert play.waiting == ["await_agency"]
    settle(play)


def test_a_travel_warning_takes_the_expenses_away_and_cancels_the_bookings() -> None:
    play = booked()
    play.message("booking_confirmed")
    play.signal("travel_warning")
    assert play.cancelled == ["hand_in_expenses"]
    assert play.asked("cancel_bookings").candidate_groups == ("travel-office",)
    play.complete("cancel_bookings", "hedy", travellerReached=True, cancellationCost=120)
    assert play.completed
    assert play.ends == ["trip_cancelled"]


def test_managers_are_reminded_of_a_trip_at_most_twice() -> None:
    play = trip()
    play.wait(days=5)
    assert play.ends == ["managers_reminded"] * 2
    assert play.open == ["approve_trip"]
    assert not play.all(facts.IncidentRaised)
    play.complete("approve_trip", "grace", decision="approve")
    assert sorted(play.open) == ["approve_hotel", "check_passport"]
