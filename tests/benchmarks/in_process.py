"""What commands cost without the web: loops, wide multi-instances, crowds of waiting instances, large models, bytes."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import event, select

from server.app import create_app
from server.commands import deployments, process_instances, user_tasks
from server.database import db, upgrade
from server.identity.actor import CONSOLE, Actor, person_actor
from server.records.user_task import UserTask
from server.runtime.memory import memory
from server.settings import Settings
from tests.benchmarks import crowd, decisions, models
from tests.benchmarks.measuring import Figure, median, milliseconds

ANN = person_actor("ann", "Ann", frozenset({"participant"}), frozenset({"employees", "crowd"}))


def figures(folder: Path) -> Iterator[Figure]:
    app = create_app(Settings(database_url=f"sqlite:///{folder}/bench.sqlite", files_path=folder / "files"))
    with app.app_context():
        upgrade()
        deployments.deploy(CONSOLE, [("approval.bpmn", models.approval()), ("loop.bpmn", models.loop())])
        yield from _statements()
        yield from _bytes(folder)
        yield from _loop()
        for count in (200, 1000, 10_000):
            yield from _wide(count)
        yield from _large_model()
        yield from _large_decision()
        yield from crowd.figures(ANN)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        yield Figure("peak memory of this process, all of the above", f"{peak:.0f} MB")


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements sent to the database within."""
    sent: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def _large_decision() -> Iterator[Figure]:
    """Through the ordinary command, database and all; each time another file, or nothing would be read."""
    written = decisions.model(decisions.RULES)
    files = iter([written.replace(b'name="bench"', f'name="bench {number}"'.encode()) for number in range(7)])
    taken = milliseconds(lambda: deployments.deploy(CONSOLE, [("bench.dmn", next(files))]), 7)
    yield Figure(f"deploy a decision of {decisions.RULES:,} rules", f"{median(taken):.0f} ms", "at most 300 ms")


def _approve(amount: int = 7) -> None:
    started = process_instances.start(ANN, "approval", {})
    assert started.user_task_id is not None
    user_tasks.complete(ANN, started.user_task_id, {"amount": amount})


def _statements() -> Iterator[Figure]:
    started = process_instances.start(ANN, "approval", {})
    assert started.user_task_id is not None
    with counting() as sent:
        user_tasks.complete(ANN, started.user_task_id, {"amount": 7})
    yield Figure("statements of a completion (sign-in not counted)", str(len(sent)), "10 with sign-in")


def _bytes(folder: Path) -> Iterator[Figure]:
    before = _pages()
    for _ in range(300):
        _approve()
    yield Figure("database bytes a finished approval", f"{(_pages() - before) / 300:.0f}", "4096")


def _pages() -> int:
    connection = db.session.connection()
    size = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    free = connection.exec_driver_sql("PRAGMA freelist_count").scalar_one()
    page = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
    db.session.rollback()
    return int((size - free) * page)


def _open(actor: Actor, instance_id: str) -> list[str]:
    rows = db.session.scalars(
        select(UserTask.id).where(UserTask.instance_id == instance_id, UserTask.state == "open")
    ).all()
    db.session.rollback()
    return list(rows)


def _loop() -> Iterator[Figure]:
    instance_id = process_instances.start(ANN, "loop", {}).instance_id
    taken = []
    for _ in range(1000):
        (user_task_id,) = _open(ANN, instance_id)
        taken += milliseconds(lambda: user_tasks.complete(ANN, user_task_id, {"stop": False}), 1)  # noqa: B023 # called at once
    tenth = median(taken[5:25])
    for turn, promised in ((100, "1.2 x"), (500, ""), (990, "1.5 x")):
        at = median(taken[turn - 10 : turn + 10])
        yield Figure(f"turn {turn} of a loop against turn 10", f"{at:.2f} ms, {at / tenth:.2f} x", promised)


def _wide(count: int) -> Iterator[Figure]:
    deployments.deploy(CONSOLE, [("wide.bpmn", models.wide(count))])
    began = milliseconds(lambda: process_instances.start(ANN, f"wide{count}", {}), 1)[0]
    yield Figure(f"{count} parallel user tasks: start", f"{began:.0f} ms")
    open_ones = list(db.session.scalars(select(UserTask.id).where(UserTask.element_key == "vote")))
    db.session.rollback()
    open_ones = [row for row in open_ones if _is_open(row)]
    with counting() as sent:
        user_tasks.complete(ANN, open_ones[0], {})
    taken = [milliseconds(lambda: user_tasks.complete(ANN, row, {}), 1)[0] for row in open_ones[1:21]]  # noqa: B023 # called at once
    yield Figure(
        f"{count} parallel user tasks: complete one", f"{median(taken):.1f} ms, {len(sent)} statements", "10 ms"
    )
    again = [milliseconds(lambda: _cold(row), 1)[0] for row in open_ones[21:31]]  # noqa: B023 # called at once
    yield Figure(f"{count} parallel user tasks: complete one that is not in memory", f"{median(again):.1f} ms", "10 ms")


def _cold(user_task_id: str) -> None:
    """Complete it as another process would, which does not have the instance in memory."""
    memory.take(db.session.get_one(UserTask, user_task_id).instance_id, -1)
    db.session.rollback()
    user_tasks.complete(ANN, user_task_id, {})


def _is_open(user_task_id: str) -> bool:
    state = db.session.scalar(select(UserTask.state).where(UserTask.id == user_task_id))
    db.session.rollback()
    return state == "open"


def _large_model() -> Iterator[Figure]:
    source = models.long(1000)
    taken = milliseconds(lambda: deployments.deploy(CONSOLE, [("long.bpmn", source)]), 1)
    yield Figure("deploy a model of 1,000 activities", f"{taken[0]:.0f} ms", "500 ms")
