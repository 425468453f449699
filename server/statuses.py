"""Which HTTP status each family of error has: known to the faces alone, and the same for pages and programs."""

from server.errors import Conflict, Forbidden, Invalid, NotFound, Outdated, Rejection, Unavailable

STATUS: dict[type[Rejection], int] = {
    NotFound: 404,
    Forbidden: 403,
    Conflict: 409,
    Outdated: 412,
    Invalid: 422,
    Unavailable: 503,
}


def status_of(rejection: Rejection) -> int:
    """The status of the nearest family; 422 for a rejection that belongs to none."""
    return next((STATUS[family] for family in type(rejection).__mro__ if family in STATUS), 422)
