"""What people of the demonstration buy."""

from datetime import datetime
from random import Random
from typing import Any

from server.cli.demonstration.scene import Document
from server.cli.demonstration.story import Step, Story, Values, answer, ask, claim, do, hear, mend, say, withdraw

KEY = "purchase_approval"
COST_CENTRES = {"IT": "4100", "Marketing": "4200", "Research": "4300", "Sales": "4400", "Operations": "4500"}


def stories(chance: Random, now: datetime) -> list[Story]:
    """Finished and rejected ones first, then those that still wait."""
    return [*_finished(chance), *_given_up(), *_waiting(chance), *_late(), *_in_trouble(chance)]


def _request(title: str, department: str, why: str, *positions: tuple[str, int, float], **more: Any) -> Values:
    return {
        "title": title,
        "department": department,
        "costCentre": COST_CENTRES[department],
        "positions": [{"item": item, "quantity": quantity, "price": price} for item, quantity, price in positions],
        "supplierEmail": "orders@supplier.example.org",
        "justification": why,
        **more,
    }


def _order(chance: Random, person: str, after: float = 4) -> Step:
    values = {"supplierEmail": "orders@supplier.example.org", "orderNumber": f"PO-{chance.randint(20000, 29999)}"}
    return do("place_order", person, values, after)


def _delivered(person: str, note: str, days: int = 2) -> tuple[Step, Step]:
    received = {"complete": True, "receiptNote": note}
    return hear("delivery_notice", after=24 * days), do("confirm_receipt", person, received, 5)


def _decide(element: str, person: str, decision: str, reason: str = "", after: float = 5) -> Step:
    name = "secondDecision" if element == "approve_purchase_second" else "decision"
    return do(element, person, {name: decision, **({"reason": reason} if reason else {})}, after)


def _finished(chance: Random) -> list[Story]:
    markers = ("Whiteboard markers, 4 colours", 6, 11.9), ("Flip chart paper", 4, 18.5)
    banner = ("Roll-up banner, 85 by 200 cm", 4, 189.0), ("Printing and delivery", 1, 245.0)
    camera = ("Microscope camera, 20 megapixels", 1, 6480.0), ("C-mount adapter", 2, 510.0)
    bought = _request("Markers and flip chart paper", "Research", "The workshop room has run dry again.", *markers)
    banners = _request(
        "Roll-up banners for the trade fair",
        "Marketing",
        "Our old banners still show the logo of 2021. The fair opens next month.",
        *banner,
        quote=Document("quote-banners.txt", "Quote 4471: 4 roll-up banners, 1,001.00 in total, delivery in 5 days."),
    )
    optics = _request("Microscope camera", "Research", "The present one fails at low light; measured in May.", *camera)
    keyboards = _request("Spare keyboards", "IT", "Three broke this month, none is left.", ("Keyboard", 5, 34.0))
    return [
        Story(20.5, KEY, "ada", bought, (_order(chance, "grace"), *_delivered("ada", "All there, thank you."))),
        Story(
            19,
            KEY,
            "tim",
            banners,
            (
                claim("approve_purchase", "grace"),
                ask("approve_purchase", "grace", "Can the frames be used again when the logo changes?"),
                answer("approve_purchase", "grace", "tim", "Yes, only the fabric is exchanged: 60 a piece."),
                _decide("approve_purchase", "grace", "approve"),
                _order(chance, "alan"),
                say("tim", "The printer promises Friday."),
                *_delivered("tim", "Complete; one frame has a scratch on the back.", 4),
            ),
        ),
        Story(
            16.6,
            KEY,
            "edsger",
            optics,
            (
                _decide("approve_purchase", "katherine", "approve"),
                claim("approve_purchase_second", "margaret", 3),
                say("margaret", "In the budget of this quarter. I checked with the lab."),
                _decide("approve_purchase_second", "margaret", "approve"),
                _order(chance, "alan"),
                *_delivered("edsger", "Tested on the first day, works well.", 5),
            ),
        ),
        Story(12.2, KEY, "linus", keyboards, (_order(chance, "margaret"), *_delivered("linus", "In the cupboard."))),
    ]


def _given_up() -> list[Story]:
    desk = _request("Standing desk", "Operations", "I would like to stand more often.", ("Standing desk", 1, 640.0))
    chairs = _request("Lounge chairs", "Sales", "For customers who wait at reception.", ("Lounge chair", 4, 415.0))
    drone = _request("Camera drone", "Marketing", "Pictures of the site from above.", ("Drone", 1, 1890.0))
    refusal = "Facilities gives out standing desks from stock. Please ask Alan for one."
    return [
        Story(15.3, KEY, "annie", desk, (_decide("approve_purchase", "katherine", "reject", refusal, 22),)),
        Story(
            13.4,
            KEY,
            "hedy",
            chairs,
            (
                _decide("approve_purchase", "grace", "return", "Two would do. Please ask for two or tell me why four."),
                do("revise_request", "hedy", {**_revised(chairs), "revision": "withdraw"}, 26),
            ),
        ),
        Story(9.1, KEY, "tim", drone, (withdraw("tim", "The agency has one that we can borrow.", 20),)),
    ]


def _revised(request: Values, **changes: Any) -> dict[str, Any]:
    asked = ("title", "positions", "supplierEmail", "justification")
    return {**{name: request[name] for name in asked}, **changes}


def _waiting(chance: Random) -> list[Story]:
    laptop = _request("Laptop for simulations", "IT", "Runs last all night.", ("Gaming laptop", 1, 2400.0))
    licences = _request("Drawing licences", "Marketing", "Two new colleagues draw too.", ("Licence, 1 year", 2, 310.0))
    rack = _request("Shelves for the archive", "Operations", "The files stand on the floor.", ("Shelf", 8, 96.0))
    oven = _request("Climate chamber", "Research", "Ageing tests for the new housing.", ("Climate chamber", 1, 11250.0))
    standard = "The ThinkStation of our standard computes faster and we can repair it."
    workstation = [{"item": "ThinkStation P3", "quantity": 1, "price": 2150.0}]
    return [
        Story(
            8.2,
            KEY,
            "linus",
            laptop,
            (
                do("check_it_standard", "dennis", {"standard": "no", "alternative": standard}, 6),
                do("revise_request", "linus", _revised(laptop, revision="resend", positions=workstation), 20),
                do("check_it_standard", "edsger", {"standard": "yes"}, 5),
                _decide("approve_purchase", "grace", "approve", after=8),
            ),
        ),
        Story(
            7.3,
            KEY,
            "alan",
            rack,
            (
                _decide("approve_purchase", "katherine", "approve"),
                _order(chance, "margaret"),
                say("alan", "The carrier needs somebody at the gate before noon.", 20),
            ),
        ),
        Story(
            3.1,
            KEY,
            "edsger",
            oven,
            (
                _decide("approve_purchase", "grace", "approve", after=20),
                claim("approve_purchase_second", "margaret", 5),
                say("margaret", "I want to see the offer of the second supplier before I decide."),
            ),
        ),
        Story(0.3, KEY, "ada", licences, (), around_the_clock=True),
    ]


def _late() -> list[Story]:
    screens = _request("Screens for the meeting room", "Sales", "Customers cannot read ours.", ("Screen", 2, 890.0))
    coffee = _request("Coffee machine, 2nd floor", "Operations", "The queue is long.", ("Coffee machine", 1, 1290.0))
    stand = _request("Poster stands", "Marketing", "For the open day in autumn.", ("Poster stand", 6, 74.0))
    question = "Does the warranty cover parts or repair as well?"
    return [
        Story(7.1, KEY, "annie", screens, ()),
        Story(4.1, KEY, "ada", coffee, (claim("approve_purchase", "katherine", 20),)),
        Story(2.2, KEY, "tim", stand, (ask("approve_purchase", "margaret", question, 4),)),
    ]


def _in_trouble(chance: Random) -> list[Story]:
    samples = _request("Sample boxes", "Sales", "For the customers' tasting week.", ("Sample box", 30, 7.9))
    cables = _request("Measuring cables", "Research", "Spares for the test bench.", ("BNC cable, 2 m", 10, 14.2))
    back = "The mail server is reachable again."
    return [
        Story(
            10.3,
            KEY,
            "hedy",
            samples,
            (_order(chance, "alan"), mend("dennis", back), *_delivered("hedy", "Fine.")),
            outage="mail",
        ),
        Story(2.4, KEY, "edsger", cables, (_order(chance, "grace"),), outage="mail"),
    ]
