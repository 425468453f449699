"""Filters: lists of user tasks that a person has saved, and what is in them just now."""

from typing import Any

from flask import Response

from server.api.camunda7.wording.acting import acting
from server.api.camunda7.wording.answers import answer, nothing
from server.api.camunda7.wording.bodies import Given, asked, both, sent
from server.api.camunda7.wording.ids import row_id, uuid_of
from server.api.camunda7.wording.instances import link
from server.api.camunda7.wording.user_tasks import asked_for, user_task
from server.commands import saved_queries as commands
from server.errors import Invalid
from server.queries import chosen_user_tasks
from server.queries import saved_queries as queries
from server.queries.saved_queries import SavedQueryRow

_ALL_OF_THEM = ("firstResult", "maxResults", "itemCount", "resourceType")


def listed() -> Response:
    given = asked()
    kind, name, like = given.text("resourceType"), given.text("name"), given.text("nameLike")
    rows = [
        row
        for row in queries.own(acting())
        if kind in (None, "Task") and name in (None, row.name) and (like is None or like.strip("%") in row.name)
    ]
    first, most = max(0, given.number("firstResult") or 0), given.number("maxResults")
    with_count = given.flag("itemCount")
    return answer([_shown(row, with_count) for row in rows[first:][: None if most is None else max(0, most)]])


def count() -> Response:
    return answer({"count": len(queries.own(acting()))})


def create() -> Response:
    body = sent()
    if body.text("resourceType") not in (None, "Task"):
        raise Invalid("Only filters of the resource type Task are kept.")
    made = commands.save(acting(), body.needed("name"), _checked(body), body.mapping("properties"))
    return answer(_shown(queries.saved_query(acting(), made), with_count=False))


def one(filter_id: str) -> Response:
    return answer(_shown(queries.saved_query(acting(), row_id(filter_id)), asked().flag("itemCount")))


def update(filter_id: str) -> Response:
    body = sent()
    commands.save(acting(), body.needed("name"), _checked(body), body.mapping("properties"), row_id(filter_id))
    return nothing()


def remove(filter_id: str) -> Response:
    commands.remove(acting(), row_id(filter_id))
    return nothing()


def _checked(body: Given) -> dict[str, Any]:
    """A query that can be asked. Raises Invalid."""
    query = body.mapping("query")
    asked_for(Given(query))
    return query


def found(filter_id: str) -> Response:
    rows = chosen_user_tasks.listed(acting(), asked_for(_joined(queries.saved_query(acting(), row_id(filter_id)))))
    return answer([user_task(row) for row in rows])


def first_found(filter_id: str) -> Response:
    rows = chosen_user_tasks.listed(acting(), asked_for(_joined(queries.saved_query(acting(), row_id(filter_id)))))
    if len(rows) > 1:
        raise Invalid("There is more than one.")
    return answer(user_task(rows[0])) if rows else nothing()


def found_count(filter_id: str) -> Response:
    return answer({"count": _counted(_joined(queries.saved_query(acting(), row_id(filter_id))))})


def _joined(row: SavedQueryRow) -> Given:
    """What was saved, and what is asked besides: where both say something, only the saved one counts; all orQueries."""
    more = {name: value for name, value in both().fields.items() if name not in _ALL_OF_THEM}
    either = [*_either(Given(row.query)), *_either(Given(more))]
    return Given({**more, **row.query, "orQueries": either})


def _either(given: Given) -> list[dict[str, Any]]:
    return [dict(each.fields) for each in given.objects("orQueries")]


def _counted(given: Given) -> int:
    return chosen_user_tasks.count(acting(), asked_for(given))


def _shown(row: SavedQueryRow, with_count: bool) -> dict[str, Any]:
    shown = {
        "id": uuid_of(row.id),
        "resourceType": "Task",
        "name": row.name,
        "owner": row.person_id,
        "query": dict(row.query),
        "properties": dict(row.properties),
    }
    return shown | ({"itemCount": _counted(Given(row.query))} if with_count else {})


def options() -> Response:
    places = (("/filter", "GET", "list"), ("/filter/count", "GET", "count"), ("/filter/create", "POST", "create"))
    return answer({"links": [link(*place) for place in places]})


ROUTES = (
    ("GET", "/filter", listed),
    ("OPTIONS", "/filter", options),
    ("GET", "/filter/count", count),
    ("POST", "/filter/create", create),
    ("GET", "/filter/<filter_id>", one),
    ("PUT", "/filter/<filter_id>", update),
    ("DELETE", "/filter/<filter_id>", remove),
    ("GET POST", "/filter/<filter_id>/list", found),
    ("GET POST", "/filter/<filter_id>/singleResult", first_found),
    ("GET POST", "/filter/<filter_id>/count", found_count),
)
