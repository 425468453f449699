"""Work of programs that fails: tries, incidents, BPMN errors; and what operators do about it."""

from datetime import timedelta

import pytest

from server import clock
from server.commands import external_tasks, incidents, process_instances
from server.commands.external_tasks import Wish
from server.database import db
from server.errors import Conflict, Forbidden, Invalid, NotFound
from server.identity.actor import Actor
from server.records.activity_instance import ActivityInstance
from server.records.external_task import ExternalTask
from server.records.incident import Incident
from server.runtime.submissions import variables_of
from tests.commands.conftest import deploy, flows
from tests.commands.external_work import JAMS, PRINT, fetch, instance, later, row, started


def test_a_failure_counts_a_try_and_waits_before_the_next(worker: Actor) -> None:
    deploy(("printing", PRINT))
    started()
    [fetched] = fetch(worker)
    assert external_tasks.fail(worker, fetched.id, "w1", "out of paper", "tray 2", 2, 30) == 2
    assert fetch(worker) == []
    later(31)
    [again] = fetch(worker)
    assert (again.retries, again.error_message, again.error_details) == (2, "out of paper", "tray 2")


def test_without_a_number_of_tries_the_model_says_how_often(worker: Actor) -> None:
    cycle = PRINT.replace("<extensionElements>", "<extensionElements><camunda:failedJobRetryTimeCycle>R2/PT1M"
                          "</camunda:failedJobRetryTimeCycle>")  # fmt: skip
    deploy(("printing", cycle))
    instance_id = started()
    assert external_tasks.fail(worker, fetch(worker)[0].id, "w1", "out of paper") == 1
    assert external_tasks.fail(worker, fetch(worker)[0].id, "w1", "out of paper") == 0
    assert instance(instance_id).incidents == 1


def test_used_up_tries_are_an_incident_that_an_operator_ends(worker: Actor, olga: Actor) -> None:
    deploy(("printing", PRINT))
    instance_id = started()
    [fetched] = fetch(worker)
    external_tasks.fail(worker, fetched.id, "w1", "out of paper", None, 0)
    [incident] = db.session.query(Incident).all()
    assert (incident.kind, incident.message, incident.element_key) == ("external", "out of paper", "print")
    assert fetch(worker) == []
    with pytest.raises(Conflict, match="waits for an operator"):
        external_tasks.complete(worker, fetched.id, "w1", {})
    incidents.retry(olga, incident.id, "Paper was brought")
    [again] = fetch(worker)
    assert (again.id, again.retries) == (fetched.id, None)
    external_tasks.complete(worker, again.id, "w1", {})
    assert instance(instance_id).state == "completed"


def test_new_tries_resolve_the_incident(worker: Actor, olga: Actor) -> None:
    deploy(("printing", PRINT))
    instance_id = started()
    [fetched] = fetch(worker)
    external_tasks.fail(worker, fetched.id, "w1", "out of paper", None, 0)
    external_tasks.set_retries(olga, fetched.id, 2, "Paper was brought")
    assert instance(instance_id).incidents == 0
    assert fetch(worker)[0].retries == 2


def test_no_tries_left_by_an_operator_are_an_incident(worker: Actor, olga: Actor) -> None:
    deploy(("printing", PRINT))
    instance_id = started()
    [fetched] = fetch(worker)
    external_tasks.set_retries(olga, fetched.id, 0, "It would do harm")
    assert instance(instance_id).incidents == 1
    assert row(fetched.id).state == "dead"


def test_what_a_failing_worker_tells_stays(worker: Actor) -> None:
    deploy(("printing", PRINT))
    instance_id = started()
    [fetched] = fetch(worker)
    external_tasks.fail(worker, fetched.id, "w1", "out of paper", None, 1, 0, {"tray": 2})
    assert variables_of(instance(instance_id)) == {"tray": 2}
    assert len(fetch(worker)) == 1


def test_a_bpmn_error_goes_to_the_boundary_event(worker: Actor) -> None:
    deploy(("printing", JAMS))
    instance_id = started()
    [fetched] = fetch(worker)
    external_tasks.throw_bpmn_error(worker, fetched.id, "w1", "JAM", "paper jam", {"tray": 2})
    assert variables_of(instance(instance_id)) == {"tray": 2}
    assert db.session.get(ExternalTask, fetched.id) is None
    live = db.session.query(ActivityInstance).filter_by(instance_id=instance_id, ended_at=None).one()
    assert live.element_key == "mend"


def test_a_bpmn_error_that_nobody_catches_is_an_incident(worker: Actor, olga: Actor) -> None:
    deploy(("printing", JAMS))
    instance_id = started()
    [fetched] = fetch(worker)
    external_tasks.throw_bpmn_error(worker, fetched.id, "w1", "FIRE", "it burns")
    assert instance(instance_id).incidents == 1
    assert fetch(worker) == []
    external_tasks.set_retries(olga, fetched.id, 1, "It was put out")
    external_tasks.complete(worker, fetch(worker)[0].id, "w1", {})
    assert instance(instance_id).state == "completed"


def test_a_bpmn_error_needs_a_code(worker: Actor) -> None:
    deploy(("printing", PRINT))
    started()
    with pytest.raises(Invalid, match="code"):
        external_tasks.throw_bpmn_error(worker, fetch(worker)[0].id, "w1", " ")


def test_a_lock_is_extended_from_now(worker: Actor, other: Actor) -> None:
    deploy(("printing", PRINT))
    started()
    [fetched] = fetch(worker, seconds=10)
    later(5)
    assert external_tasks.extend_lock(worker, fetched.id, "w1", 60) == clock.now() + timedelta(seconds=60)
    later(30)
    assert fetch(other, "w2") == []
    with pytest.raises(Conflict):
        external_tasks.extend_lock(other, fetched.id, "w2", 60)


def test_a_certain_one_is_locked_unless_somebody_has_it(worker: Actor, other: Actor) -> None:
    deploy(("printing", PRINT))
    started()
    external_task_id = db.session.query(ExternalTask).one().id
    external_tasks.lock(worker, external_task_id, "w1", 10)
    with pytest.raises(Conflict, match="w1 has it"):
        external_tasks.lock(other, external_task_id, "w2", 10)
    external_tasks.lock(worker, external_task_id, "w1", 20)
    later(21)
    external_tasks.lock(other, external_task_id, "w2", 10)
    assert row(external_task_id).worker == "w2"


def test_what_is_given_back_is_fetched_by_others(worker: Actor, other: Actor, olga: Actor) -> None:
    deploy(("printing", PRINT))
    started()
    [fetched] = fetch(worker)
    with pytest.raises(Forbidden):
        external_tasks.unlock(other, fetched.id)
    external_tasks.unlock(worker, fetched.id)
    [second] = fetch(other, "w2")
    external_tasks.unlock(olga, second.id, "The machine is gone")
    assert fetch(worker)[0].id == fetched.id


def test_a_participant_frees_nothing(ann: Actor, worker: Actor) -> None:
    deploy(("printing", PRINT))
    started()
    [fetched] = fetch(worker)
    with pytest.raises(NotFound):
        external_tasks.unlock(ann, fetched.id)


def test_a_suspended_instance_gives_no_work_and_takes_none(worker: Actor, olga: Actor) -> None:
    deploy(("printing", PRINT))
    first, second = started(), started()
    [fetched] = fetch(worker)
    for instance_id in (first, second):
        process_instances.suspend(olga, instance_id, "A test")
    assert fetch(worker, "w2", most=5) == []
    with pytest.raises(Conflict, match="suspended"):
        external_tasks.complete(worker, fetched.id, "w1", {})
    process_instances.resume(olga, fetched.instance_id, "A test")
    external_tasks.complete(worker, fetched.id, "w1", {})


def test_the_work_goes_with_its_instance(worker: Actor, olga: Actor) -> None:
    deploy(("printing", PRINT))
    instance_id = started()
    process_instances.cancel(olga, instance_id, "Nobody wants it")
    assert db.session.query(ExternalTask).count() == 0
    assert fetch(worker) == []


def test_a_listener_that_is_code_is_fetched_too(worker: Actor) -> None:
    listening = '<extensionElements><camunda:executionListener class="print" event="start"/></extensionElements>'
    deploy(("printing", f'<startEvent id="s"/><userTask id="t" camunda:assignee="ann">{listening}</userTask>'
            + flows("s>t")))  # fmt: skip
    started()
    [fetched] = fetch(worker)
    assert (fetched.listener, fetched.element_key) == ("start", "t")
    external_tasks.complete(worker, fetched.id, "w1", {})
    assert db.session.query(ExternalTask).count() == 0


@pytest.mark.parametrize(("name", "seconds"), [("", 10), ("  ", 10), ("w1", 0), ("w1", -1), ("w1", float("inf"))])
def test_a_lock_has_a_name_and_an_end(worker: Actor, name: str, seconds: float) -> None:
    with pytest.raises(Invalid):
        external_tasks.fetch_and_lock(worker, name, 1, [Wish("print", seconds)])
