"""Which pages need which permission: whoever lacks it is told that there is nothing, not that something is hidden."""

from collections.abc import Callable

from server.errors import NotFound
from server.identity.permissions import Permission
from server.web.signed_in import acting
from server.web.words import gettext as _


def needs(permission: Permission) -> Callable[[], None]:
    """For `before_request` of a blueprint: raises NotFound unless who is signed in has *permission*."""

    def check() -> None:
        if not acting().may(permission):
            raise NotFound(_("There is nothing here by that address, or you may not see it."))

    return check
