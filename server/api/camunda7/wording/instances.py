"""A process instance as those programs read it."""

from typing import Any

from flask import request

from server.api.camunda7.wording.ids import definition_id, uuid_of


def link(path: str, method: str = "GET", rel: str = "self") -> dict[str, str]:
    """A link to something of this API."""
    return {"method": method, "href": f"{request.host_url.rstrip('/')}/engine-rest{path}", "rel": rel}


def instance(
    row_id: str, definition: tuple[str, int, str], business_key: str | None, ended: bool, suspended: bool
) -> dict[str, Any]:
    """*definition* is its key, version and row."""
    found = uuid_of(row_id)
    return {
        "links": [link(f"/process-instance/{found}")],
        "id": found,
        "definitionId": definition_id(*definition),
        "definitionKey": definition[0],
        "businessKey": business_key,
        "caseInstanceId": None,
        "ended": ended,
        "suspended": suspended,
        "tenantId": None,
    }
