"""The transaction boundary: one command, one transaction, one audit entry. The only file that commits."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import structlog
from sqlalchemy.exc import DBAPIError

from server import bell, clock, database, terms
from server.database import db
from server.errors import Forbidden, Rejection, Unavailable
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.runtime import audit_chain, repetition
from server.runtime.act import Act
from server.sentences import say

P = ParamSpec("P")
R = TypeVar("R")
_log = structlog.get_logger()


def command(
    permission: Permission, *, audited: bool = True
) -> Callable[[Callable[Concatenate[Act, P], R]], Callable[Concatenate[Actor, P], R]]:
    """Make a function of an `Act` a command that an `Actor` with *permission* may give.

    `audited=False` is for what happens by itself or with every keystroke (jobs, drafts): history tells of the former.
    It keeps to the terms that the face may have set. Raises Forbidden without the permission and Unavailable when the
    database refuses; whatever is raised, nothing has changed.
    """

    def decorate(function: Callable[Concatenate[Act, P], R]) -> Callable[Concatenate[Actor, P], R]:
        name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"

        @wraps(function)
        def perform(actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if not actor.may(permission):
                raise Forbidden(say("You may not do this: %(what)s.", what=say(permission)))
            act, once = Act(actor, clock.now()), terms.current().once
            with database.writing():
                try:
                    if once is not None:
                        repetition.begin(act, once)
                    result = function(act, *args, **kwargs)
                    if once is not None:
                        repetition.keep(act, once, result)
                    if audited:
                        audit_chain.append(act, name)
                    db.session.commit()
                except BaseException as error:
                    db.session.rollback()
                    raise _addressed(error, name, actor) from error
            for do in act.afterwards:
                do()
            for waking in act.rings:
                bell.ring(waking, db.engine)
            return result

        perform.permission = permission  # type: ignore[attr-defined]  # the architecture tests read it
        return perform

    return decorate


def _addressed(error: BaseException, name: str, actor: Actor) -> BaseException:
    """The error as its addressee should get it; a defect is logged with its command."""
    if isinstance(error, DBAPIError):
        trouble = database.trouble(error)
        if trouble is not None:
            _log.error("database refused", command=name, trouble=trouble)
            return Unavailable(trouble)
    if isinstance(error, Exception) and not isinstance(error, Rejection):
        _log.error("command failed", command=name, actor=actor.id, exc_info=error)
    return error
