"""Calls the operations of an OpenAPI document by their names; what is sent is held against the document first."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import quote

from server.connectors.addresses import Resolver, resolve
from server.connectors.connection import Field
from server.connectors.connector import CallContext
from server.connectors.operations import Body, Operation, Parameter, check_document, read_operations
from server.connectors.peers import FIELDS, ask
from server.connectors.requests import (
    HttpRequest,
    always,
    content_of,
    errors_of,
    plain_json,
    text_of,
    truth_of,
    with_query,
)
from server.connectors.schemas import Schemas
from server.errors import Failure
from server.sentences import say

PARAMETERS = ("operation", "parameters", "payload", "acceptErrors", "errors")


@dataclass(frozen=True)
class OpenApiConnector:
    """Takes operation, parameters (a mapping), payload, acceptErrors, errors; answers as the http connector does."""

    resolver: Resolver = resolve
    fields: ClassVar = (
        *FIELDS,
        Field(
            "document",
            say("Document"),
            say("OpenAPI 3.0 or 3.1, as JSON or YAML."),
            required=True,
            long=True,
            check=check_document,
        ),
    )
    trial: ClassVar = None

    def call(self, parameters: Mapping[str, Any], context: CallContext) -> Mapping[str, Any]:
        """Call the operation. Raises Failure for what the document does not allow, before anything is sent."""
        for name in parameters:
            if name not in PARAMETERS:
                raise Failure(f'The openapi connector has no parameter "{name}"; it takes {", ".join(PARAMETERS)}.')
        opened = context.needed("openapi")
        operations, schemas = read_operations(opened.setting("document"))
        operation = operations.get(str(parameters.get("operation")))
        if operation is None:
            known = ", ".join(sorted(operations)[:20])
            text = f'The connection "{opened.name}" has no operation "{parameters.get("operation")}"; it has {known}.'
            raise Failure(text)
        request = _request(operation, schemas, parameters, context)
        return ask(request, context, self.resolver)


def _request(
    operation: Operation, schemas: Schemas, parameters: Mapping[str, Any], context: CallContext
) -> HttpRequest:
    given = parameters.get("parameters") or {}
    if not isinstance(given, Mapping):
        raise Failure("The parameter parameters must be a mapping of names to values.")
    unknown = set(given) - {parameter.name for parameter in operation.parameters}
    if unknown:
        raise Failure(f'The operation {operation.key} has no parameter "{min(map(str, unknown))}".')
    path, query, headers = operation.path, dict[str, Any](), dict[str, str]()
    for parameter in operation.parameters:
        value = _checked(operation, schemas, parameter, given.get(parameter.name))
        if value is None:
            continue
        if parameter.place == "path":
            path = path.replace("{" + parameter.name + "}", _of_path(parameter, value))
        elif parameter.place == "query":
            query[parameter.name] = value if parameter.explode else _joined(parameter, value)
        else:
            headers[parameter.name.lower()] = _of_header(parameter, value)
    content, media_type = _body(operation, schemas, parameters.get("payload"))
    fixed = {**always(context.job_id), "accept": "application/json, */*;q=0.5"}
    if media_type:
        fixed["content-type"] = media_type
    return HttpRequest(
        operation.method,
        with_query(path, query),
        {**headers, **fixed},
        content,
        float(context.settings.http_timeout),
        truth_of(parameters.get("acceptErrors")),
        errors_of(parameters.get("errors")),
    )


def _checked(operation: Operation, schemas: Schemas, parameter: Parameter, value: Any) -> Any:
    """The value as JSON has it, held against its schema. Raises Failure."""
    if value is None:
        if parameter.required:
            raise Failure(f"The operation {operation.key} needs the parameter {parameter.name}.")
        return None
    plain = plain_json(value, parameter.name)
    if parameter.schema:
        _complain(f"The parameter {parameter.name} of {operation.key}", schemas.troubles(plain, parameter.schema))
    return plain


def _body(operation: Operation, schemas: Schemas, payload: Any) -> tuple[bytes | None, str]:
    body = operation.body
    if payload is None or payload == "":
        if body is not None and body.required:
            raise Failure(f"The operation {operation.key} needs a payload.")
        return None, ""
    if body is None:
        raise Failure(f"The operation {operation.key} takes no payload.")
    return _written(operation, schemas, body, payload)


def _written(operation: Operation, schemas: Schemas, body: Body, payload: Any) -> tuple[bytes | None, str]:
    plain = plain_json(payload, "payload")
    if body.schema:
        _complain(f"The payload of {operation.key}", schemas.troubles(plain, body.schema))
    if body.media_type == "application/json" or body.media_type.endswith("+json"):
        return json.dumps(plain, ensure_ascii=False).encode(), body.media_type
    return content_of(plain, body.media_type)[0], body.media_type


def _complain(what: str, troubles: list[str]) -> None:
    if troubles:
        raise Failure(f"{what} is not what the document asks for: {'; '.join(troubles)}. Nothing was sent.")


def _joined(parameter: Parameter, value: Any) -> str:
    values = value if isinstance(value, list) else [value]
    text = ",".join(text_of(f"The parameter {parameter.name}", one) for one in values)
    if not text:
        raise Failure(f"The parameter {parameter.name} is empty.")
    return text


def _of_path(parameter: Parameter, value: Any) -> str:
    text = _joined(parameter, value)
    if text in (".", ".."):
        raise Failure(f"The parameter {parameter.name} is {text}, which would lead to another path.")
    return quote(text, safe="")


def _of_header(parameter: Parameter, value: Any) -> str:
    text = _joined(parameter, value)
    if not text.isascii() or not text.isprintable():
        raise Failure(f"The parameter {parameter.name} holds signs that a header cannot hold.")
    return text
