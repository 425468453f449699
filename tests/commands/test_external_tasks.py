"""Workers fetch, lock and complete what a model asks of programs; who has lost a lock is refused."""

import pytest
from flask import Flask

from server.commands import external_tasks, process_instances
from server.commands.external_tasks import Order, Wish
from server.database import db
from server.errors import Conflict, Forbidden, NotFound
from server.identity.actor import Actor
from server.records.activity_instance import ActivityInstance
from server.records.external_task import ExternalTask
from server.runtime.submissions import variables_of
from tests.commands.conftest import deploy, flows
from tests.commands.external_work import MAPPED, PRINT, fetch, instance, later, started


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
