"""Where people of the demonstration travel."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from server.cli.demonstration.story import Step, Story, Values, claim, day, do, hear, say

KEY = "travel_request"


def stories(chance: Random, now: datetime) -> list[Story]:
    """One settled, one rejected, one under way, the others waiting for somebody."""
    return [*_done(chance, now), *_waiting(chance, now), *_held_up(now), _untold(now), *_fresh(now)]


def _trip(start: datetime, where: str, why: str, leaves: int, nights: int, **more: Any) -> dict[str, Any]:
    return {
        "destination": where,
        "abroad": "no",
        "departureDate": day(start, leaves),
        "returnDate": day(start, leaves + nights),
        "purpose": why,
        "estimatedCost": 380 + 140 * nights,
        "passportNumber": "C01X00T47",
        "passportValidUntil": day(start, 900),
        "hotelName": "Hotel am Park",
        "hotelRate": 140,
        **more,
    }


def _approved(person: str = "grace", hotel: str = "katherine") -> tuple[Step, ...]:
    return (
        do("approve_trip", person, {"decision": "approve"}, 5),
        do("check_passport", "hedy", {"passportValid": "yes"}, 4),
        do("approve_hotel", hotel, {"hotelDecision": "approve"}, 2),
    )


def _booked(chance: Random, text: str) -> Step:
    price = chance.randint(40, 90) * 10
    booking: Values = {"bookingText": text, "expectedPrice": price, "agencyEmail": "desk@agency.example.org"}
    return do("plan_booking", "hedy", booking, 5)


def _done(chance: Random, now: datetime) -> list[Story]:
    first, second = now - timedelta(days=20.2), now - timedelta(days=14.4)
    spent = [
        {"kind": "transport", "cost": 212.4, "remark": "Train, both ways"},
        {"kind": "hotel", "cost": 280.0},
        {"kind": "meals", "cost": 61.5},
    ]
    gothenburg = _trip(first, "Gothenburg", "Acceptance test at the supplier of our sensors.", 6, 2)
    boston = _trip(second, "Boston", "Conference; I would only listen this year.", 20, 5, abroad="yes")
    refusal = "The talks are streamed. Please go when you have a paper of your own."
    return [
        Story(
            20.2,
            KEY,
            "ada",
            gothenburg,
            (
                *_approved(),
                _booked(chance, "Train to Gothenburg on the morning, two nights, back in the evening."),
                hear("booking_confirmed", after=20),
                do("hand_in_expenses", "ada", {"expenses": spent, "expensesTrue": True}, 24 * 8),
            ),
        ),
        Story(
            14.4, KEY, "tim", boston, (do("approve_trip", "margaret", {"decision": "reject", "reason": refusal}, 9),)
        ),
    ]


def _waiting(chance: Random, now: datetime) -> list[Story]:
    early, late = now - timedelta(days=11.5), now - timedelta(days=9.4)
    lyon = _trip(early, "Lyon", "Training of the partner's people in the field.", 5, 3, abroad="yes")
    oslo = _trip(late, "Oslo", "Yearly meeting of the users' group; I give a talk.", 24, 3, abroad="yes")
    back = "Back again. The receipts are with the colleague who paid the dinner."
    return [
        Story(
            11.5,
            KEY,
            "alan",
            lyon,
            (
                *_approved("margaret", "grace"),
                _booked(chance, "Night train to Lyon, three nights near the partner's office."),
                hear("booking_confirmed", after=20),
                say("alan", back, 24 * 6),
            ),
        ),
        Story(
            9.4,
            KEY,
            "edsger",
            oslo,
            (
                *_approved("katherine", "grace"),
                _booked(chance, "Flight to Oslo with one bag, three nights at the venue."),
                hear("price_changed", {"newPrice": 1140}, 26),
                claim("decide_new_price", "margaret", 20),
            ),
        ),
    ]


def _held_up(now: datetime) -> list[Story]:
    """Passport, hotel, approval: each waits for somebody."""
    begins = {days: now - timedelta(days=days) for days in (6.3, 5.2, 3.3)}
    lisbon = _trip(begins[6.3], "Lisbon", "Audit of the assembly line before the series starts.", 30, 4, abroad="yes")
    zurich = _trip(begins[5.2], "Zurich", "Contract talks with the distributor.", 12, 1, abroad="yes", hotelRate=175)
    trieste = _trip(begins[3.3], "Trieste", "Summer school on measurement errors.", 40, 6, abroad="yes")
    trieste.update(hotelRate=210, hotelReason="The organisers have booked all other rooms.")
    expired = {"passportValid": "no", "passportNote": "It expires before the day of return. Please have it renewed."}
    dear = {"hotelDecision": "reject", "hotelNote": "There is a good one near the station for half of that."}
    lisbon_steps = do("approve_trip", "grace", {"decision": "approve"}, 6), do("check_passport", "hedy", expired, 20)
    zurich_steps = (
        do("approve_trip", "katherine", {"decision": "approve"}, 20),
        do("check_passport", "hedy", {"passportValid": "yes"}, 5),
        do("approve_hotel", "katherine", dear, 3),
    )
    return [
        Story(6.3, KEY, "annie", lisbon, lisbon_steps),
        Story(5.2, KEY, "linus", zurich, zurich_steps),
        Story(3.3, KEY, "barbara", trieste, ()),
    ]


def _untold(now: datetime) -> Story:
    """Rejected, but the mail that says so has not got out."""
    vienna = _trip(now - timedelta(days=4.4), "Vienna", "Visit to the fair, to see what the others do.", 9, 2)
    refusal = "Tim is there anyway and will report. Please give him your questions."
    step = do("approve_trip", "katherine", {"decision": "reject", "reason": refusal}, 6)
    return Story(4.4, KEY, "annie", vienna, (step,), outage="mail")


def _fresh(now: datetime) -> list[Story]:
    start = now - timedelta(hours=5)
    return [
        Story(
            5 / 24,
            KEY,
            "ada",
            _trip(start, "Delft", "Two days at the wind tunnel with our own model.", 15, 2),
            (say("ada", "The tunnel is ours from nine o'clock on the first day.", 0.5),),
            around_the_clock=True,
        )
    ]
