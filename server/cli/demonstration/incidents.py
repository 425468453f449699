"""What breaks in the demonstration's company."""

from datetime import datetime
from random import Random
from typing import Any

from server.cli.demonstration.story import Step, Story, Values, claim, day, do, say

KEY = "incident_response"


def stories(chance: Random, now: datetime) -> list[Story]:
    """Each kind once: nothing, something small, something large, a vendor's fault, and what is being repaired."""
    return [*_small(), _repaired(now), _vendors_fault(now), *_critical(now), _silent()]


def _report(title: str, system: str, text: str) -> Values:
    return {"title": title, "affectedService": system, "description": text, "stillHappening": True}


_SEVERITIES = {
    "critical": {"affected": "customers", "dataAtRisk": "no", "workaround": "no"},
    "major": {"affected": "departments", "dataAtRisk": "no", "workaround": "no"},
    "minor": {"affected": "one person", "dataAtRisk": "no", "workaround": "no"},
}
"""What is answered in triage so that the decision comes to a severity."""


def _triage(report: Values, person: str, severity: str | None, after: float = 0.3) -> Step:
    values: dict[str, Any] = {"title": report["title"], "description": report["description"], "real": "no"}
    if severity is not None:
        system = report["affectedService"]
        values.update(real="yes", affectedService=system, **_SEVERITIES[severity])
        values["statusUrl"] = f"https://status.example.org/{system}"
    return do("triage_incident", person, values, after)


def _repair(person: str, log: str, after: float = 2) -> Step:
    return do("repair_service", person, {"repair": "done", "repairLog": log}, after)


def _review(person: str, cause: str, now: datetime, vendor: str | None = None, after: float = 20) -> Step:
    values: dict[str, Any] = {"cause": cause, "vendorCause": "no" if vendor is None else "yes"}
    if vendor is not None:
        values["causingVendor"] = vendor
    values["actions"] = [
        {"action": "Watch the free space of every disk", "responsible": "Linus Pauling", "until": day(now, 20)}
    ]
    return do("write_review", person, values, after)


def _told(days: float, person: str, report: Values, *steps: Step, outage: str = "") -> Story:
    return Story(days, KEY, person, report, steps, around_the_clock=True, outage=outage)


def _small() -> list[Story]:
    printer = _report("Printer on the 2nd floor is silent", "network", "Nothing is printed, the lamp is green.")
    phish = _report("Strange mail from the bank", "mail", "Somebody asks for my password. I have not answered.")
    solved = {
        "solution": "The cable had been pulled out for the vacuum cleaner. Plugged in again and fixed with a tie."
    }
    return [
        _told(19.1, "annie", phish, _triage(phish, "linus", None, 1.5)),
        _told(13.1, "tim", printer, _triage(printer, "linus", "minor", 0.6), do("handle_minor", "linus", solved, 3)),
    ]


def _repaired(now: datetime) -> Story:
    shop = _report("The shop shows an empty page", "shop", "Since 9:40 customers see a white page after signing in.")
    return _told(
        15.2,
        "grace",
        shop,
        _triage(shop, "dennis", "major"),
        claim("repair_service", "linus", 0.1),
        say("linus", "The disk of the session store is full. Making room."),
        _repair("linus", "09:58 disk full, 10:20 old sessions removed, 10:31 shop up again.", 0.8),
        _review("linus", "The session store was never cleaned. The disk filled up over eleven months.", now),
    )


def _vendors_fault(now: datetime) -> Story:
    payment = _report("Payments are refused", "shop", "Every card is refused since noon, at all tills.")
    return _told(
        9.2,
        "tim",
        payment,
        _triage(payment, "linus", "major"),
        _repair("edsger", "The payment vendor had changed its certificate. Switched to the second vendor.", 1.5),
        _review("dennis", "The vendor exchanged a certificate without telling anybody.", now, "Hansen Payments", 26),
    )


def _critical(now: datetime) -> list[Story]:
    erp = _report("ERP is down", "erp", "Nobody can sign in. The warehouse stands still, twelve lorries wait.")
    network = _report("No network in the north building", "network", "Neither telephone nor computer since 8:15.")
    busy = {"accepted": False, "declineReason": "I am on the train without a computer."}
    return [
        _told(
            7.15,
            "alan",
            erp,
            _triage(erp, "linus", "critical", 0.15),
            do("ask_engineer", "linus", busy, 0.1),
            do("ask_engineer", "dennis", {"accepted": True}, 0.15),
            say(
                "dennis", "The database does not start after the update of last night. Restoring the copy of 2:00.", 0.3
            ),
            _repair("dennis", "Copy of 2:00 restored, orders since then entered again by the warehouse.", 3.2),
            _review("dennis", "The update was tested on an empty database only.", now, after=30),
        ),
        _told(
            0.12,
            "hedy",
            network,
            _triage(network, "linus", "critical", 0.2),
            do("ask_engineer", "linus", {"accepted": True}, 0.1),
            claim("repair_service", "linus", 0.1),
            say("linus", "A switch in the cellar is dead. The spare one is on its way.", 0.4),
        ),
    ]


def _silent() -> Story:
    website = _report("Website is slow", "website", "Pages take twenty seconds, pictures do not load at all.")
    return _told(
        0.25,
        "annie",
        website,
        _triage(website, "edsger", "major", 0.4),
        _repair("edsger", "Two of four front ends restarted, load is back to normal on all graphs.", 1.5),
        outage="http",
    )
