"""Holds plain values against JSON schemas, as OpenAPI 3.0, 3.1 and answers of agents use them, in bounded time.

Patterns are matched by our own engine, whose time does not explode; a schema refers to nothing outside its document.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft4Validator, Draft202012Validator, ValidationError
from jsonschema.exceptions import SchemaError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT4, DRAFT202012

from server.errors import Failure, Invalid, Problem
from server.expressions import patterns
from server.expressions.run import Run
from server.sentences import say

DOCUMENT = "urn:document"
MOST_TROUBLES = 3  # told at once


def _pattern(validator: Any, pattern: str, value: Any, schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and not _matches(value, pattern):
        yield ValidationError(f"does not match the pattern {pattern}")


def _pattern_properties(validator: Any, inner: Mapping[str, Any], value: Any, schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, dict):
        for pattern, subschema in inner.items():
            for name, entry in value.items():
                if _matches(name, pattern):
                    yield from validator.descend(entry, subschema, path=name, schema_path=pattern)


def _matches(text: str, pattern: str) -> bool:
    try:
        return patterns.matches(Run({}, {}), text, pattern)
    except patterns.Unreadable as error:
        raise Failure(f"The pattern {pattern} of the schema cannot be read: {error}.") from error


def _additional(validator: Any, said: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
    if not isinstance(value, dict):
        return
    named, fitting = schema.get("properties", {}), schema.get("patternProperties", {})
    for name, entry in value.items():
        if name in named or any(_matches(name, pattern) for pattern in fitting):
            continue
        if said is False:
            yield ValidationError(f"{name} is not expected")
        elif isinstance(said, dict):
            yield from validator.descend(entry, said, path=name)


_OURS = {"pattern": _pattern, "patternProperties": _pattern_properties, "additionalProperties": _additional}


def _nullable(keyword: str) -> Any:
    """OpenAPI 3.0: what is nullable may be null, whatever its type or choices say."""
    usual: Any = Draft4Validator.VALIDATORS[keyword]

    def check(validator: Any, said: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
        if not (value is None and schema.get("nullable") is True):
            yield from usual(validator, said, value, schema) or ()

    return check


_EARLIER = {**_OURS, "type": _nullable("type"), "enum": _nullable("enum")}
_OLD = extend(Draft4Validator, _EARLIER)  # type: ignore[no-untyped-call]  # the stubs say nothing of it
_NEW = extend(Draft202012Validator, _OURS)  # type: ignore[no-untyped-call]  # the stubs say nothing of it


def check_schema(schema: Any) -> None:
    """Raises Invalid where *schema* is no JSON schema (draft 2020-12)."""
    try:
        _NEW.check_schema(schema)
    except SchemaError as error:
        raise Invalid(say("The schema is none: %(message)s.", message=error.message[:200])) from error


def troubles(value: Any, schema: Any) -> list[str]:
    """What is wrong with *value* by a schema of its own; nothing when it fits. Raises Failure."""
    return _troubles(_NEW(schema, registry=Registry()), value)


def problems(value: Any, schema: Any) -> list[Problem]:
    """The same, each with its place as a JSON pointer without its first stroke (RFC 6901). Raises Failure."""
    found = _found(_NEW(schema, registry=Registry()), value)
    return [Problem(f"{words}.", element="/".join(map(_escaped, place))) for place, words in found]


def _escaped(part: int | str) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


class Schemas:
    """The schemas of an OpenAPI document, by where they stand in it (a JSON pointer)."""

    def __init__(self, document: Mapping[str, Any], is_old: bool) -> None:
        kind = DRAFT4 if is_old else DRAFT202012
        self._validator = _OLD if is_old else _NEW
        self._registry: Any = Registry().with_resource(DOCUMENT, kind.create_resource(dict(document)))

    def troubles(self, value: Any, pointer: str) -> list[str]:
        """What is wrong with *value* by the schema at *pointer*. Raises Failure."""
        return _troubles(self._validator({"$ref": f"{DOCUMENT}#{pointer}"}, registry=self._registry), value)


def _troubles(validator: Validator, value: Any) -> list[str]:
    found = _found(validator, value)
    return [f"{'.'.join(map(str, place))}: {words}" if place else words for place, words in found]


def _found(validator: Validator, value: Any) -> list[tuple[tuple[int | str, ...], str]]:
    """The first few troubles: where and what."""
    found: list[tuple[tuple[int | str, ...], str]] = []
    try:
        for error in validator.iter_errors(value):
            found.append((tuple(error.absolute_path), error.message[:200]))
            if len(found) == MOST_TROUBLES:
                break
    except Unresolvable as error:
        raise Failure(f"The schema refers to {error.ref}, which is not in the document.") from error
    except RecursionError as error:
        raise Failure("The schema is nested too deeply.") from error
    return found
