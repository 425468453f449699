"""Which pages need which permission: whoever lacks it is told that there is nothing, not that something is hidden."""

from collections.abc import Callable

from flask_login import current_user

from server.errors import NotFound
from server.identity.permissions import Permission


def needs(permission: Permission) -> Callable[[], None]:
    """For `before_request` of a blueprint: raises NotFound unless who is signed in has *permission*."""

    def check() -> None:
        if not current_user.actor.may(permission):
            raise NotFound("There is nothing here by that address, or you may not see it.")

    return check
