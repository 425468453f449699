"""Signals and conditions from outside."""

from dataclasses import dataclass

from pydantic import Field
from pydantic.dataclasses import dataclass as shape

from server.api.endpoints import Noun
from server.api.sent_values import plain_variables
from server.api.shapes import CLOSED, Key, Values
from server.commands import conditions
from server.commands import signals as commands
from server.identity.actor import Actor
from server.identity.permissions import Permission

noun = Noun("signals", "Signals and conditions", Permission.SEND_MESSAGES)


@shape(frozen=True, config=CLOSED)
class Signal:
    """A signal and what is in it."""

    name: Key
    payload: Values = Field(default_factory=dict)


@shape(frozen=True, config=CLOSED)
class Situation:
    """How things are, as variables."""

    variables: Values


@dataclass(frozen=True)
class Heard:
    """How many listen."""

    listeners: int


@dataclass(frozen=True)
class BegunInstances:
    """The instances that have begun."""

    instance_ids: list[str]


@noun.post("", gives=Heard)
def send(actor: Actor, body: Signal) -> int:
    """Have everybody who listens hear a signal, each by a job of its own."""
    return commands.send(actor, body.name, plain_variables(body.payload, "payload"))


@noun.post("/conditions", Permission.MEND, gives=BegunInstances)
def evaluate(actor: Actor, body: Situation) -> list[str]:
    """Begin every process whose start condition holds for these variables."""
    return conditions.evaluate(actor, plain_variables(body.variables))
