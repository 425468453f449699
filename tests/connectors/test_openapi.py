"""The openapi connector: operations of a document by name, held against it before anything is sent."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import yaml

from server.connectors.connection import Connection
from server.connectors.connector import CallContext
from server.connectors.openapi import OpenApiConnector
from server.connectors.operations import check_document, read_operations
from server.errors import BpmnError, Failure, Invalid
from server.settings import Settings
from tests.loopback import Site

PETS: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "paths": {
        "/pets": {
            "get": {
                "operationId": "listPets",
                "summary": "All pets",
                "parameters": [
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 10}},
                    {"name": "tags", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
                    {"name": "ids", "in": "query", "explode": False, "schema": {"type": "array"}},
                    {"name": "X-Trace", "in": "header", "schema": {"type": "string", "pattern": "^[a-z]+$"}},
                ],
            },
            "post": {"operationId": "addPet", "requestBody": {"$ref": "#/components/requestBodies/Pet"}},
        },
        "/pets/{petId}": {
            "parameters": [{"$ref": "#/components/parameters/PetId"}],
            "get": {"operationId": "getPet"},
            "delete": {"summary": "nameless"},
        },
    },
    "components": {
        "parameters": {"PetId": {"name": "petId", "in": "path", "required": True, "schema": {"type": "string"}}},
        "requestBodies": {
            "Pet": {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}},
            }
        },
        "schemas": {
            "Pet": {
                "type": "object",
                "required": ["name"],
                "additionalProperties": False,
                "properties": {
                    "name": {"type": "string", "maxLength": 10},
                    "born": {"type": "string"},
                    "price": {"type": "number"},
                    "mother": {"$ref": "#/components/schemas/Pet"},
                },
            }
        },
    },
}


def call(site: Site, operation: str, document: Any = PETS, **given: Any) -> Any:
    text = document if isinstance(document, str) else json.dumps(document)
    pets = Connection("pets", {"url": site.url("/v1"), "document": text})
    context = CallContext("job-1", 1, Settings(http_allowed=("127.0.0.1",)), pets)
    return OpenApiConnector().call({"operation": operation, **given}, context)


@pytest.mark.parametrize("text", [json.dumps(PETS), yaml.safe_dump(PETS)])
def test_operations_are_read_from_json_and_from_yaml(text: str) -> None:
    operations, _ = read_operations(text)
    assert list(operations) == ["listPets", "addPet", "getPet"]
    assert [parameter.name for parameter in operations["getPet"].parameters] == ["petId"]


def test_parameters_go_where_the_document_says(site: Site) -> None:
    path = "/v1/pets?limit=3&tags=a&tags=b+c&ids=1%2C2"
    site.answers[path] = (200, {"content-type": "application/json"}, b"[1]")
    given = {"limit": Decimal(3), "tags": ["a", "b c"], "ids": [1, 2], "X-Trace": "abc"}
    assert call(site, "listPets", parameters=given)["response"] == [1]
    assert (site.asked[0][0], site.asked[0][2]["x-trace"]) == ("GET", "abc")


def test_a_payload_is_sent_as_json(site: Site) -> None:
    site.answers["/v1/pets"] = (201, {}, b"")
    pet = {"name": "Rex", "born": date(2026, 1, 5), "price": Decimal("1.5"), "mother": {"name": "Ada"}}
    assert call(site, "addPet", payload=pet)["statusCode"] == 201
    assert json.loads(site.asked[0][3]) == {**pet, "born": "2026-01-05", "price": 1.5}
    assert site.asked[0][2]["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("operation", "given", "words"),
    [
        ("listPets", {"parameters": {"limit": 11}}, "limit of listPets.*11"),
        ("listPets", {"parameters": {"limit": "3"}}, "limit of listPets"),
        ("listPets", {"parameters": {"X-Trace": "A"}}, "pattern"),
        ("listPets", {"parameters": {"colour": "red"}}, 'no parameter "colour"'),
        ("listPets", {"payload": {}}, "takes no payload"),
        ("getPet", {}, "needs the parameter petId"),
        ("addPet", {}, "needs a payload"),
        ("addPet", {"payload": {"name": "x" * 11}}, "name: "),
        ("addPet", {"payload": {"mother": {"name": 1}, "name": "a"}}, r"mother\.name"),
        ("addPet", {"payload": {"name": "a", "odd": 1}}, "odd is not expected"),
        ("nothing", {}, "has no operation"),
        ("getPet", {"parameters": {"petId": ".."}}, "another path"),
    ],
)
def test_what_the_document_does_not_allow_is_not_sent(
    site: Site, operation: str, given: dict[str, Any], words: str
) -> None:
    with pytest.raises(Failure, match=words):
        call(site, operation, **given)
    assert site.asked == []


def test_a_path_parameter_stays_one_part_of_the_path(site: Site) -> None:
    with pytest.raises(BpmnError, match="404"):
        call(site, "getPet", parameters={"petId": "a/b?c#d"}, errors={"404": "gone"})
    assert site.asked[0][1] == "/v1/pets/a%2Fb%3Fc%23d"


def test_what_is_nullable_in_openapi_3_0_may_be_null(site: Site) -> None:
    site.answers["/v1/a"] = (200, {}, b"")
    schema = {"type": "object", "properties": {"a": {"type": "integer", "nullable": True, "exclusiveMinimum": False}}}
    body = {"content": {"application/json": {"schema": schema}}}
    old = {"openapi": "3.0.3", "paths": {"/a": {"put": {"operationId": "put", "requestBody": body}}}}
    with pytest.raises(Failure, match="answered 501"):
        call(site, "put", old, payload={"a": None})
    with pytest.raises(Failure, match="not what the document asks for"):
        call(site, "put", old, payload={"a": "x"})


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("[1]", "no OpenAPI document"),
        ("{", "cannot be read"),
        ("a: [", "cannot be read"),
        ("a: &x [1]\nb: *x", "aliases"),
        ('{"swagger": "2.0"}', "version 3.0"),
        ('{"openapi": "3.1.0"}', "no operation"),
        ({**PETS, "components": {}}, "where there is nothing"),
        ({"openapi": "3.1.0", "paths": {"/a": {"$ref": "other.yaml"}}}, "outside of it"),
        ({"openapi": "3.1.0", "paths": {"/a": {"$ref": "#/paths/~1a"}}}, "circle"),
        (" " * 3_000_000, "larger than"),
    ],
)
def test_a_document_that_cannot_be_used_is_refused(document: Any, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        check_document(document if isinstance(document, str) else json.dumps(document))
