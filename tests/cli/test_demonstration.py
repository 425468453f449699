"""The demonstration plays a past that looks like people at work, and is harmless when it is asked for again."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from server import clock
from server.app import create_app
from server.cli.demonstration import prepare, stories
from server.cli.demonstration.people import PASSWORD, PLAYERS
from server.cli.demonstration.stage import Stage, after_opening, before_closing
from server.database import db, upgrade
from server.errors import Invalid
from server.identity.passwords import password_matches
from server.records.definition import ProcessDefinition
from server.records.identity import Group, Membership, Person
from server.records.incident import Incident
from server.records.job import Job
from server.records.process_instance import ProcessInstance
from server.records.user_task import UserTask
from server.settings import Settings

ROOT = Path(__file__).parents[2]
SATURDAY = datetime(2026, 1, 10, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("demonstration")
    return Settings(database_url=f"sqlite:///{folder}/test.sqlite", files_path=folder / "files")


@pytest.fixture(scope="module")
def played(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    with app.app_context():
        upgrade()
        prepare(settings, ROOT)
        yield app
        db.session.remove()
        db.engine.dispose()


def count(what: type[ProcessInstance] | type[Person] | type[Group] | type[Membership]) -> int:
    return db.session.scalar(select(func.count()).select_from(what)) or 0


def test_all_six_applications_have_finished_and_waiting_instances(played: Flask) -> None:
    rows = db.session.execute(
        select(ProcessDefinition.key, ProcessInstance.state).join(
            ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id
        )
    )
    found = Counter((row.key, row.state) for row in rows)
    keys = {key for key, _ in found}
    assert len(keys) == 6
    assert all(found[key, "completed"] >= 2 and found[key, "active"] >= 2 for key in keys)
    assert found["purchase_approval", "terminated"] == 1
    assert 40 <= found.total() <= 80


def test_some_user_tasks_are_overdue_and_some_are_not(played: Flask) -> None:
    due = db.session.scalars(select(UserTask.due_at).where(UserTask.state == "open", UserTask.due_at.is_not(None)))
    late = [moment < clock.now() for moment in due if moment is not None]
    assert late.count(True) >= 4
    assert late.count(False) >= 4


def test_a_few_incidents_wait_for_an_operator_and_one_was_mended(played: Flask) -> None:
    resolved = [moment is not None for moment in db.session.scalars(select(Incident.resolved_at))]
    assert 3 <= resolved.count(False) <= 5
    assert resolved.count(True) >= 1


def test_nothing_is_left_to_do_at_once_when_the_past_has_been_played(played: Flask) -> None:
    assert db.session.scalars(select(Job.due_at).where(Job.due_at < clock.now())).all() == []


def test_the_clock_runs_again_afterwards(played: Flask) -> None:
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_everybody_signs_in_with_the_printed_password(played: Flask) -> None:
    hashes = db.session.scalars(select(Person.password_hash)).all()
    assert len(hashes) == len(PLAYERS)
    assert all(password_matches(each, PASSWORD) for each in hashes)


def test_preparing_again_changes_nothing(played: Flask, settings: Settings) -> None:
    before = [count(table) for table in (ProcessInstance, Person, Group, Membership)]
    lines = prepare(settings, ROOT)
    assert [count(table) for table in (ProcessInstance, Person, Group, Membership)] == before
    assert any("ada" in line and "Ada Lovelace" in line for line in lines)


def test_a_folder_without_the_samples_is_refused(played: Flask, settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="bpmn_models"):
        prepare(settings, tmp_path)


@pytest.mark.parametrize("weekday", [0, 4], ids=["Saturday", "Wednesday"])
def test_no_story_ends_early_on_whatever_day_it_is_told(tmp_path: Path, weekday: int) -> None:
    now = SATURDAY + timedelta(days=weekday)
    settings = Settings(database_url=f"sqlite:///{tmp_path}/test.sqlite", files_path=tmp_path / "files")
    app = create_app(settings)
    with app.app_context():
        upgrade()
        clock.freeze(now)
        prepare(settings, ROOT, play_first=False)
        stage = Stage(settings)
        stage.play(stories(2, now), now)
        assert stage.refused == []
        db.session.remove()
        db.engine.dispose()


def test_the_same_seed_tells_the_same_stories() -> None:
    def told(seed: int) -> list[tuple[float, str, object]]:
        return [(story.days, story.person, story.values) for story in stories(seed, SATURDAY)]

    assert told(3) == told(3)


def test_people_act_in_office_hours() -> None:
    friday_evening = datetime(2026, 1, 9, 18, 30, tzinfo=UTC)
    assert after_opening(friday_evening) == datetime(2026, 1, 12, 8, 30, tzinfo=UTC)
    assert before_closing(SATURDAY) == datetime(2026, 1, 9, 16, 0, tzinfo=UTC)
    assert after_opening(friday_evening.replace(hour=10)) == friday_evening.replace(hour=10)
