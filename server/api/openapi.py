"""The OpenAPI 3.1 document of the REST API, made from the endpoints and the types of what goes in and out."""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any, Literal

from pydantic import TypeAdapter

from server.api.authentication import CSRF_HEADER
from server.api.endpoints import Endpoint, Noun
from server.api.errors import MEDIA_TYPE, TITLES, ProblemAnswer
from server.api.requests import KEY_HEADER
from server.api.shapes import adapter
from server.identity.permissions import Role

PREFIX = "/api/v1"
_REF = "#/components/schemas/{model}"
_ABOUT = (
    "Everything that the pages can do. Lists come in parts: `next` is the `cursor` of the part that follows. A write "
    f"with the header `{KEY_HEADER}` is carried out once: the same request under the same key within 24 hours gets the "
    "first answer. What cannot be done is told in one form, with a pointer to each place."
)
_SECURITY = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token, made under My account or Administration."},
    "password": {"type": "http", "scheme": "basic", "description": "Name and password, or name and one of its tokens."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "procession",
        "description": f"A browser's session; whatever changes something brings the CSRF token as {CSRF_HEADER}.",
    },
}
Mode = Literal["validation", "serialization"]


@cache
def document(nouns: tuple[Noun, ...]) -> dict[str, Any]:
    """The whole document. The nouns are those that are served; they never change."""
    endpoints = [endpoint for noun in nouns for endpoint in noun.endpoints]
    schemas, components = _schemas(endpoints)
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        paths.setdefault(PREFIX + endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, schemas)
    titles = {noun.name: noun.title for noun in nouns}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Procession", "version": version("procession"), "description": _ABOUT},
        "servers": [{"url": "/"}],
        "security": [{"token": []}, {"password": []}, {"session": []}],
        "tags": [{"name": title} for title in dict.fromkeys(titles.values())],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": _SECURITY},
    }


Schemas = dict[tuple[str, str], dict[str, Any]]


def _schemas(endpoints: Sequence[Endpoint]) -> tuple[Schemas, dict[str, Any]]:
    """The schema of each body and answer, and the named shapes that they are made of."""
    inputs: list[tuple[Any, Mode, TypeAdapter[Any]]] = [(("problem", ""), "serialization", adapter(ProblemAnswer))]
    for endpoint in endpoints:
        if endpoint.body is not None:
            inputs.append(((endpoint.name, "body"), "validation", endpoint.body))
        if not endpoint.is_empty and not endpoint.is_download:
            inputs.append(((endpoint.name, "answer"), "serialization", endpoint.writes))
    found, definitions = TypeAdapter.json_schemas(inputs, ref_template=_REF)
    renamed = _short_names(definitions["$defs"])
    return (
        {key: _renamed(schema, renamed) for (key, _), schema in found.items()},
        {renamed[name]: _renamed(schema, renamed) for name, schema in definitions["$defs"].items()},
    )


def _short_names(schemas: dict[str, Any]) -> dict[str, str]:
    """Shapes of the same name in two places are told apart by the last word of where they stand."""
    return {name: _short(name) for name in schemas}


def _short(name: str) -> str:
    parts = name.split("__")
    if len(parts) == 1:
        return name
    place = "".join(word.capitalize() for word in parts[-2].split("_"))
    return f"{place}{parts[-1]}"


def _renamed(schema: Any, names: dict[str, str]) -> Any:
    if isinstance(schema, dict):
        return {
            key: f"{_REF.format(model='')}{names[value.rpartition('/')[2]]}"
            if key == "$ref" and isinstance(value, str)
            else _renamed(value, names)
            for key, value in schema.items()
        }
    return [_renamed(one, names) for one in schema] if isinstance(schema, list) else schema


def _operation(endpoint: Endpoint, schemas: Schemas) -> dict[str, Any]:
    summary, rest = endpoint.words
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "tags": [endpoint.title],
        "summary": summary,
        "description": " ".join(filter(None, (rest, _who(endpoint)))),
        "parameters": list(_parameters(endpoint)),
        "responses": _responses(endpoint, schemas),
        "x-roles": list(endpoint.roles),
    }
    if endpoint.takes_files:
        file = {"type": "string", "format": "binary"}
        files = file if endpoint.takes_one_file else {"type": "array", "items": file, "minItems": 1}
        sent = {"type": "object", "properties": {"file": files}, "required": ["file"], "additionalProperties": False}
        operation["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": sent}}}
    elif endpoint.body is not None:
        content = {"application/json": {"schema": schemas[(endpoint.name, "body")]}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _who(endpoint: Endpoint) -> str:
    if len(endpoint.roles) == len(Role):
        return "For everybody."
    return f"For: {', '.join(endpoint.roles)}."


def _parameters(endpoint: Endpoint) -> Iterator[dict[str, Any]]:
    for name in endpoint.places:
        schema = adapter(endpoint.hints[name]).json_schema() | {"title": name}
        if schema["type"] == "string":
            schema = {"minLength": 1, "maxLength": 200} | schema
        else:
            schema |= {"minimum": 0, "maximum": 2**31 - 1}
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    if endpoint.wanted is not None:
        shape = endpoint.wanted.json_schema(ref_template="{model}")
        for name, schema in shape["properties"].items():
            yield {
                "name": name,
                "in": "query",
                "required": name in shape.get("required", ()),
                "schema": _inlined(schema, shape.get("$defs", {})),
            }
    if endpoint.is_repeatable:
        key = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"}
        yield {"name": KEY_HEADER, "in": "header", "required": False, "schema": key}
    if endpoint.takes_revision:
        tags = {"type": "string", "pattern": '^("[0-9]{1,18}"|[*])$'}
        yield {"name": "If-Match", "in": "header", "required": False, "schema": tags}


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """The schema of a query's field without references. Null is told by leaving it out, so it is no choice."""
    if isinstance(schema, list):
        return [_inlined(one, definitions) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        return _inlined(definitions[schema["$ref"]], definitions) | rest
    ways = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if len(ways) == 1:
        return _inlined(ways[0], definitions) | {"title": schema.get("title", "")}
    return {key: _inlined(value, definitions) for key, value in schema.items()}


def _responses(endpoint: Endpoint, schemas: Schemas) -> dict[str, Any]:
    problem = {"content": {MEDIA_TYPE: {"schema": schemas[("problem", "")]}}}
    responses: dict[str, Any] = {str(endpoint.status): _success(endpoint, schemas)}
    for status in sorted(_failures(endpoint)):
        responses[str(status)] = {"description": TITLES[status]} | problem
    return responses


def _success(endpoint: Endpoint, schemas: Schemas) -> dict[str, Any]:
    if endpoint.is_empty:
        return {"description": "It is done."}
    if endpoint.is_download:
        return {"description": "The file.", "content": {"application/octet-stream": {}}}
    answer: dict[str, Any] = {
        "description": "It is done." if endpoint.is_write else "What was asked for.",
        "content": {"application/json": {"schema": schemas[(endpoint.name, "answer")]}},
    }
    if endpoint.tells_revision:
        answer["headers"] = {"ETag": {"schema": {"type": "string"}, "description": "The revision, for If-Match."}}
    return answer


def _failures(endpoint: Endpoint) -> set[int]:
    found = {401, 403, 404, 422, 429, 500, 503}
    if endpoint.is_write:
        found |= {400, 409}
    if endpoint.body is not None or endpoint.takes_files:
        found |= {413, 415}
    return found | ({412} if endpoint.takes_revision else set())
