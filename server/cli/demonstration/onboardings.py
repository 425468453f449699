"""Who begins to work in the demonstration's company."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from server.cli.demonstration.purchases import COST_CENTRES
from server.cli.demonstration.scene import Document
from server.cli.demonstration.story import Step, Story, claim, day, do, hear, say

KEY = "employee_onboarding"


def stories(chance: Random, now: datetime) -> list[Story]:
    """One who has begun, one who has not come, one declined, and those being prepared for."""
    return [_welcomed(chance, now), _declined(now), *_prepared(chance, now), _withdrew(chance, now)]


def _hire(
    start: datetime, first: str, last: str, job: str, department: str, begins: int, **more: Any
) -> dict[str, Any]:
    return {
        "firstName": first,
        "lastName": last,
        "privateEmail": f"{first.lower()}.{last.lower()}@mail.example.org",
        "jobTitle": job,
        "department": department,
        "costCentre": COST_CENTRES[department],
        "startDate": day(start, begins),
        "contract": "permanent",
        "needsLaptop": False,
        "needsPhone": False,
        "access": ["parking"],
        **more,
    }


def _confirmed(person: str = "grace", after: float = 5) -> Step:
    return do("confirm_position", person, {"confirmed": "yes"}, after)


def _papers(collects: str, checks: str) -> tuple[Step, Step]:
    papers = Document("papers.txt", "Signed contract, tax number, insurance, bank account.")
    present = ["contract", "tax", "insurance", "bank"]
    return (
        do("collect_documents", collects, {"papers": papers, "papersPresent": present}, 24),
        do("check_documents", checks, {"documentsComplete": "yes"}, 5),
    )


def _accounts(person: str, name: str) -> Step:
    return do("create_accounts", person, {"mailAddress": f"{name}@example.org", "passwordSealed": True}, 5)


def _desk(chance: Random) -> tuple[Step, Step]:
    place = {"building": "North", "room": f"{chance.randint(1, 4)}.{chance.randint(10, 40)}", "desk": 3}
    badge = {"badgeNumber": str(chance.randint(100000, 999999))}
    return do("assign_desk", "alan", {**place, "adjustable": True}, 4), do("issue_badge", "alan", badge, 3)


def _phone(chance: Random) -> Step:
    phone = {"phoneInventory": f"PH-{chance.randint(1000, 9999)}", "phoneNumber": "+49301234567"}
    return do("assign_phone", "linus", phone, 6)


def _welcomed(chance: Random, now: datetime) -> Story:
    start = now - timedelta(days=20)
    welcome = {"handedOver": ["badge", "password", "equipment", "rules"], "mentor": "Ada Lovelace"}
    return Story(
        20,
        KEY,
        "hedy",
        _hire(start, "Rosalind", "Franklin", "Laboratory engineer", "Research", 12, needsPhone=True, access=["lab"]),
        (
            _confirmed(),
            *_desk(chance),
            _accounts("linus", "rosalind.franklin"),
            _phone(chance),
            *_papers("hedy", "katherine"),
            say("hedy", "Rosalind asks for a desk near the window, if there is one."),
            do("welcome_employee", "katherine", welcome, 24 * 8),
        ),
    )


def _declined(now: datetime) -> Story:
    start = now - timedelta(days=16.2)
    reason = "The post is not in this year's plan. Please bring it up again in January."
    return Story(
        16.2,
        KEY,
        "hedy",
        _hire(start, "Ibn", "Sina", "Second company physician", "Operations", 40),
        (do("confirm_position", "margaret", {"confirmed": "no", "reason": reason}, 24),),
    )


def _prepared(chance: Random, now: datetime) -> list[Story]:
    ahead, laptop, late = (now - timedelta(days=days) for days in (10.2, 7.2, 9.2))
    caroline = _hire(ahead, "Caroline", "Herschel", "Data analyst", "Sales", 30)
    emmy = _hire(laptop, "Emmy", "Noether", "Software engineer", "IT", 24, needsLaptop=True, laptopPrice=1400)
    ole = _hire(late, "Ole", "Roemer", "Technician", "Operations", 20, needsPhone=True)
    return [
        Story(
            10.2,
            KEY,
            "katherine",
            caroline,
            (_confirmed(), *_desk(chance), _accounts("dennis", "caroline.herschel"), *_papers("katherine", "hedy")),
        ),
        Story(
            7.2,
            KEY,
            "hedy",
            emmy,
            (
                _confirmed("katherine"),
                _accounts("dennis", "emmy.noether"),
                *_desk(chance),
                do("check_it_standard", "linus", {"standard": "yes"}, 20),
                do("approve_purchase", "grace", {"decision": "approve"}, 8),
            ),
        ),
        Story(
            9.2, KEY, "hedy", ole, (_confirmed("margaret", 20), claim("collect_documents", "hedy", 3), *_desk(chance))
        ),
        Story(
            0.4,
            KEY,
            "katherine",
            _hire(now, "Chien-Shiung", "Wu", "Head of measurement", "Research", 60, needsPhone=True),
            (),
            around_the_clock=True,
        ),
    ]


def _withdrew(chance: Random, now: datetime) -> Story:
    start = now - timedelta(days=18.2)
    undone = {"accountsClosed": True, "equipmentReturned": True, "undoNote": "The desk is free again."}
    return Story(
        18.2,
        KEY,
        "katherine",
        _hire(start, "Tycho", "Brahe", "Sales engineer", "Sales", 28),
        (
            _confirmed(),
            *_desk(chance),
            _accounts("linus", "tycho.brahe"),
            *_papers("hedy", "katherine"),
            hear("hire_withdrawn", after=48),
            do("undo_preparation", "hedy", undone, 6),
        ),
    )
