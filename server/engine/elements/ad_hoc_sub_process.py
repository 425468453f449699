"""Ad-hoc sub-processes: people choose what is done next, and how often (BPMN 2.0.2, 10.3.5, 13.3.5)."""

from dataclasses import replace

from server.bpmn.definition import AdHoc as AdHocDefinition
from server.engine.facts import AdHocOpened
from server.engine.levels import SubLevel
from server.engine.mapping import people_named
from server.engine.nesting import Nesting
from server.engine.tokens import Given, Token
from server.errors import Failure

_FINISHING = "finishing"


class AdHocLevel(SubLevel):
    """The inside of an ad-hoc sub-process. That it is empty does not end it: whoever chooses may go on."""

    def settle(self) -> None:
        """Something inside has been left."""
        host = self.host
        if host is not None and not host.gone and host.works:
            host.task_spec.considered(host)


class AdHoc(Nesting):
    """Every activity that no flow leads to may be begun, any number of times; one after the other where the ordering
    is sequential. The completion condition is asked whenever something inside has been completed. Without a condition
    it ends when somebody says so.

    Where nothing inside needs a person, nobody would ever choose: then each is begun once, in the order of the file.
    """

    asks_anew = True

    @property
    def how(self) -> AdHocDefinition:
        return self.element.ad_hoc or AdHocDefinition()

    @property
    def choices(self) -> tuple[str, ...]:
        return self.inner.level.starts if self.inner is not None else ()

    def work(self, token: Token) -> bool:
        """Begin; or after an incident, ask once more whether it is done."""
        if self.inner is None:
            return True
        level = token.instance.levels.get(token.id)
        if level is not None:
            return self._done(token, level)
        self.open_variables(token)
        token.given = Given(0)
        level = AdHocLevel(self.inner, token)
        level.listen()
        if self._goes_by_itself():
            return self._next(token, level)
        self._tell_choosers(token)
        return False

    def _tell_choosers(self, token: Token) -> None:
        who = self.element.assignment
        assignee = () if who.assignee is None else (who.assignee,)
        persons = people_named(token, (*assignee, *who.candidate_users))
        groups = people_named(token, who.candidate_groups)
        if persons or groups:
            token.instance.report(AdHocOpened(token.id, self.element.id, persons, groups))

    def restored(self, token: Token) -> None:
        if self.inner is not None and token.given is not None:
            AdHocLevel(self.inner, token)

    def pick(self, token: Token, element_key: str) -> None:
        """Somebody wants this done next; `refusal` has been asked."""
        token.instance.levels[token.id].enter(element_key)

    def refusal(self, token: Token, element_key: str) -> str | None:
        """Why an element cannot be begun now; None when it can."""
        name = self.element.name or self.element.id
        if element_key not in self.choices:
            return f"'{element_key}' is nothing that can be chosen in '{name}'."
        if token.given is not None and token.given.code == _FINISHING:
            return f"'{name}' is about to end: nothing new can be begun in it."
        if self.how.sequential and token.instance.levels[token.id].busy:
            return f"In '{name}' one is done after the other: wait until what is being done has been completed."
        return None

    def finish(self, token: Token) -> None:
        """Somebody says that enough has been done."""
        level = token.instance.levels[token.id]
        if self._end(token, level):
            self._leave_level(token, level)

    def considered(self, token: Token) -> None:
        """Something inside has been left: is it done?"""
        instance = token.instance
        level = instance.levels[token.id]
        try:
            done = self._done(token, level)
        except Failure as failure:
            instance.variables.roll_back()
            instance.incident(token, "expression", failure)
            return
        if done and not token.gone:
            token.resume()

    def _done(self, token: Token, level: SubLevel) -> bool:
        condition = self.how.completion
        finishing = token.given is not None and token.given.code == _FINISHING
        scripting = token.instance.scripting
        if not finishing and condition is not None and scripting.evaluate(condition, token):
            scripting.tell(token, "completion", condition, True)
            return self._end(token, level) and self._closed(token, level)
        if finishing:
            return not level.busy and self._closed(token, level)
        return self._goes_by_itself() and self._next(token, level)

    def _end(self, token: Token, level: SubLevel) -> bool:
        """It is to end: at once with all that goes on in it, or when that has been completed. Whether at once."""
        if self.how.cancel_remaining or not level.busy:
            return True
        token.given = replace(token.given or Given(0), code=_FINISHING)
        token.touch()
        return False

    def _leave_level(self, token: Token, level: SubLevel) -> None:
        if self._closed(token, level):
            token.resume()

    def _closed(self, token: Token, level: SubLevel) -> bool:
        level.clear()
        token.instance.levels.pop(token.id, None)
        token.given = None
        return True

    # without people

    def _goes_by_itself(self) -> bool:
        return self.inner is not None and not self.inner.level.needs_person()

    def _next(self, token: Token, level: SubLevel) -> bool:
        """Begin what has not been begun yet: one, or all of it. True: everything has been done."""
        begun = token.given.number if token.given is not None else 0
        if begun < len(self.choices) and not (self.how.sequential and level.busy):
            until = begun + 1 if self.how.sequential else len(self.choices)
            token.given = replace(token.given or Given(0), number=until)
            token.touch()
            for name in self.choices[begun:until]:
                level.enter(name)
            return False
        return not level.busy and self._closed(token, level)
