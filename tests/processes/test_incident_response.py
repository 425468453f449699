"""Every path of incident_response, as docs/applications/incident_response.md has them."""

from typing import Any

import pytest

from server.engine import facts
from tests.processes.answers import INCIDENT
from tests.processes.player import Player, application

REPAIRED: dict[str, Any] = {"repair": "done", "repairLog": "Old sessions removed, started again."}
REVIEW: dict[str, Any] = {"cause": "The disk was full of old sessions.", "vendorCause": "no"}
URL = "https://status.example.org/shop"


SEVERITIES = {
    "critical": {"affected": "customers", "dataAtRisk": "no", "workaround": "no"},
    "major": {"affected": "departments", "dataAtRisk": "no", "workaround": "no"},
    "minor": {"affected": "one person", "dataAtRisk": "no", "workaround": "no"},
}
"""What is answered in triage so that the decision comes to a severity."""


def triaged(severity: str | None, **more: Any) -> Player:
    play = Player.of("incident_response", "ada", **INCIDENT)
    triage(play, severity)
    return play


def triage(play: Player, severity: str | None) -> None:
    values: dict[str, Any] = {"title": INCIDENT["title"], "description": INCIDENT["description"]}
    if severity is None:
        play.complete("triage_incident", "linus", **values, real="no")
    else:
        known: dict[str, Any] = {"real": "yes", **SEVERITIES[severity], "affectedService": "shop", "statusUrl": URL}
        play.complete("triage_incident", "linus", **values, **known)


def up_again(play: Player) -> None:
    play.complete("repair_service", "linus", **REPAIRED)
    play.answer("ask_status", statusCode=200, response="ok")


def close(play: Player, **review: Any) -> None:
    assert play.asked("write_review").candidate_groups == ("it",)
    play.complete("write_review", "linus", **{**REVIEW, **review})
    assert play.completed
    assert play.incidents == []
    assert play.timers() == {}


def test_a_false_alarm_ends_at_the_triage() -> None:
    play = Player.of("incident_response", "ada", **INCIDENT)
    assert play.asked("triage_incident").candidate_groups == ("it",)
    triage(play, None)
    assert play.completed
    assert play.ends == ["false_alarm"]


def test_a_minor_incident_is_helped_on_the_spot() -> None:
    play = triaged("minor")
    assert play.asked("handle_minor").candidate_groups == ("it",)
    play.complete("handle_minor", "linus", solution="The cable was plugged in again.")
    assert play.completed
    assert play.ends == ["minor_closed"]


def test_more_information_about_a_minor_incident_is_taken_in_beside_the_work() -> None:
    play = triaged("minor")
    play.message("more_information", information="It happens on the third floor too.")
    assert sorted(play.open) == ["handle_minor", "note_information"]
    assert play.variables["information"] == "It happens on the third floor too."
    play.message("more_information", information="And on the fourth.")
    assert play.open.count("note_information") == 2
    play.complete("note_information", "linus", informationNote="Noted.")
    play.complete("note_information", "linus", informationNote="Noted too.")
    play.complete("handle_minor", "linus", solution="The cable was plugged in again.")
    assert play.completed
    assert play.ends == ["information_noted", "information_noted", "minor_closed"]


def test_a_major_incident_is_closed_when_the_service_answers_200() -> None:
    play = triaged("major")
    assert play.open == ["repair_service"]
    play.complete("repair_service", "linus", **REPAIRED)
    (call,) = play.all(facts.ConnectorCalled)
    assert call.parameters["url"] == URL
    assert (call.parameters["method"], call.parameters["acceptErrors"]) == ("GET", True)
    assert call.retry_cycle == "R3/PT10S"
    play.answer("ask_status", statusCode=200, response="ok")
    assert (play.variables["serviceUp"], play.variables["statusText"]) == ("yes", "ok")
    close(play)
    assert play.ends == ["incident_resolved", "incident_closed"]


def test_an_incident_that_a_vendor_has_caused_is_a_signal_for_all() -> None:
    play = triaged("major")
    up_again(play)
    close(play, vendorCause="yes", causingVendor="Hansen")
    assert play.ends[-1] == "vendor_reported"
    assert [fact.name for fact in play.all(facts.SignalThrown)] == ["vendor_breach"]


def test_a_service_that_is_still_down_is_repaired_again() -> None:
    play = triaged("major")
    play.complete("repair_service", "linus", **REPAIRED)
    play.answer("ask_status", statusCode=500, response="not yet")
    assert play.variables["serviceUp"] == "no"
    assert play.open == ["repair_service"]
    up_again(play)
    close(play)
    assert play.ends[-1] == "incident_closed"


def test_when_the_status_page_is_silent_a_person_checks_by_hand() -> None:
    play = triaged("major")
    play.complete("repair_service", "linus", **REPAIRED)
    play.fail("ask_status", "https://status.example.org cannot be reached.")
    assert play.incidents == []
    assert play.asked("check_by_hand").candidate_groups == ("it",)
    play.complete("check_by_hand", "linus", serviceUp="no")
    assert play.open == ["repair_service"]
    play.complete("repair_service", "linus", **REPAIRED)
    play.fail("ask_status", "https://status.example.org cannot be reached.")
    play.complete("check_by_hand", "linus", serviceUp="yes")
    close(play)
    assert play.ends == ["incident_resolved", "incident_closed"]


def test_what_cannot_be_repaired_is_switched_to_the_backup() -> None:
    play = triaged("major")
    play.complete("repair_service", "linus", repair="impossible", repairLog="The machine is dead for good.")
    assert [fact.catcher for fact in play.all(facts.ErrorCaught)] == ["repair_given_up"]
    assert play.asked("switch_to_backup").candidate_groups == ("it",)
    play.complete("switch_to_backup", "linus", backupRunning=True)
    close(play)
    assert play.ends[-1] == "incident_closed"


def test_the_first_engineer_who_accepts_is_on_duty() -> None:
    play = triaged("critical")
    assert play.mails[0][0] == "inform_management"
    assert play.asked("ask_engineer").assignee == "linus"
    play.complete("ask_engineer", "linus", accepted=True)
    assert play.variables["onDuty"] == "linus"
    assert play.open == ["repair_service"]
    assert len([f for f in play.all(facts.UserTaskCreated) if f.element == "ask_engineer"]) == 1
    up_again(play)
    close(play)


@pytest.mark.parametrize("first", ["declines", "is silent"])
def test_the_second_engineer_is_asked_when_the_first_one(first: str) -> None:
    play = triaged("critical")
    if first == "declines":
        play.complete("ask_engineer", "linus", accepted=False, declineReason="On the train.")
    else:
        play.wait(minutes=15)
        assert play.ends == ["engineer_not_reached"]
    assert play.asked("ask_engineer").assignee == "dennis"
    play.complete("ask_engineer", "dennis", accepted=True)
    assert play.variables["onDuty"] == "dennis"
    up_again(play)
    close(play)


def test_when_no_engineer_accepts_a_manager_appoints_one() -> None:
    play = triaged("critical")
    play.complete("ask_engineer", "linus", accepted=False)
    play.wait(minutes=15)
    play.complete("ask_engineer", "edsger", accepted=False)
    assert play.asked("appoint_engineer").candidate_groups == ("managers",)
    play.complete("appoint_engineer", "grace", onDuty="Linus Pauling")
    assert play.variables["onDuty"] == "Linus Pauling"
    up_again(play)
    close(play)


def test_managers_hear_each_hour_that_it_is_not_resolved() -> None:
    play = triaged("major")
    play.wait(hours=3, minutes=30)
    assert play.ends == ["management_updated"] * 3
    assert play.open == ["repair_service"]
    up_again(play)
    close(play)


def test_after_eight_hours_there_is_a_crisis() -> None:
    play = triaged("major")
    play.wait(hours=8)
    assert "repair_service" in play.cancelled
    assert play.asked("declare_crisis").candidate_groups == ("managers",)
    play.complete("declare_crisis", "grace", customersInformed=True, pressInformed=True, crisisNote="Told all.")
    assert play.completed
    assert play.ends[-1] == "crisis_declared"
    assert play.timers() == {}


def test_an_alert_from_outside_begins_with_the_triage() -> None:
    alert = {"title": "Forged document", "description": "A certificate is forged.", "reportedBy": "ada"}
    play = Player(application("incident_response"), alert, start="alert_received")
    assert play.variables == alert
    assert play.open == ["triage_incident"]
    triage(play, None)
    assert play.ends == ["false_alarm"]
