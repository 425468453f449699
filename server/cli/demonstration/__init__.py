"""The demonstration: sample processes, people with a printed password, and a past that they have played."""

import random
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from server import clock
from server.cli.demonstration import contents, incidents, onboardings, purchases, trips, vendors
from server.cli.demonstration.people import make_people, table
from server.cli.demonstration.stage import Stage
from server.cli.demonstration.story import Story
from server.commands import deployments
from server.database import db
from server.errors import Invalid
from server.identity.actor import CONSOLE
from server.records.process_instance import ProcessInstance
from server.settings import Settings

PAST = timedelta(days=22)
_CHAPTERS = (purchases, trips, vendors, onboardings, contents, incidents)


def prepare(settings: Settings, root: Path, play_first: bool = True) -> list[str]:
    """Deploy the sample processes below *root* and make the people; in a database without any process instance also
    play the past, if *play_first*. Returns lines to print. Raises Invalid when the samples are not there.
    """
    is_new = _is_new()
    now = clock.now()
    try:
        if is_new:
            clock.freeze(now - PAST)  # what happened afterwards happened in these models, by these people
        _deploy(root)
        make_people()
    finally:
        clock.freeze(None)
    lines = table()
    if play_first and is_new:
        lines.append(f"{play(settings, 1)} process instances were played, from three weeks ago until now.")
    return lines


def play(settings: Settings, seed: int) -> int:
    """Play the demonstration once; the same seed tells the same stories. Returns how many instances people began."""
    now = clock.now()
    try:
        return Stage(settings).play(stories(seed, now), now)
    finally:
        clock.freeze(None)


def stories(seed: int, now: datetime) -> list[Story]:
    """All that is played, in the order of the processes."""
    chance = random.Random(seed)  # noqa: S311 # stories need no secrets
    return [story for chapter in _CHAPTERS for story in chapter.stories(chance, now)]


def _is_new() -> bool:
    return db.session.scalar(select(ProcessInstance.id).limit(1)) is None


def _deploy(root: Path) -> None:
    models = [*sorted((root / "bpmn_models").glob("*.bpmn")), *sorted((root / "bpmn_models").glob("*.dmn"))]
    files = [*models, *sorted((root / "forms").glob("*.form"))]
    if not files:
        raise Invalid(f"The demonstration's models are not in {root}. Start it in the folder that has bpmn_models.")
    deployments.deploy(CONSOLE, [(file.name, file.read_bytes()) for file in files])
