"""G6 and G7: a user task is completed once however many try; branches that end at once meet at their join once."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from server.database import db
from server.records.process_instance import ProcessInstance
from server.records.user_task import UserTask
from server.settings import Settings
from tests import databases
from tests.proofs import models
from tests.proofs.installation import Installation, Program, settle

USER_TASKS, TRIES, BRANCHES, PROCESSES = 50, 6, 24, 8


@pytest.fixture
def installation(empty: str, kind: str, tmp_path: Path) -> Iterator[tuple[Installation, Program]]:
    with databases.running(Settings(database_url=empty)), Installation(empty, tmp_path) as installation:
        program = Program("", settle(("a.bpmn", models.approval()), ("b.bpmn", models.branches(BRANCHES))))
        yield installation, program


def _open() -> list[str]:
    db.session.rollback()
    found = list(db.session.scalars(select(UserTask.id).where(UserTask.state == "open").order_by(UserTask.id)))
    db.session.rollback()
    return found


def _complete(url: str, program: Program, user_task_id: str, key: str | None = None) -> int:
    return Program(url, program.secret).complete(user_task_id, key).status


def test_each_of_fifty_user_tasks_that_six_complete_at_once_is_completed_once(
    installation: tuple[Installation, Program],
) -> None:
    house, program = installation
    program.url = house.web().url
    with ThreadPoolExecutor(TRIES) as threads:
        list(threads.map(lambda number: program.start("approval", f"start-{number}"), range(USER_TASKS)))
        tries = [user_task_id for user_task_id in _open() for _ in range(TRIES)]
        statuses = Counter(threads.map(lambda one: _complete(program.url, program, one), tries))
    assert statuses == {200: USER_TASKS, 409: USER_TASKS * (TRIES - 1)}
    db.session.rollback()
    assert Counter(db.session.scalars(select(ProcessInstance.state))) == {"completed": USER_TASKS}


def test_a_completion_that_is_asked_for_six_times_under_one_key_is_answered_six_times_alike(
    installation: tuple[Installation, Program],
) -> None:
    house, program = installation
    program.url = house.web().url
    for number in range(5):
        program.start("approval", f"start-{number}")
    tries = [user_task_id for user_task_id in _open() for _ in range(TRIES)]
    with ThreadPoolExecutor(TRIES) as threads:
        statuses = Counter(threads.map(lambda one: _complete(program.url, program, one, f"complete-{one}"), tries))
    assert statuses == {200: 5 * TRIES}


@databases.ONLY_POSTGRESQL
def test_branches_that_end_at_once_in_eight_processes_meet_at_their_join_once(
    installation: tuple[Installation, Program],
) -> None:
    house, program = installation
    urls = [house.web(processes=4).url, house.web(processes=4).url]
    program.url = urls[0]
    instance_id = program.start("branches", "start")["instance_id"]
    waiting = _open()
    with ThreadPoolExecutor(PROCESSES) as threads:
        statuses = list(threads.map(lambda at: _complete(urls[at % 2], program, waiting[at]), range(BRANCHES)))
    assert statuses == [200] * BRANCHES
    (last,) = _open()
    assert _complete(urls[0], program, last) == 200
    db.session.rollback()
    assert db.session.get_one(ProcessInstance, instance_id).state == "completed"
