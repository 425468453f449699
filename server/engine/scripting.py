"""Evaluating what a model says at a token: what its expressions see, what they may call, where a failure stood."""

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from server.engine.facts import ConditionAsked
from server.errors import Failure, Invalid
from server.expressions import Expression, Facade, parse, parse_script

if TYPE_CHECKING:
    from server.engine.tokens import Token


class Scripting:
    """Evaluates at tokens. Everything it raises is Failure, or BpmnError where the model raises one."""

    def evaluate(self, expression: Expression, token: "Token", more: Mapping[str, Any] | None = None) -> Any:
        """The value of *expression* where *token* is; *more* are names that come before its variables."""
        scope: Mapping[str, Any] = token.scope if more is None else ChainMap(dict(more), token.scope)
        return self.evaluate_in(expression, scope, Offered(token))

    def evaluate_in(self, expression: Expression, scope: Mapping[str, Any], functions: Mapping[str, Any]) -> Any:
        try:
            return parse(expression).evaluate(scope, functions)
        except Failure as failure:
            raise _placed(failure, expression) from failure
        except Invalid as invalid:
            raise Failure(invalid.message, expression.line) from invalid

    def text(self, expression: Expression | None, token: "Token") -> str | None:
        """The value as text; None where there is no expression or no value."""
        value = None if expression is None else self.evaluate(expression, token)
        return None if value is None else str(value)

    def run(self, script: Expression, token: "Token") -> None:
        """Run a script. What it writes is in the scope, not yet committed."""
        scope: MutableMapping[str, Any] = token.scope
        try:
            parse_script(script).run(scope, Offered(token))
        except Failure as failure:
            raise _placed(failure, script) from failure
        except Invalid as invalid:
            raise Failure(invalid.message, script.line) from invalid

    def names_read(self, expression: Expression, token: "Token") -> dict[str, Any]:
        """The variables that *expression* reads, with their values now."""
        scope = token.scope
        return {name: scope[name] for name in sorted(parse(expression).names) if name in scope}

    def tell(
        self,
        token: "Token",
        what: str,
        condition: Expression,
        result: bool | int,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        """Report that *condition* has come out as *result* where *token* is. What it has read is in history already,
        but for what is still to be committed, and for *more*."""
        scope = token.scope
        values = {name: scope[name] for name in sorted(parse(condition).names) if scope.is_pending(name)}
        element = token.element_key
        text = condition.text
        token.instance.report(ConditionAsked(scope.number, element, what, text, result, {**values, **(more or {})}))


class Offered(Mapping[str, Any]):
    """What an expression may call at a token. Each is made when its name is met: most expressions name none."""

    def __init__(self, token: "Token") -> None:
        self._token = token
        self._makers = _AT_USER_TASKS if token.task_spec.element.kind == "userTask" else _EVERYWHERE

    def __getitem__(self, name: str) -> Any:
        return self._makers[name](self._token)

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def _now(token: "Token") -> Callable[[], datetime]:
    moment = token.instance.moment
    return lambda: moment


def _date_time(token: "Token") -> Callable[[], datetime]:
    local = token.instance.moment.astimezone(ZoneInfo(token.instance.setting.zone))
    return lambda: local


def _current_user(token: "Token") -> Callable[[], str | None]:
    person = token.instance.person
    return lambda: person


def _execution(token: "Token") -> Facade:
    setting, element, scope = token.instance.setting, token.task_spec.element, token.scope

    def remove(name: str) -> None:
        if name in scope:
            del scope[name]

    return Facade(
        "execution",
        properties={
            "id": setting.instance_id,
            "processInstanceId": setting.instance_id,
            "processBusinessKey": setting.business_key,
            "businessKey": setting.business_key,
            "currentActivityId": element.id,
            "currentActivityName": element.name,
            "activityId": element.id,
            "eventName": token.event,
        },
        methods={
            "getVariable": scope.get,
            "hasVariable": scope.__contains__,
            "setVariable": scope.__setitem__,
            "setVariableLocal": scope.set_local,
            "removeVariable": remove,
        },
    )


def _user_task(token: "Token") -> Facade:
    setting, scope, element = token.instance.setting, token.scope, token.task_spec.element
    return Facade(
        "task",
        properties={
            "id": str(token.id),
            "processInstanceId": setting.instance_id,
            "name": element.name,
            "taskDefinitionKey": element.id,
            "assignee": token.person,
            "eventName": token.event,
        },
        methods={"getVariable": scope.get, "hasVariable": scope.__contains__, "setVariable": scope.__setitem__},
    )


_EVERYWHERE: dict[str, Callable[["Token"], Any]] = {
    "now": _now,
    "dateTime": _date_time,
    "currentUser": _current_user,
    "execution": _execution,
}
_AT_USER_TASKS = _EVERYWHERE | {"task": _user_task}


def as_moment(value: Any, zone: str) -> datetime:
    """An aware moment; one without a zone is meant in *zone*."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(zone))


def _placed(failure: Failure, expression: Expression) -> Failure:
    """The failure with its line counted in the model's file."""
    line = expression.line + max(failure.line, 1) - 1 if expression.line else failure.line
    return Failure(str(failure), line, failure.names)
