"""Who there is: people, groups, and whether a password is right."""

from base64 import b64encode
from typing import Any

from flask import Request, Response, request

from server.api.authentication import NotAuthenticated, actor_of
from server.api.camunda7.wording.acting import acting
from server.api.camunda7.wording.answers import answer
from server.api.camunda7.wording.bodies import Given, asked, sent
from server.api.camunda7.wording.selections import condition, part
from server.errors import Invalid
from server.queries import chosen_people as queries
from server.queries.chosen_people import GroupRow, PersonRow
from server.queries.selections import Selection

_PEOPLE_SORTS = {"userId": "id", "firstName": "name", "lastName": "name", "email": "email"}


def verify() -> Response:
    """Asked as the sign-in itself would be, so that wrong guesses are counted as there."""
    body = sent()
    name, password = body.needed("username"), body.needed("password")
    basic = b64encode(f"{name}:{password}".encode()).decode()
    try:
        actor_of(Request({**request.environ, "HTTP_AUTHORIZATION": f"Basic {basic}"}))
    except NotAuthenticated:
        return answer({"authenticatedUser": name, "authenticated": False})
    return answer({"authenticatedUser": name, "authenticated": True})


def groups_of() -> Response:
    """The groups of a person, and with whom they are in them."""
    person = asked().text("userId")
    if person is None:
        raise Invalid("userId is missing.")
    groups = queries.groups(acting(), Selection(), person)
    people = [_user(row) for row in queries.members(acting(), tuple(row.id for row in groups))]
    shown = [{key: row[key] for key in ("id", "firstName", "lastName", "displayName")} for row in people]
    return answer({"groups": [{"id": row.id, "name": row.name} for row in groups], "groupUsers": shown})


def users() -> Response:
    given = asked()
    rows = queries.people(acting(), _selection(given), given.text("memberOfGroup"))
    return answer([{key: value for key, value in _user(row).items() if key != "displayName"} for row in rows])


def users_count() -> Response:
    given = asked()
    return answer({"count": queries.people_count(acting(), _selection(given), given.text("memberOfGroup"))})


def _selection(given: Given) -> Selection:
    where = [
        *condition(given, "id", "id"),
        *condition(given, "idIn", "id", "in"),
        *condition(given, "firstName", "name", "like", read=lambda text: f"{text} %"),
        *condition(given, "firstNameLike", "name", "like"),
        *condition(given, "lastName", "name", "like", read=lambda text: f"% {text}"),
        *condition(given, "lastNameLike", "name", "like", read=lambda text: f"%{text}"),
        *condition(given, "email", "email"),
    ]
    return part(given, where, _PEOPLE_SORTS)


def profile(person_id: str) -> Response:
    row = _user(queries.person(acting(), person_id))
    return answer({key: row[key] for key in ("id", "firstName", "lastName", "email")})


def _user(row: PersonRow) -> dict[str, Any]:
    first, _, last = row.name.partition(" ")
    return {"id": row.id, "firstName": first, "lastName": last, "displayName": row.name, "email": row.email}


def groups() -> Response:
    given = asked()
    where = [
        *condition(given, "id", "id"),
        *condition(given, "idIn", "id", "in"),
        *condition(given, "name", "name"),
        *condition(given, "nameLike", "name", "like"),
    ]
    wanted = part(given, where, {"id": "id", "name": "name", "type": "id"})
    return answer([_group(row) for row in queries.groups(acting(), wanted, given.text("member"))])


def groups_count() -> Response:
    return answer({"count": len(queries.groups(acting(), Selection(), asked().text("member")))})


def _group(row: GroupRow) -> dict[str, Any]:
    return {"id": row.id, "name": row.name, "type": "WORKFLOW"}


ROUTES = (
    ("POST", "/identity/verify", verify),
    ("GET", "/identity/groups", groups_of),
    ("GET", "/user", users),
    ("GET", "/user/count", users_count),
    ("GET", "/user/<person_id>/profile", profile),
    ("GET", "/group", groups),
    ("GET", "/group/count", groups_count),
)
