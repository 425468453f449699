"""Workers fetch, lock, complete and fail what a model asks of programs; operators free it and give it new tries."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from server import clock
from server.commands import external_tasks, incidents, process_instances
from server.commands.external_tasks import LockedTask, Order, Wish
from server.database import db
from server.errors import Conflict, Forbidden, Invalid, NotFound
from server.identity.actor import CONSOLE, Actor, person_actor
from server.records.activity_instance import ActivityInstance
from server.records.external_task import ExternalTask
from server.records.incident import Incident
from server.records.process_instance import ProcessInstance
from server.runtime.submissions import variables_of
from tests.commands.conftest import deploy, flows

PRINT = (
    '<startEvent id="s"/><serviceTask id="print" name="Print" camunda:type="external" camunda:topic="print">'
    '<extensionElements><camunda:properties><camunda:property name="paper" value="A4"/></camunda:properties>'
    '</extensionElements></serviceTask><endEvent id="e"/>' + flows("s>print", "print>e")
)
JAMS = (
    '<startEvent id="s"/><serviceTask id="print" camunda:type="external" camunda:topic="print"/>'
    '<boundaryEvent id="jam" attachedToRef="print"><errorEventDefinition errorRef="JamError"/></boundaryEvent>'
    '<userTask id="mend" camunda:assignee="ann"/><endEvent id="e"/>'
    + flows("s>print", "print>e", "jam>mend")
    + '</process><error id="JamError" errorCode="JAM"/><process id="nothing">'
)
MAPPED = (
    '<startEvent id="s"/><serviceTask id="print" camunda:type="external" camunda:topic="print"><extensionElements>'
    '<camunda:inputOutput><camunda:inputParameter name="sheets">${3}</camunda:inputParameter>'
    '<camunda:outputParameter name="printed">${pages}</camunda:outputParameter></camunda:inputOutput>'
    '</extensionElements></serviceTask><userTask id="see" camunda:assignee="ann"/>' + flows("s>print", "print>see")
)


@pytest.fixture
def worker(app: Flask) -> Actor:
    return person_actor("printer", "Printer", frozenset({"worker"}))


@pytest.fixture
def other(app: Flask) -> Actor:
    return person_actor("plotter", "Plotter", frozenset({"worker"}))


def started(key: str = "printing", **rest: Any) -> str:
    return process_instances.start(CONSOLE, key, {}, **rest).instance_id


def fetch(actor: Actor, worker: str = "w1", most: int = 1, seconds: float = 60, **wish: Any) -> list[LockedTask]:
    return external_tasks.fetch_and_lock(actor, worker, most, [Wish("print", seconds, **wish)])


def instance(instance_id: str) -> ProcessInstance:
    return db.session.get_one(ProcessInstance, instance_id, populate_existing=True)


def row(external_task_id: str) -> ExternalTask:
    return db.session.get_one(ExternalTask, external_task_id, populate_existing=True)


def later(seconds: float) -> None:
    clock.freeze(clock.now() + timedelta(seconds=seconds))


def test_an_instance_waits_where_the_model_calls_code_of_another_place(app: Flask) -> None:
    call = '<serviceTask id="call" camunda:class="org.example.Act"/>'
    deploy(("calling", f'<startEvent id="s"/>{call}<endEvent id="e"/>' + flows("s>call", "call>e")))
    instance_id = started("calling")
    assert instance(instance_id).ended_at is None
    waiting = db.session.query(ActivityInstance).filter_by(instance_id=instance_id, element_key="call").one()
    assert waiting.ended_at is None


def test_a_worker_fetches_what_a_model_asks_for_and_completes_it(worker: Actor) -> None:
    deploy(("printing", PRINT))
    instance_id = started(business_key="P-1")
    [fetched] = fetch(worker)
    assert (fetched.instance_id, fetched.business_key, fetched.element_key) == (instance_id, "P-1", "print")
    assert (fetched.worker, fetched.retries, fetched.priority) == ("w1", None, 50)
    assert (fetched.process_key, fetched.version) == ("printing", 1)
    assert fetched.properties == {"paper": "A4"}
    external_tasks.complete(worker, fetched.id, "w1", {"pages": 3})
    assert instance(instance_id).state == "completed"
    assert db.session.get(ExternalTask, fetched.id) is None


def test_what_one_worker_has_locked_no_other_gets_until_the_lock_ends(worker: Actor, other: Actor) -> None:
    deploy(("printing", PRINT))
    started()
    [first] = fetch(worker, seconds=60)
    assert fetch(other, "w2") == []
    later(61)
    [second] = fetch(other, "w2")
    assert second.id == first.id
    assert second.revision == first.revision + 1


def test_a_worker_whose_lock_was_given_to_another_is_refused(worker: Actor, other: Actor) -> None:
    deploy(("printing", PRINT))
    instance_id = started()
    [first] = fetch(worker, seconds=10)
    later(11)
    fetch(other, "w2")
    with pytest.raises(Conflict, match="was given to w2"):
        external_tasks.complete(worker, first.id, "w1", {})
    assert instance(instance_id).state == "active"
    external_tasks.complete(other, first.id, "w2", {})
    with pytest.raises(NotFound, match="done"):
        external_tasks.complete(worker, first.id, "w1", {})


def test_a_late_result_is_taken_while_nobody_else_has_locked_it(worker: Actor) -> None:
    deploy(("printing", PRINT))
    instance_id = started()
    [fetched] = fetch(worker, seconds=10)
    later(3600)
    external_tasks.complete(worker, fetched.id, "w1", {})
    assert instance(instance_id).state == "completed"


def test_an_older_lock_of_a_worker_of_the_same_name_is_refused_by_its_revision(worker: Actor) -> None:
    deploy(("printing", PRINT))
    started()
    [first] = fetch(worker, seconds=10)
    later(11)
    [second] = fetch(worker)
    with pytest.raises(Conflict, match="given out anew"):
        external_tasks.complete(worker, first.id, "w1", {}, revision=first.revision)
    external_tasks.complete(worker, first.id, "w1", {}, revision=second.revision)


def test_a_worker_of_the_same_name_under_another_account_is_refused(worker: Actor, other: Actor) -> None:
    deploy(("printing", PRINT))
    started()
    [fetched] = fetch(worker)
    with pytest.raises(Conflict, match="another account"):
        external_tasks.complete(other, fetched.id, "w1", {})


def test_work_that_nobody_has_locked_cannot_be_completed(worker: Actor) -> None:
    deploy(("printing", PRINT))
    started()
    external_task_id = db.session.query(ExternalTask).one().id
    with pytest.raises(Conflict, match="nobody has locked it"):
        external_tasks.complete(worker, external_task_id, "w1", {})


def test_who_is_no_worker_gets_no_work(ann: Actor) -> None:
    with pytest.raises(Forbidden):
        fetch(ann)


def test_the_highest_priority_is_fetched_first_and_then_the_oldest(worker: Actor, olga: Actor) -> None:
    deploy(("printing", PRINT))
    ids = []
    for _ in range(3):
        ids.append(started())
        later(1)
    third = db.session.query(ExternalTask).filter_by(instance_id=ids[2]).one()
    external_tasks.set_priority(olga, third.id, 90, "A customer waits")
    assert [each.instance_id for each in fetch(worker, most=5)] == [ids[2], ids[0], ids[1]]


def test_without_priorities_age_alone_counts(worker: Actor, olga: Actor) -> None:
    deploy(("printing", PRINT))
    ids = []
    for _ in range(2):
        ids.append(started())
        later(1)
    second = db.session.query(ExternalTask).filter_by(instance_id=ids[1]).one()
    external_tasks.set_priority(olga, second.id, 90, "A customer waits")
    found = external_tasks.fetch_and_lock(worker, "w1", 5, [Wish("print", 60)], Order.OLDEST)
    assert [each.instance_id for each in found] == ids
    for each in found:
        external_tasks.unlock(worker, each.id)
    found = external_tasks.fetch_and_lock(worker, "w1", 5, [Wish("print", 60)], Order.NEWEST)
    assert [each.instance_id for each in found] == ids[::-1]


def test_a_worker_says_what_it_wants_of_a_topic(worker: Actor) -> None:
    deploy(("printing", PRINT), ("other", PRINT))
    first, second = started(business_key="P-1"), started("other", business_key="P-2")
    assert [each.instance_id for each in fetch(worker, business_key="P-2")] == [second]
    assert fetch(worker, process_keys=frozenset({"other"})) == []
    assert fetch(worker, version_tag="v9") == []
    assert [each.instance_id for each in fetch(worker, process_keys=frozenset({"printing"}))] == [first]


def test_a_worker_asks_for_instances_with_certain_values(worker: Actor, olga: Actor) -> None:
    deploy(("printing", PRINT))
    ids = [started(), started()]
    process_instances.set_variable(olga, ids[1], "size", 4, "A test")
    assert fetch(worker, variables={"size": 3}) == []
    assert [each.instance_id for each in fetch(worker, variables={"size": 4})] == [ids[1]]


def test_a_worker_gets_the_variables_that_it_asks_for(worker: Actor, olga: Actor) -> None:
    deploy(("printing", MAPPED))
    instance_id = started()
    process_instances.set_variable(olga, instance_id, "size", 4, "A test")
    [fetched] = fetch(worker)
    assert fetched.variables == {"sheets": 3, "size": 4}
    external_tasks.unlock(worker, fetched.id)
    assert fetch(worker, names=frozenset({"size"}))[0].variables == {"size": 4}
    external_tasks.unlock(worker, fetched.id)
    assert fetch(worker, names=frozenset())[0].variables == {}
    external_tasks.unlock(worker, fetched.id)
    assert fetch(worker, only_own=True)[0].variables == {"sheets": 3}


def test_variables_of_the_activity_alone_are_there_for_its_outputs_only(worker: Actor) -> None:
    deploy(("printing", MAPPED))
    instance_id = started()
    [fetched] = fetch(worker)
    external_tasks.complete(worker, fetched.id, "w1", {"cost": 7}, {"pages": 3})
    assert variables_of(instance(instance_id)) == {"cost": 7, "printed": 3}


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
