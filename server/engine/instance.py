"""The running instance: its tokens, what is ready, and the loop that takes one step after another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from server.engine.compensation import UNDO, Ledger
from server.engine.delivery import Delivery
from server.engine.facts import (
    ActivityCancelled,
    ContinuationRequested,
    Fact,
    IncidentRaised,
    IncidentResolved,
    InstanceCompleted,
    InstanceTerminated,
)
from server.engine.kernel import ERROR, READY, KernelWorkflow
from server.engine.levels import Level, SubLevel
from server.engine.listening import tell_interrupted, tell_last
from server.engine.loading import Fetch, Rest
from server.engine.observation import Observation
from server.engine.scripting import Scripting
from server.engine.snapshot import Parts, read_head, read_token, token_key, token_of, write_head, write_token
from server.engine.tokens import Token
from server.engine.urgency import job_priority, retry_cycle, runs_alone
from server.engine.variables import Variables
from server.engine.world import Nowhere, World
from server.errors import Failure

if TYPE_CHECKING:
    from server.engine.program import Program

NOWHERE = Nowhere()
STEPS = 100_000
"""Steps that one command may take; a model that needs more goes round without ever waiting for anything."""


@dataclass(frozen=True)
class Setting:
    """What an execution has to know of the world around it."""

    instance_id: str
    process_key: str
    business_key: str | None = None
    initiator: str | None = None
    zone: str = "UTC"
    calendar: str = ""  # the key of the calendar that its durations and cycles count by
    called: bool = False  # by a call activity: an error that nobody catches ends it, and the caller hears of it
    world: World = NOWHERE


class Instance(Level, KernelWorkflow):
    """One process instance in memory: the outermost level, with everything that all levels share."""

    host = None
    activity = 0

    def __init__(
        self,
        program: "Program",
        setting: Setting,
        moment: datetime,
        kept: Mapping[str, str],
        fetch: Fetch | None = None,
    ) -> None:
        self.instance, self.program, self.setting, self.moment = self, program, setting, moment
        self.person: str | None = None
        self.observation, self.parts, self.rest = Observation(), Parts(kept), Rest(fetch)
        self.variables = Variables(self.parts, self.observation.report)
        self.ledger = Ledger(self.parts, self.variables, self.next_number)
        self.scripting, self.delivery = Scripting(), Delivery(self)
        KernelWorkflow.__init__(self, program.top, self.scripting)
        self.all: dict[int, Token] = {}
        self.ready: dict[int, Token] = {}
        self.joins: dict[int, Token] = {}  # tokens that wait at an inclusive join
        self.levels: dict[int, SubLevel] = {}
        self.changed: dict[int, bool] = {}  # tokens; whether each is kept apart
        self.keys: dict[str, str] = {}  # correlation keys that a message has set, by their id
        self.stores: dict[str, Any] = {}  # what this command has written to data stores
        self.next = 1
        self.ended = False
        self.end_heard = False  # what listens to the end of the process has been run
        self.open_places()

    def next_number(self) -> int:
        self.next += 1
        return self.next - 1

    def get_task_from_id(self, task_id: int) -> Token:
        """SpiffWorkflow finds the token around a sub-process by this."""
        return self.all[task_id]

    def report(self, fact: Fact) -> None:
        self.observation.report(fact)

    def run(self) -> None:
        """Take steps until everything waits."""
        for _ in range(STEPS):
            if not self.step():
                return
        message = f"The process went on for {STEPS:,} steps without waiting for anything: does it go in circles?"
        for token in list(self.ready.values()):
            self.incident(token, "limit", Failure(message))

    def step(self) -> bool:
        """Take the next step, in the order in which tokens became ready. False: everything waits.

        Conditions that events wait for are asked first, so that what has become true is heard before anything moves.
        """
        if self.delivery.conditions.due():
            self.delivery.conditions.ask()
            return True
        if self.ready:
            next(iter(self.ready.values())).run()
            return True
        return bool(self.joins) and self.try_joins()

    def try_joins(self) -> bool:
        """Nothing else is ready: an inclusive join may know by now that nobody will come any more.

        Joins that wait for nothing but each other would wait for ever; the one with the oldest token goes first.
        """
        waiting = {number: self.joins[number] for number in sorted(self.joins)}
        held = {number: token.task_spec.held_by(token) for number, token in waiting.items()}
        for number, names in held.items():
            if not names:
                waiting[number].task_spec.join(waiting[number])
                return True
        rightly = self._rightly_held(waiting, held)
        for number, token in waiting.items():
            if number not in rightly:
                token.task_spec.join(token)
                return True
        return False

    def _rightly_held(self, waiting: Mapping[int, Token], held: Mapping[int, set[str]]) -> set[int]:
        """The joins held back, at however many removes, by a token that is not itself waiting at a join."""
        free = {(token.workflow.activity, token.task_spec.name): number for number, token in waiting.items()}
        rightly: set[int] = set()
        grows = True
        while grows:
            grows = False
            for number, token in waiting.items():
                level = token.workflow
                if number not in rightly and any(
                    (level.activity, name) not in free
                    or (name, None) in level.places
                    or free[level.activity, name] in rightly
                    for name in held[number]
                ):
                    rightly.add(number)
                    grows = True
        return rightly

    def incident(self, token: Token, kind: str, failure: Failure) -> None:
        """The token stays where it is until somebody mends what is wrong and tries again."""
        token.was_waiting = token.works and not token.task_spec.asks_anew and token.external is None
        token._set_state(ERROR)
        self.report(IncidentRaised(token.id, token.element_key, kind, str(failure), failure.line, failure.names))

    def request_continuation(self, token: Token) -> None:
        told = (retry_cycle(token), job_priority(token), runs_alone(token))
        self.report(ContinuationRequested(token.id, token.element_key, *told))

    def cancel(self, token: Token) -> None:
        """Take a token away with everything in it and on it, inner ones first."""
        level = self.levels.pop(token.id, None)
        if level is not None:
            level.clear()
        if token.task_spec.repeats:
            self.load_rest()
        for number in list(token._children):
            self.cancel(self.all[number])
        if token.failed:
            self.report(IncidentResolved(token.id, token.element_key))
        if not token.catcher and not token.task_spec.hidden:
            token.task_spec.cancelled(token)
            tell_interrupted(token)
            self.report(ActivityCancelled(token.id, token.element_key))
        self.remove(token)

    def remove(self, token: Token) -> None:
        """A token has been left, or is not needed any more; with it go its catchers and its variables."""
        for number in list(token._children):
            self.remove(self.all[number])
        self.delivery.close(token)
        token.task_spec.forget(token)
        if token.own_scope and not token.scope_noted:
            self.variables.close(token.id)
        if not token.noted:
            self.ledger.drop(token.id)
        token.workflow.take(token)

    def finish(self) -> None:
        self.end(InstanceCompleted())

    def end(self, fact: InstanceCompleted | InstanceTerminated) -> None:
        """Nothing of it is live any more."""
        self.clear()
        if self.spec.level.listeners and not self.end_heard:
            witness = Token(self, self.spec.step(UNDO))
            tell_last(witness, self.spec.level.listeners)
            self.remove(witness)
        self.variables.commit()
        self.ended = True
        self.report(fact)

    def keep(self) -> None:
        """Hand what has changed to the parts."""
        if self.ended:
            self.changed = {}
            self.parts.remove_all()
            return
        for number, apart in self.changed.items():
            token = self.all.get(number)
            if token is None:
                self.parts.remove(token_key(number, apart))
            else:
                self.parts.write(token_key(number, apart), write_token(token))
        self.changed = {}
        self.parts.write("head", write_head(self.next, self.ready, self.delivery.conditions.pending()))

    def restore(self, kept: Mapping[str, str]) -> None:
        """Put back all that was kept, or at least what is no portion of its own."""
        self.ledger.restore(kept)
        self._take_up(kept)
        self.keys = {key[1:]: text for key, text in kept.items() if key[0] == "k"}
        self.next, ready, asked = read_head(kept["head"])
        if asked:
            self.delivery.conditions.restore(*asked)
        self.ready = {number: self.all[number] for number in ready}
        self.changed = {}

    def find(self, number: int) -> Token | None:
        """The token of a live activity instance, loaded if it has not been yet."""
        if number not in self.all:
            self._take_up(self.rest.one(number))
        return self.all.get(number)

    def load_rest(self) -> None:
        """All bodies are needed, in their order."""
        self._take_up(self.rest.all())

    def _take_up(self, kept: Mapping[str, str]) -> None:
        """Put back tokens, outer before inner as their numbers have it, with their variables and results."""
        self.parts.found(kept)
        tokens = {number: text for key, text in kept.items() if (number := token_of(key)) is not None}
        for number in sorted(tokens):
            self._restore_token(number, tokens[number])
            self.changed.pop(number)
        for loop in {token.parent for token in map(self.all.__getitem__, tokens) if token.task_spec.apart}:
            loop._children = dict.fromkeys(sorted(loop._children))
        self.variables.restore(kept)
        for key, text in kept.items():
            if key[0] == "r":
                activity, _, index = key[1:].partition(":")
                token = self.all[int(activity)]
                token.task_spec.keep_result(token, int(index), text)

    def _restore_token(self, number: int, text: str) -> None:
        row = read_token(text)
        level: Level = self.levels[row.level] if row.level else self
        parent = self.all[row.parent] if row.parent else None
        token = Token(
            level,
            level.spec.step(row.step),
            parent,
            row.rest.get("v"),
            row.rest.get("i"),
            "c" in row.rest,
            number,
            row.state,
        )
        token.phase, token.person, token.given, token.waits = row.phase, row.rest.get("w"), row.given, row.waits
        token.heard, token.thrower = row.heard, row.rest.get("t", 0)
        token.was_waiting = "h" in row.rest
        token.external, token.told = row.rest.get("x"), row.rest.get("l", 0)
        if "o" in row.rest:
            token.open_scope({})
        self.delivery.listen(token)
        token.task_spec.restored(token)
        if row.state == READY:
            self.ready[number] = token

    def fail(self, reason: str, code: str) -> None:
        """An error that nobody caught ends a called instance."""
        self.end(InstanceTerminated(reason, code))
