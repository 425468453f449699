"""Every path of vendor_risk_review, as docs/applications/vendor_risk_review.md has them."""

from typing import Any

import pytest

from server.engine import facts
from tests.processes.answers import VENDOR
from tests.processes.player import Player, application

EVIDENCE: dict[str, Any] = {"evidence": ["file-2"], "certificate": "iso27001", "certificateValidUntil": "2027-01-01"}
DUE: dict[str, Any] = {name: VENDOR[name] for name in ("vendorName", "vendorService", "dataClass", "annualSpend")}
SECURE: dict[str, Any] = {"controls": ["backup"], "securityFindings": "Everything is encrypted at rest."}
TERMS: dict[str, Any] = {"clauses": ["exit"], "contractFindings": "The clause on liability is weak."}


def screened(likelihood: int, impact: int, **more: Any) -> Player:
    play = Player.of("vendor_risk_review", "ada", **{**VENDOR, **more})
    play.complete("screen_vendor", "dennis", likelihood=likelihood, impact=impact)
    return play


def assessed(likelihood: int = 3, impact: int = 3, **more: Any) -> Player:
    """With evidence that is sufficient."""
    play = screened(likelihood, impact, **{"dataClass": "public", **more})
    play.complete("upload_evidence", "ada", **EVIDENCE)
    play.complete("check_evidence", "dennis", sufficient="yes")
    return play


def by_itself(start: str) -> Player:
    return Player(application("vendor_risk_review"), {}, person="worker", start=start)


@pytest.mark.parametrize(
    ("likelihood", "impact", "data", "score", "level"),
    [
        (1, 5, "public", 5, "low"),
        (2, 3, "public", 6, "medium"),
        (4, 2, "personal", 11, "medium"),
        (3, 4, "internal", 12, "high"),
        (4, 5, "internal", 20, "high"),
        (4, 5, "personal", 23, "critical"),
    ],
)
def test_likelihood_impact_and_data_rate_the_risk(
    likelihood: int, impact: int, data: str, score: int, level: str
) -> None:
    play = screened(likelihood, impact, dataClass=data)
    assert (play.variables["riskScore"], play.variables["riskLevel"]) == (score, level)


def test_a_vendor_of_low_risk_is_accepted_at_once_but_not_screened_by_who_proposed_it() -> None:
    play = Player.of("vendor_risk_review", "ada", **{**VENDOR, "dataClass": "public"})
    asked = play.asked("screen_vendor")
    assert (asked.candidate_groups, asked.excluded_users) == (("risk",), ("ada",))
    play.complete("screen_vendor", "dennis", likelihood=1, impact=4)
    assert play.completed
    assert play.ends == ["vendor_accepted"]
    assert play.mails[-1][0] == "tell_accepted"
    assert play.mails[-1][1]["to"] == "ada@example.org"


def test_a_vendor_of_medium_risk_is_accepted_on_its_evidence() -> None:
    play = screened(3, 3, dataClass="public")
    assert play.asked("upload_evidence").assignee == "ada"
    play.complete("upload_evidence", "ada", **EVIDENCE)
    asked = play.asked("check_evidence")
    assert (asked.candidate_groups, asked.excluded_users) == (("risk",), ("ada",))
    play.complete("check_evidence", "dennis", sufficient="yes")
    asked = play.asked("decide_vendor")
    assert (asked.candidate_groups, asked.excluded_users) == (("managers",), ("ada",))
    play.complete("decide_vendor", "grace", decision="accept")
    assert play.completed
    assert play.ends == ["vendor_accepted"]
    assert "due_diligence" not in play.passed


def test_a_vendor_of_high_risk_is_assessed_by_risk_and_legal_side_by_side() -> None:
    play = assessed(4, 4, dataClass="internal")
    assert sorted(play.open) == ["assess_contract", "assess_security"]
    assert play.asked("assess_security").candidate_groups == ("risk",)
    assert play.asked("assess_contract").candidate_groups == ("legal",)
    play.complete("assess_contract", "barbara", **TERMS)
    play.complete("assess_security", "dennis", genuine="yes", **SECURE)
    play.complete("decide_vendor", "grace", decision="accept")
    assert play.ends == ["due_diligence_done", "vendor_accepted"]
    assert play.completed


def test_conditions_are_agreed_by_legal_before_the_vendor_is_accepted() -> None:
    play = assessed()
    play.complete("decide_vendor", "grace", decision="conditions", conditions="No sub-contractors without asking.")
    assert play.asked("agree_conditions").candidate_groups == ("legal",)
    play.complete("agree_conditions", "barbara", amendment=["file-3"])
    assert play.ends == ["vendor_accepted"]
    assert "No sub-contractors" in play.mails[-1][1]["text"]


def test_a_rejected_vendor_is_told_with_the_reason() -> None:
    play = assessed()
    play.complete("decide_vendor", "grace", decision="reject", reason="Two others do the same for less.")
    assert play.completed
    assert play.ends == ["vendor_rejected"]
    assert "Two others" in play.mails[-1][1]["text"]


def test_a_vendor_of_critical_risk_is_rejected_without_a_decision() -> None:
    play = screened(5, 5)
    assert play.completed
    assert play.ends == ["vendor_rejected"]
    assert "decide_vendor" not in play.passed


def test_insufficient_evidence_is_asked_for_again() -> None:
    play = screened(3, 3, dataClass="public")
    play.complete("upload_evidence", "ada", **EVIDENCE)
    play.complete("check_evidence", "dennis", sufficient="no", missingEvidence="The plant is not in its scope.")
    assert play.open == ["upload_evidence"]
    play.complete("upload_evidence", "ada", **EVIDENCE)
    play.complete("check_evidence", "dennis", sufficient="yes")
    assert play.open == ["decide_vendor"]


def test_without_evidence_for_two_weeks_the_review_ends() -> None:
    play = screened(3, 3)
    play.wait(days=14)
    assert play.completed
    assert play.ends == ["evidence_missing"]
    assert play.cancelled == ["upload_evidence"]


def test_a_forged_document_ends_the_assessment_and_raises_an_incident() -> None:
    play = assessed(4, 4, dataClass="internal")
    play.complete("assess_contract", "barbara", **TERMS)
    play.complete("assess_security", "dennis", genuine="no", **SECURE)
    assert play.all(facts.ErrorCaught) == [facts.ErrorCaught("FORGED_DOCUMENT", "forged_document", "forgery_found")]
    assert play.asked("report_forgery").candidate_groups == ("risk",)
    play.complete("report_forgery", "dennis", forgeryReport="The certificate is a bakery's.", noticedOn="2026-01-05")
    assert play.completed
    assert play.ends[-1] == "incident_raised"
    (thrown,) = play.all(facts.MessageThrown)
    assert thrown.name == "incident_reported"
    assert thrown.payload == {
        "title": "Forged document of Nimbus",
        "description": "The certificate is a bakery's.",
        "reportedBy": "ada",
    }


def test_a_slow_assessment_is_urged_once_and_goes_on() -> None:
    play = assessed(4, 4, dataClass="internal")
    play.wait(days=12)
    assert play.ends == ["assessors_urged"]
    assert sorted(play.open) == ["assess_contract", "assess_security"]


def test_a_week_without_a_vendor_to_review_ends_at_once() -> None:
    play = by_itself("weekly_review")
    assert play.asked("choose_vendor").candidate_groups == ("risk",)
    play.complete("choose_vendor", "barbara", reviewDue="no")
    assert play.completed
    assert play.ends == ["no_review_due"]


@pytest.mark.parametrize("start", ["weekly_review", "vendor_breach_known"])
def test_a_review_that_nobody_has_proposed_belongs_to_whoever_chooses_the_vendor(start: str) -> None:
    play = by_itself(start)
    play.complete("choose_vendor", "barbara", reviewDue="yes", **DUE)
    assert play.variables["requester"] == "barbara"
    assert play.asked("screen_vendor").excluded_users == ("barbara",)
    play.complete("screen_vendor", "dennis", likelihood=1, impact=2)
    assert play.ends == ["vendor_accepted"]
