"""How a story of the demonstration is written: who starts what, and what people do after how many hours."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from server.cli.demonstration.people import ACTORS
from server.cli.demonstration.scene import Scene
from server.commands import comments, incidents, messages, process_instances, user_tasks
from server.identity.actor import CONSOLE

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """What somebody does, *after* so many hours."""

    after: float
    act: Callable[[Scene], None]


@dataclass(frozen=True)
class Story:
    """A process instance's life. Whatever of it would lie in the future has not happened yet.

    Without a process key it is about an instance that began by itself: the one in which its first step is found.
    """

    days: float  # how many days ago it begins
    process_key: str | None
    person: str
    values: Values
    steps: tuple[Step, ...]
    around_the_clock: bool = False  # people act outside office hours too
    outage: str = ""  # the connector that does not get through: mail or http


def day(moment: datetime, days: int) -> str:
    """The date so many days after *moment*, as a form has it."""
    return (moment + timedelta(days=days)).date().isoformat()


def begin(scene: Scene, story: Story) -> None:
    if story.process_key is not None:
        actor = ACTORS[story.person]
        started = process_instances.start(actor, story.process_key, scene.filed(actor, story.values))
        scene.instance_id = started.instance_id


def do(element: str, person: str, values: Values | None = None, after: float = 3) -> Step:
    """Complete a user task."""

    def act(scene: Scene) -> None:
        actor = ACTORS[person]
        user_task_id = scene.user_task(actor, element)
        user_tasks.complete(actor, user_task_id, scene.filed(actor, values or {}))

    return Step(after, act)


def claim(element: str, person: str, after: float = 1) -> Step:
    return Step(after, lambda scene: user_tasks.claim(ACTORS[person], scene.user_task(ACTORS[person], element)))


def delegate(element: str, person: str, to: str, reason: str, after: float = 1) -> Step:
    def act(scene: Scene) -> None:
        actor = ACTORS[person]
        user_tasks.delegate(actor, scene.user_task(actor, element), to, reason)

    return Step(after, act)


def ask(element: str, person: str, text: str, after: float = 2) -> Step:
    """Ask the requester back."""
    return Step(
        after, lambda scene: user_tasks.ask_back(ACTORS[person], scene.user_task(ACTORS[person], element), text)
    )


def answer(element: str, asker: str, person: str, text: str, after: float = 2) -> Step:
    """*person* answers what *asker* wanted to know."""
    return Step(after, lambda scene: user_tasks.answer(ACTORS[person], scene.user_task(ACTORS[asker], element), text))


def say(person: str, text: str, after: float = 1) -> Step:
    """Write a comment."""
    return Step(after, lambda scene: comments.write(ACTORS[person], scene.instance_id, text))


def hear(message: str, payload: Values | None = None, after: float = 24) -> Step:
    """A message comes from outside, such as from a supplier."""
    return Step(after, lambda scene: _send(scene, message, payload or {}))


def _send(scene: Scene, message: str, payload: Values) -> None:
    messages.send(CONSOLE, message, payload, scene.business_key())


def withdraw(person: str, reason: str, after: float = 4) -> Step:
    return Step(after, lambda scene: process_instances.withdraw(ACTORS[person], scene.instance_id, reason))


def mistype(person: str, name: str, value: Any, reason: str, after: float = 2) -> Step:
    """An operator changes a variable."""

    def act(scene: Scene) -> None:
        process_instances.set_variable(ACTORS[person], scene.instance_id, name, value, reason)

    return Step(after, act)


def mend(person: str, reason: str, after: float = 20) -> Step:
    """What is sent out gets through again, and an operator has it tried once more."""

    def act(scene: Scene) -> None:
        scene.outage = ""
        for incident_id in scene.open_incidents():
            incidents.retry(ACTORS[person], incident_id, reason)

    return Step(after, act)
