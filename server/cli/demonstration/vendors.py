"""Which vendors the people of the demonstration examine."""

from datetime import datetime
from random import Random
from typing import Any

from server.cli.demonstration.scene import Document
from server.cli.demonstration.story import Step, Story, Values, claim, day, do, say

KEY = "vendor_risk_review"


def stories(chance: Random, now: datetime) -> list[Story]:
    """Accepted, rejected and forged ones, those under way, and the weekly ones that begin by themselves."""
    return [*_decided(now), *_under_way(now), _forged(now), *_weekly()]


def _proposal(name: str, work: str, data: str, spend: int, country: str = "DE") -> Values:
    profile = Document("profile.txt", f"{name}: company profile, references and terms.")
    return {
        "vendorName": name,
        "vendorService": work,
        "dataClass": data,
        "annualSpend": spend,
        "country": country,
        "proposalDocuments": profile,
    }


def _screened(person: str, likelihood: int, impact: int, after: float = 6) -> Step:
    note = "Register, press and references looked at."
    return do("screen_vendor", person, {"likelihood": likelihood, "impact": impact, "screeningNote": note}, after)


def _evidence(person: str, now: datetime, after: float = 24) -> Step:
    values: dict[str, Any] = {
        "evidence": Document("certificate.txt", "Certificate ISO 27001, scope: operation of the service."),
        "certificate": "iso27001",
        "certificateValidUntil": day(now, 400),
    }
    return do("upload_evidence", person, values, after)


def _decided(now: datetime) -> list[Story]:
    print_shop = _proposal("Kopernik Print", "Posters and banners for fairs.", "public", 12000)
    payroll = _proposal("Lohnwerk", "Payroll of our branch in Vienna.", "internal", 86000)
    tracker = _proposal("PeopleScope", "Profiles of the visitors of our website.", "personal", 40000, "US")
    translators = _proposal("Babel Partners", "Translation of our manuals.", "internal", 54000, "FR")
    conditions = "Sub-contractors only after we have agreed in writing; copies are deleted after 30 days."
    return [
        Story(18.4, KEY, "tim", print_shop, (_screened("barbara", 1, 4),)),
        Story(
            17.2,
            KEY,
            "katherine",
            payroll,
            (
                _screened("dennis", 3, 3),
                _evidence("katherine", now),
                do("check_evidence", "barbara", {"sufficient": "yes"}, 20),
                do("decide_vendor", "grace", {"decision": "accept"}, 24),
            ),
        ),
        Story(13.2, KEY, "tim", tracker, (_screened("barbara", 5, 5),)),
        Story(
            12.4,
            KEY,
            "ada",
            translators,
            (
                _screened("dennis", 2, 5),
                _evidence("ada", now),
                do("check_evidence", "dennis", {"sufficient": "yes"}, 20),
                do("decide_vendor", "margaret", {"decision": "conditions", "conditions": conditions}, 22),
                claim("agree_conditions", "barbara", 4),
            ),
        ),
    ]


def _under_way(now: datetime) -> list[Story]:
    cloud = _proposal("Nimbus Archive", "Long-term archive of our test records.", "internal", 130000, "IN")
    cleaner = _proposal("Blank & Rein", "Cleaning of the clean room.", "internal", 72000)
    lab = _proposal("Photon Works", "Calibration of our lamps.", "internal", 9500, "JP")
    findings = {"controls": ["encryption", "backup"], "genuine": "yes", "securityFindings": "Keys are rotated yearly."}
    missing = {"sufficient": "no", "missingEvidence": "The certificate covers the head office only, not the plant."}
    return [
        Story(
            14.2,
            KEY,
            "edsger",
            cloud,
            (
                _screened("barbara", 4, 4),
                _evidence("edsger", now, 28),
                do("check_evidence", "dennis", {"sufficient": "yes"}, 24),
                do("assess_security", "dennis", findings, 48),
            ),
        ),
        Story(
            8.3,
            KEY,
            "alan",
            cleaner,
            (
                _screened("dennis", 3, 3),
                _evidence("alan", now),
                do("check_evidence", "barbara", missing, 20),
                say("alan", "I have asked them for the certificate of the plant. They need a week."),
            ),
        ),
        Story(1.2, KEY, "ada", lab, ()),
    ]


def _forged(now: datetime) -> Story:
    reseller = _proposal("Quickchip Trading", "Spare parts that are out of production.", "internal", 210000, "GB")
    findings = {"controls": [], "genuine": "no", "securityFindings": "The certificate's number belongs to a bakery."}
    terms = {"clauses": ["liability"], "contractFindings": "No clause on the origin of the parts at all."}
    report = "The ISO certificate of 12 May is forged: the issuer knows neither the number nor the vendor."
    return Story(
        11.3,
        KEY,
        "hedy",
        reseller,
        (
            _screened("barbara", 4, 5),
            _evidence("hedy", now),
            do("check_evidence", "dennis", {"sufficient": "yes"}, 20),
            do("assess_contract", "margaret", terms, 22),
            do("assess_security", "dennis", findings, 4),
            do("report_forgery", "barbara", {"forgeryReport": report, "noticedOn": day(now, -7)}, 3),
        ),
    )


def _weekly() -> list[Story]:
    payments = _due("Hansen Payments", "Card payments in the shop and at the tills.", 64000)
    logistics = _due("Hansen Logistics", "Storage and delivery of our spare parts.", 320000)
    nothing: Values = {"reviewDue": "no"}
    return [
        _found(14.1, do("choose_vendor", "barbara", nothing, 0)),
        _found(7.9, do("choose_vendor", "barbara", payments, 0), _screened("dennis", 2, 4, 24)),
        _found(7.7, do("choose_vendor", "barbara", logistics, 0), _screened("dennis", 1, 3, 30)),
    ]


def _found(days: float, *steps: Step) -> Story:
    """What the timer or the breach of a vendor has begun: the oldest of them is taken up first."""
    return Story(days, None, "barbara", {}, steps, around_the_clock=True)


def _due(name: str, work: str, spend: int) -> Values:
    return {
        "reviewDue": "yes",
        "vendorName": name,
        "vendorService": work,
        "dataClass": "internal",
        "annualSpend": spend,
    }
