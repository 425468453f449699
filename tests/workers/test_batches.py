"""Batches: one command for many, a job for each, as whoever began it; paused, stopped, and done once whatever dies."""

import json

import pytest
from flask import Flask
from sqlalchemy import select

from server.commands import batches, deployments, incidents, jobs, people, process_instances
from server.commands.batches import BatchKind, Group
from server.database import db
from server.errors import Conflict, Forbidden, Invalid
from server.identity.actor import CONSOLE, WORKER, Actor, person_actor, restricted
from server.queries import batches as queries
from server.queries import operations
from server.queries.batches import BatchState
from server.records.incident import Incident
from server.records.job import Job
from server.records.logs import AuditEntry, HistoryEntry
from server.records.notice import Notice
from server.records.process_instance import ProcessInstance
from server.settings import Settings
from server.workers.loop import work_once
from tests.web.stuck import FORM, PROCESS

OLGA = person_actor("olga", "Olga", frozenset({"operator"}))
OTTO = person_actor("otto", "Otto", frozenset({"operator"}))


@pytest.fixture(autouse=True)
def house(app: Flask) -> None:
    people.create(CONSOLE, "olga", "Olga", "a long password", ["operator"])
    people.create(CONSOLE, "otto", "Otto", "a long password", ["operator"])
    people.create(CONSOLE, "ann", "Ann", "a long password", ["participant"])
    deployments.deploy(CONSOLE, [("billing.bpmn", PROCESS), ("billing.form", FORM)])


def bill(amount: int = 0) -> str:
    """An instance that is stuck where the amount is nothing; its id."""
    return process_instances.start(CONSOLE, "billing", {"amount": amount}).instance_id


def group() -> Group:
    (cause,) = operations.causes(OLGA).causes
    return Group(cause.text, cause.process_key, cause.element_key)


def work(settings: Settings) -> None:
    while work_once(settings, "test", {}):
        pass
    db.session.rollback()


def states(*instance_ids: str) -> list[str]:
    db.session.rollback()
    found = {row.id: row.state for row in db.session.scalars(select(ProcessInstance))}
    return [found[instance_id] for instance_id in instance_ids]


def open_incidents() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Incident).where(Incident.resolved_at.is_(None))).all())


def line(batch_id: str) -> queries.BatchLine:
    db.session.rollback()
    return queries.batch(OLGA, batch_id).line


def test_all_incidents_of_a_cause_are_tried_again_with_another_variable(settings: Settings) -> None:
    for _ in range(3):
        bill()
    begun = batches.retry(OLGA, group(), "It was 4", {"amount": 4})
    assert begun.items == 3
    work(settings)
    found = line(begun.id)
    assert (found.state, found.done, found.failed, found.percent) == (BatchState.FINISHED, 3, 0, 100)
    assert open_incidents() == 0


def test_each_of_them_is_a_command_of_who_began_it_in_the_audit_log(settings: Settings) -> None:
    bill()
    batches.retry(OLGA, group(), "It was 4", {"amount": 4})
    work(settings)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.actor == "olga").order_by(AuditEntry.id)).all()
    assert [entry.command for entry in entries] == ["batches.retry", "incidents.retry"]
    assert {entry.reason for entry in entries} == {"It was 4"}


def test_who_began_a_batch_is_told_of_its_end(settings: Settings) -> None:
    bill()
    batches.retry(OLGA, group(), "It was 4", {"amount": 4})
    work(settings)
    (notice,) = db.session.scalars(select(Notice).where(Notice.person_id == "olga")).all()
    assert (notice.kind, notice.text) == ("batch", "The batch of 1 is finished")


def test_incidents_that_a_batch_has_are_left_alone_by_the_next(settings: Settings) -> None:
    bill()
    batches.retry(OLGA, group(), "Once")
    with pytest.raises(Invalid, match="nothing to do"):
        batches.retry(OLGA, group(), "Twice")


def test_incidents_with_one_text_at_two_elements_are_two_groups() -> None:
    twice = PROCESS.replace(b'id="billing"', b'id="paying"').replace(b'id="divide"', b'id="share"')
    twice = twice.replace(b'"divide"', b'"share"').replace(b"B-$", b"P-$")
    deployments.deploy(CONSOLE, [("paying.bpmn", twice)])
    bill()
    process_instances.start(CONSOLE, "paying", {"amount": 0})
    found = operations.causes(OLGA).causes
    assert len({cause.text for cause in found}) == 1
    assert {(cause.process_key, cause.element_key) for cause in found} == {("billing", "divide"), ("paying", "share")}
    assert batches.retry(OLGA, Group(found[0].text, "paying", "share"), "Only there").items == 1


def test_what_failed_is_skipped_and_the_process_goes_on_behind_it(settings: Settings) -> None:
    instance_id = bill()
    batches.skip(OLGA, group(), "Not needed this year")
    work(settings)
    assert open_incidents() == 0
    facts = "".join(db.session.scalars(select(HistoryEntry.facts).where(HistoryEntry.instance_id == instance_id)))
    assert "ActivitySkipped" in facts
    assert db.session.scalars(select(Job.kind).where(Job.instance_id == instance_id)).all() == ["timer"]


def test_instances_are_cancelled_suspended_and_resumed_together(settings: Settings) -> None:
    first, second = bill(5), bill(6)
    batches.of_instances(OLGA, BatchKind.SUSPEND, [first, second], "", "Wait for the bank")
    work(settings)
    assert states(first, second) == ["suspended", "suspended"]
    batches.of_instances(OLGA, BatchKind.RESUME, [first], "", "It answered")
    work(settings)
    assert states(first, second) == ["active", "suspended"]
    batches.of_instances(OLGA, BatchKind.CANCEL, [first, second], "", "Too late")
    work(settings)
    assert states(first, second) == ["terminated", "terminated"]


def test_what_cannot_be_done_is_listed_with_why_and_the_others_are_done(settings: Settings) -> None:
    first, second = bill(5), bill(6)
    begun = batches.of_instances(OLGA, BatchKind.CANCEL, [first, second], "", "Too late")
    process_instances.cancel(OTTO, first, "I was faster")
    work(settings)
    view = queries.batch(OLGA, begun.id)
    assert (view.line.done, view.line.failed, view.line.state) == (1, 1, BatchState.FINISHED)
    assert [failure.instance_id for failure in view.failures] == [first]
    assert "ended" in view.failures[0].error


def test_a_paused_batch_begins_nothing_until_it_goes_on(settings: Settings) -> None:
    first = bill(5)
    begun = batches.of_instances(OLGA, BatchKind.SUSPEND, [first], "", "Wait")
    batches.pause(OLGA, begun.id)
    work(settings)
    assert (states(first), line(begun.id).state) == (["active"], BatchState.PAUSED)
    batches.go_on(OLGA, begun.id)
    work(settings)
    assert (states(first), line(begun.id).state) == (["suspended"], BatchState.FINISHED)


def test_a_stopped_batch_leaves_what_it_has_not_come_to(settings: Settings) -> None:
    first, second = bill(5), bill(6)
    begun = batches.of_instances(OLGA, BatchKind.SUSPEND, [first, second], "", "Wait")
    work_once(settings, "test", {})
    batches.stop(OLGA, begun.id)
    work(settings)
    assert sorted(states(first, second)) == ["active", "suspended"]
    assert (line(begun.id).state, line(begun.id).done) == (BatchState.STOPPED, 1)
    with pytest.raises(Conflict, match="ended already"):
        batches.go_on(OLGA, begun.id)


def test_a_worker_that_died_behind_the_command_has_it_not_done_twice(settings: Settings) -> None:
    first = bill(5)
    begun = batches.of_instances(OLGA, BatchKind.SUSPEND, [first], "", "Wait")
    settle = batches.settle_item
    with pytest.MonkeyPatch.context() as patch:

        def die(*_: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(batches, "settle_item", die)
        with pytest.raises(KeyboardInterrupt):
            work_once(settings, "test", {})
    assert batches.settle_item is settle
    db.session.rollback()
    process_instances.resume(OTTO, first, "I look after it")
    row = db.session.scalars(select(Job).where(Job.kind == "batch_item")).one()
    jobs.fail(WORKER, row.id, row.attempts, "The worker died.", row.due_at)
    work(settings)
    assert states(first) == ["active"]
    assert (line(begun.id).done, line(begun.id).failed) == (1, 0)


def test_an_item_whose_attempts_are_used_up_counts_as_failed(settings: Settings) -> None:
    begun = batches.of_instances(OLGA, BatchKind.SUSPEND, [bill(5)], "", "Wait")
    (job,) = jobs.claim(WORKER, "test", 1, 10).jobs
    jobs.fail(WORKER, job.id, job.attempt, "It went wrong.", None)
    assert (line(begun.id).failed, line(begun.id).state) == (1, BatchState.FINISHED)
    assert queries.batch(OLGA, begun.id).failures[0].error == "It went wrong."


def test_who_began_it_and_may_no_more_does_nothing_by_it(settings: Settings) -> None:
    first = bill(5)
    begun = batches.of_instances(OLGA, BatchKind.CANCEL, [first], "", "Too late")
    people.change(CONSOLE, "olga", "Olga", ["participant"])
    work(settings)
    assert states(first) == ["active"]
    db.session.rollback()
    assert "You may not" in queries.batch(OTTO, begun.id).failures[0].error


def test_a_token_of_other_processes_reaches_none_of_the_instances(settings: Settings) -> None:
    token: Actor = restricted(OLGA, "token", frozenset(), frozenset({"other"}))
    with pytest.raises(Invalid, match="nothing to do"):
        batches.of_instances(token, BatchKind.CANCEL, [bill(5)], "", "Too late")


def test_changing_variables_and_skipping_need_their_own_permissions() -> None:
    bill()
    found = group()
    mender = Actor("olga", "Olga", permissions=OLGA.permissions - {*_more()})
    with pytest.raises(Forbidden, match="change variables"):
        batches.retry(mender, found, "It was 4", {"amount": 4})
    with pytest.raises(Forbidden, match="move tokens"):
        batches.skip(mender, found, "Not needed")


def _more() -> list[str]:
    return [permission for permission in OLGA.permissions if permission.name in ("EDIT_VARIABLES", "MOVE_TOKENS")]


def test_an_incident_is_given_to_an_operator_who_is_told() -> None:
    bill()
    incident_id = operations.causes(OLGA).causes[0].incidents[0].id
    incidents.give(OLGA, incident_id, "otto")
    assert operations.incident(OLGA, incident_id).owner_name == "Otto"
    (notice,) = db.session.scalars(select(Notice).where(Notice.person_id == "otto")).all()
    assert notice.kind == "incident"
    with pytest.raises(Invalid, match="Choose an operator"):
        incidents.give(OLGA, incident_id, "ann")
    assert incidents.give_cause(OLGA, group(), None) == 1
    assert operations.incident(OLGA, incident_id).owner is None


def test_an_incident_is_tried_again_with_another_variable_in_one_step() -> None:
    instance_id = bill()
    incident_id = operations.causes(OLGA).causes[0].incidents[0].id
    incidents.retry(OLGA, incident_id, "It was 4", {"amount": 4})
    db.session.rollback()
    facts = db.session.scalars(
        select(HistoryEntry.facts).where(HistoryEntry.instance_id == instance_id).order_by(HistoryEntry.id.desc())
    ).first()
    assert facts is not None
    names = [name for name, _ in json.loads(facts)]
    assert names[:2] == ["VariableChanged", "IncidentResolved"]


def test_a_retry_that_is_refused_changes_no_variable() -> None:
    bill()
    incident_id = operations.causes(OLGA).causes[0].incidents[0].id
    with pytest.raises(Invalid, match="no name for a variable"):
        incidents.retry(OLGA, incident_id, "It was 4", {"amount": 4, "no name": 1})
    assert open_incidents() == 1
