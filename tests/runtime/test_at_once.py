"""Many at once, in threads and in processes: each user task is completed once, and a join fires once."""

import multiprocessing
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial

from flask import Flask
from sqlalchemy import select

from server.app import create_app
from server.commands import process_instances, user_tasks
from server.database import db
from server.errors import Conflict, NotFound
from server.identity.actor import Actor
from server.records.process_instance import ProcessInstance
from server.records.user_task import UserTask
from server.settings import Settings
from tests import databases
from tests.commands.conftest import APPROVAL, deploy, flows

BRANCHES = 24
_APPS: dict[str, Flask] = {}


def _branches() -> str:
    """24 parallel user tasks, a join, and one user task behind it."""
    names = [f"branch{number}" for number in range(BRANCHES)]
    nodes = "".join(f'<userTask id="{name}" name="Branch" camunda:candidateGroups="clerks"/>' for name in names)
    arrows = flows("begin>split", *(f"split>{n}" for n in names), *(f"{n}>join" for n in names), "join>last")
    return (
        '<startEvent id="begin"/><parallelGateway id="split"/><parallelGateway id="join"/>'
        f'{nodes}<userTask id="last" name="Last" camunda:candidateGroups="clerks"/><endEvent id="done"/>{arrows}'
        + flows("last>done").replace("f0_", "g0_")
    )


def _attempt(app: Flask, actor: Actor, user_task_id: str) -> str:
    with app.app_context():
        try:
            user_tasks.complete(actor, user_task_id, {})
        except (Conflict, NotFound) as refusal:
            return type(refusal).__name__
        return "completed"


def _attempt_in_process(settings: Settings, actor: Actor, user_task_ids: Sequence[str]) -> list[str]:
    """What a process of its own makes of them, with one application for all its turns."""
    app = _APPS.setdefault(settings.database_url, create_app(settings))
    return [_attempt(app, actor, user_task_id) for user_task_id in user_task_ids]


def _open() -> list[str]:
    found = list(db.session.scalars(select(UserTask.id).where(UserTask.state == "open").order_by(UserTask.id)))
    db.session.rollback()
    return found


def _ends(instance_id: str, ann: Actor) -> None:
    """Exactly one token has passed the join, and with it the instance ends."""
    names = db.session.scalars(select(UserTask.name).where(UserTask.state == "open")).all()
    assert names == ["Last"]
    user_tasks.complete(ann, _open()[0], {})
    assert db.session.get_one(ProcessInstance, instance_id).state == "completed"
    db.session.rollback()


def test_a_user_task_that_six_people_complete_at_once_is_completed_once(app: Flask, ann: Actor) -> None:
    deploy(("approval", APPROVAL))
    for _ in range(10):
        process_instances.start(ann, "approval", {})
    tries = [(app, ann, user_task_id) for user_task_id in _open() for _ in range(6)]
    with ThreadPoolExecutor(6) as threads:
        outcomes = Counter(threads.map(lambda given: _attempt(*given), tries))
    assert outcomes["completed"] == 10
    assert outcomes["Conflict"] == 50
    assert not _open()


def test_a_join_of_branches_that_are_completed_at_once_by_threads_fires_once(app: Flask, ann: Actor) -> None:
    deploy(("wide", _branches()))
    instance_id = process_instances.start(ann, "wide", {}).instance_id
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(partial(_attempt, app, ann), _open()))
    assert outcomes == ["completed"] * BRANCHES
    _ends(instance_id, ann)


@databases.ONLY_POSTGRESQL
def test_a_join_of_branches_that_are_completed_at_once_by_processes_fires_once(
    app: Flask, ann: Actor, settings: Settings
) -> None:
    deploy(("wide", _branches()))
    instance_id = process_instances.start(ann, "wide", {}).instance_id
    waiting = _open()
    # Every branch is completed by two processes, so half of all tries must be refused.
    shares = [waiting[0::2], waiting[1::2], waiting[0::2], waiting[1::2]]
    with ProcessPoolExecutor(4, multiprocessing.get_context("spawn")) as processes:
        done = processes.map(_attempt_in_process, [settings] * 4, [ann] * 4, shares)
        outcomes = Counter(outcome for share in done for outcome in share)
    assert outcomes["completed"] == BRANCHES
    assert outcomes.total() == 2 * BRANCHES
    _ends(instance_id, ann)
