"""Change several variables of an instance at once, as programs do."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from server.database import db
from server.errors import Forbidden, Invalid
from server.identity.permissions import Permission
from server.records.external_task import IS_HELD, ExternalTask
from server.runtime.act import Act
from server.runtime.finding import visible_instance
from server.runtime.instances import advance
from server.runtime.transaction import command
from server.sentences import say

LONGEST_NAME = 255


@command(Permission.SIGN_IN)
def change(
    act: Act,
    instance_id: str,
    changed: Mapping[str, Any],
    removed: Sequence[str] = (),
    activity: int | None = None,
    reason: str = "",
) -> None:
    """Set and remove variables of the process, or of an activity's own scope, all or none.

    For those who may change variables, and for a worker in an instance of which it has an external task. Names that are
    to be removed and are not there are left alone. Raises NotFound, Forbidden, Conflict, Invalid.
    """
    visible_instance(act.actor, instance_id)
    if not act.actor.may(Permission.EDIT_VARIABLES) and not _has_work(act, instance_id):
        raise Forbidden(say("You may not change variables of an instance that you have no work of."))
    for name in changed:
        if not name.strip() or len(name) > LONGEST_NAME:
            raise Invalid(say("The name of a variable has 1 to %(most)s characters.", most=LONGEST_NAME))

    def move(execution: Any) -> None:
        for name, value in changed.items():
            execution.set_variable(name, value, act.moment, activity)
        known = execution.variables() if activity is None else None
        for name in removed:
            if known is None or name in known:
                execution.remove_variable(name, act.moment, activity)

    advance(act, instance_id, move, suspended=True)
    act.on(instance_id, instance_id, reason or None, {"variables": sorted({*changed, *removed})})


def _has_work(act: Act, instance_id: str) -> bool:
    held = (ExternalTask.instance_id == instance_id, IS_HELD, ExternalTask.account == act.actor.id)
    may = act.actor.may(Permission.DO_EXTERNAL_TASKS)
    return may and db.session.scalar(select(ExternalTask.id).where(*held).limit(1)) is not None
