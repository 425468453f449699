"""Reads an OpenAPI document into the operations that models can name (OpenAPI 3.0 and 3.1)."""

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from server.connectors.schemas import Schemas
from server.errors import Invalid
from server.sentences import say

LARGEST = 2 * 1024 * 1024  # signs
METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
NOT_SENT = ("accept", "content-type", "authorization")  # OpenAPI 4.7.12.1: such header parameters are ignored
_STEPS = 20  # references in a row


@dataclass(frozen=True)
class Parameter:
    """A parameter: its place is path, query or header; `schema` points into the document, "" for none."""

    name: str
    place: str
    required: bool
    explode: bool
    schema: str


@dataclass(frozen=True)
class Body:
    """What is sent: the first media type that can be written, and where its schema is."""

    media_type: str
    required: bool
    schema: str


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked of a system, by the name (operationId) that models use."""

    key: str
    method: str
    path: str
    summary: str
    parameters: tuple[Parameter, ...]
    body: Body | None


def check_document(text: str) -> None:
    """For the field that holds a document. Raises Invalid."""
    operations, _ = read_operations(text)
    if not operations:
        raise Invalid(say("The document has no operation with an operationId, which models could name."))


@functools.lru_cache(16)
def read_operations(text: str) -> tuple[Mapping[str, Operation], Schemas]:
    """The operations by their operationId, and the schemas they refer to. Raises Invalid."""
    document = _parsed(text)
    version = str(document.get("openapi", ""))
    if not version.startswith(("3.0", "3.1", "3.2")):
        raise Invalid(say("This is no OpenAPI document of version 3.0 or 3.1; older ones have to be converted."))
    found: dict[str, Operation] = {}
    for operation in _operations(document):
        if operation.key in found:
            raise Invalid(say('Two operations are called "%(key)s"; operationIds have to differ.', key=operation.key))
        found[operation.key] = operation
    return found, Schemas(document, version.startswith("3.0"))


def _parsed(text: str) -> Mapping[str, Any]:
    if len(text) > LARGEST:
        raise Invalid(say("The document is larger than %(most)s MB.", most=LARGEST // 1024 // 1024))
    try:
        if text.lstrip().startswith("{"):
            document = json.loads(text)
        else:
            if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text, Loader=yaml.SafeLoader)):
                raise Invalid(say("The document uses YAML aliases (*name); write it without them, or as JSON."))
            document = json.loads(json.dumps(yaml.safe_load(text), default=str))
    except (ValueError, yaml.YAMLError, RecursionError, TypeError) as error:
        raise Invalid(
            say(
                "The document cannot be read as JSON or YAML: %(why)s.",
                why=str(error).splitlines()[0][:200],
            )
        ) from error
    if not isinstance(document, dict):
        raise Invalid(say("The document is no OpenAPI document."))
    return document


def _operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    paths = document.get("paths") or {}
    if not isinstance(paths, Mapping):
        raise Invalid(say("The paths of the document are no mapping."))
    for path in paths:
        item, pointer = _at(document, f"/paths/{_escaped(str(path))}")
        for method in METHODS:
            if isinstance(item, Mapping) and isinstance(item.get(method), Mapping) and item[method].get("operationId"):
                yield _operation(document, str(path), method, pointer)


def _operation(document: Mapping[str, Any], path: str, method: str, pointer: str) -> Operation:
    said, here = _at(document, f"{pointer}/{method}")
    parameters: dict[tuple[str, str], Parameter] = {}
    for holder in (pointer, here):
        several, _ = _at(document, holder)
        for number in range(len(several.get("parameters") or ())):
            parameter = _parameter(document, f"{holder}/parameters/{number}")
            if parameter is not None:
                parameters[parameter.place, parameter.name] = parameter
    body = _body(document, f"{here}/requestBody") if said.get("requestBody") else None
    summary = str(said.get("summary") or "")[:200]
    return Operation(str(said["operationId"]), method.upper(), path, summary, tuple(parameters.values()), body)


def _parameter(document: Mapping[str, Any], pointer: str) -> Parameter | None:
    said, here = _at(document, pointer)
    name, place = str(said.get("name")), said.get("in")
    if place == "header" and name.lower() in NOT_SENT:
        return None
    if place == "cookie" and not said.get("required"):
        return None
    if place not in ("path", "query", "header"):
        raise Invalid(
            say("The parameter %(name)s is sent as %(place)s, which cannot be done here.", name=name, place=place)
        )
    required = place == "path" or said.get("required") is True
    schema = f"{here}/schema" if "schema" in said else ""
    return Parameter(name, place, required, said.get("explode", place == "query") is True, schema)


def _body(document: Mapping[str, Any], pointer: str) -> Body | None:
    said, here = _at(document, pointer)
    content = said.get("content") or {}
    for media_type in sorted(content, key=lambda each: (not each.startswith("application/json"), "json" not in each)):
        plain = media_type.partition(";")[0].strip().lower()
        is_json = plain == "application/json" or plain.endswith("+json")
        if is_json or plain in ("application/x-www-form-urlencoded", "text/plain"):
            schema = f"{here}/content/{_escaped(media_type)}/schema" if "schema" in content[media_type] else ""
            return Body(plain, said.get("required") is True, schema)
    raise Invalid(
        say(
            "A payload is wanted as %(content)s, which cannot be written here.", content=", ".join(content) or "nothing"
        )
    )


def _at(document: Mapping[str, Any], pointer: str) -> tuple[Any, str]:
    """What stands at a JSON pointer, and where that really is: references within the document are followed."""
    for _ in range(_STEPS):
        found: Any = document
        for part in pointer.split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            try:
                found = found[int(name)] if isinstance(found, list) else found[name]
            except (KeyError, IndexError, ValueError, TypeError):
                raise Invalid(
                    say("The document refers to #%(pointer)s, where there is nothing.", pointer=pointer[:200])
                ) from None
        if not isinstance(found, Mapping) or "$ref" not in found:
            return found, pointer
        reference = str(found["$ref"])
        if not reference.startswith("#/"):
            raise Invalid(
                say(
                    "The document refers to %(reference)s, which is outside of it; put both into one.",
                    reference=reference[:200],
                )
            )
        pointer = reference[1:]
    raise Invalid(say("The document's references lead in a circle at #%(pointer)s.", pointer=pointer[:200]))


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
