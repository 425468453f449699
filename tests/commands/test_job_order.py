"""Which job is done next: by its priority, and never two exclusive ones of an instance at once."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from server import clock
from server.commands import deployments, jobs, process_instances
from server.commands.jobs import ClaimedJob
from server.database import db
from server.identity.actor import CONSOLE, WORKER, Actor
from server.queries import jobs as queries
from server.records.job import Job
from server.settings import Settings
from server.workers.loop import work_once
from tests.commands.conftest import deploy, flows, model

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FORKED = '<startEvent id="s"/><parallelGateway id="g"/>{}' + flows("s>g", "g>a", "g>b", "g>c")
TASK = '<manualTask id="{}" camunda:asyncBefore="true" {}/>'
CALL = (
    '<serviceTask id="{}" {}><extensionElements><camunda:connector><camunda:connectorId>http</camunda:connectorId>'
    '<camunda:inputOutput><camunda:inputParameter name="url">http://localhost/</camunda:inputParameter>'
    "</camunda:inputOutput></camunda:connector></extensionElements></serviceTask>"
)


def three(*words: str, task: str = TASK) -> str:
    return FORKED.format("".join(task.format(key, said) for key, said in zip("abc", words, strict=True)))


def claim(limit: int = 10) -> list[ClaimedJob]:
    found = list(jobs.claim(WORKER, "test", limit, 10).jobs)
    db.session.rollback()
    return found


def elements(claimed: list[ClaimedJob]) -> str:
    return "".join(job.element_key or "" for job in claimed)


def finish(job: ClaimedJob) -> None:
    jobs.run(WORKER, job.id, job.attempt)


def priorities() -> dict[str | None, int]:
    db.session.rollback()
    return {row.element_key: row.priority for row in db.session.execute(select(Job.element_key, Job.priority))}


def test_two_exclusive_jobs_of_an_instance_are_never_worked_on_at_once(ann: Actor) -> None:
    deploy(("forked", three("", "", "")))
    process_instances.start(ann, "forked", {})
    done = ""
    for _ in range(3):
        first = claim()
        assert len(first) == 1
        assert claim() == []
        done += elements(first)
        finish(first[0])
    assert sorted(done) == ["a", "b", "c"]
    assert claim() == []


def test_jobs_that_the_model_calls_not_exclusive_are_worked_on_at_once(ann: Actor) -> None:
    said = 'camunda:exclusive="false"'
    deploy(("forked", three("", said, said)))
    process_instances.start(ann, "forked", {})
    assert sorted(elements(claim())) == ["a", "b", "c"]


def test_exclusive_jobs_of_different_instances_do_not_wait_for_each_other(ann: Actor) -> None:
    deploy(("forked", three("", "", "")))
    found = {process_instances.start(ann, "forked", {}).instance_id for _ in range(3)}
    assert {job.instance_id for job in [*claim(), *claim(), *claim()]} == found
    assert claim() == []


def test_calls_of_asynchronous_elements_are_exclusive_and_those_of_others_are_not(ann: Actor) -> None:
    deploy(("forked", three('camunda:asyncAfter="true"', 'camunda:asyncAfter="true"', "", task=CALL)))
    process_instances.start(ann, "forked", {})
    taken = elements(claim())
    assert len(taken) == 2
    assert "c" in taken


def test_an_exclusive_job_is_taken_up_when_the_lease_of_the_other_one_has_ended(ann: Actor) -> None:
    clock.freeze(NOON)
    deploy(("forked", three("", "", "")))
    process_instances.start(ann, "forked", {})
    first = claim()
    assert claim() == []
    clock.freeze(NOON + timedelta(seconds=11))
    assert len(claim()) == 1
    assert len(first) == 1


def test_a_worker_does_not_wake_for_a_job_that_has_to_wait_for_another_one(ann: Actor) -> None:
    clock.freeze(NOON)
    deploy(("forked", three("", "", "")))
    process_instances.start(ann, "forked", {})
    claim()
    assert queries.next_due() == NOON + timedelta(seconds=jobs.STEP_LEASE)  # then the lease ends


def test_workers_that_claim_at_the_same_moment_get_one_exclusive_job_between_them(app: Flask, ann: Actor) -> None:
    deploy(("forked", three("", "", "")))
    process_instances.start(ann, "forked", {})
    db.session.remove()
    ready = threading.Barrier(6)
    taken: list[ClaimedJob] = []

    def take() -> None:
        with app.app_context():
            ready.wait()
            taken.extend(jobs.claim(WORKER, threading.current_thread().name, 1, 10).jobs)

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) <= 1
    assert len([*taken, *claim()]) == 1


def test_what_is_due_is_done_by_priority_and_then_by_age(ann: Actor) -> None:
    clock.freeze(NOON)
    said = 'camunda:exclusive="false"'
    urgent, less = f'{said} camunda:jobPriority="9"', f'{said} camunda:jobPriority="-1"'
    deploy(("forked", three(less, said, urgent)))
    process_instances.start(ann, "forked", {})
    clock.freeze(NOON + timedelta(seconds=1))
    process_instances.start(ann, "forked", {})
    assert elements(claim()) == "ccbbaa"


def test_a_job_that_is_urgent_and_not_due_is_not_done_before_its_time(ann: Actor, settings: Settings) -> None:
    clock.freeze(NOON)
    body = (
        '<startEvent id="s"/><parallelGateway id="g"/><intermediateCatchEvent id="t" camunda:jobPriority="100">'
        "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent>"
        '<manualTask id="a" camunda:asyncBefore="true"/>' + flows("s>g", "g>t", "g>a")
    )
    deploy(("timed", body))
    process_instances.start(ann, "timed", {})
    assert priorities() == {"t": 100, "a": 0}
    assert work_once(settings, "test", {})
    assert priorities() == {"t": 100}


@pytest.mark.parametrize(
    ("said", "level", "priority"),
    [('camunda:jobPriority="${level * 10}"', 7, 70), ('camunda:jobPriority="${level}"', "high", 0), ("", 7, 5)],
)
def test_a_priority_is_an_expression_the_elements_before_that_of_the_process(
    ann: Actor, said: str, level: object, priority: int
) -> None:
    start = (
        '<startEvent id="s"><extensionElements><camunda:formData><camunda:formField id="level" label="L" type="{}"/>'
        "</camunda:formData></extensionElements></startEvent>"
    ).format("long" if isinstance(level, int) else "string")
    deploy_with_priority(start + TASK.format("a", said) + flows("s>a"))
    process_instances.start(ann, "ranked", {"level": level})
    assert priorities() == {"a": priority}


def deploy_with_priority(body: str) -> None:
    from_model = 'id="ranked" name="Ranked" isExecutable="true"'
    data = model("ranked", body).decode().replace(from_model, f'{from_model} camunda:jobPriority="5"').encode()
    deployments.deploy(CONSOLE, [("ranked.bpmn", data)])


@pytest.mark.parametrize(
    ("cycle", "waits"),
    [("R4/PT10M", [600, 600, 600]), ("PT1M,PT5M", [60, 300]), ("${cycle}", [120])],
)
def test_a_job_is_tried_again_as_the_model_says_and_keeps_its_last_error(
    ann: Actor, settings: Settings, cycle: str, waits: list[int]
) -> None:
    clock.freeze(NOON)
    body = (
        '<startEvent id="s"><extensionElements><camunda:formData>'
        '<camunda:formField id="cycle" label="C" type="string"/></camunda:formData></extensionElements></startEvent>'
        '<manualTask id="a" camunda:asyncBefore="true">'
        f"<extensionElements><camunda:failedJobRetryTimeCycle>{cycle}</camunda:failedJobRetryTimeCycle>"
        "</extensionElements></manualTask>" + flows("s>a")
    )
    deploy(("retried", body))
    process_instances.start(ann, "retried", {"cycle": "R2/PT2M"})
    db.session.execute(update(Job).values(kind="no such kind"))
    db.session.commit()
    for wait in waits:
        before = clock.now()
        assert work_once(settings, "test", {})
        db.session.rollback()
        row = db.session.scalars(select(Job)).one()
        assert (row.due_at - before, row.state) == (timedelta(seconds=wait), "ready")
        assert row.error is not None
        clock.freeze(row.due_at)
    assert work_once(settings, "test", {})
    db.session.rollback()
    row = db.session.scalars(select(Job)).one()
    assert (row.state, row.attempts) == ("dead", len(waits) + 1)
