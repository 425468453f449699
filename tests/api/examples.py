"""A plain example of what a schema of the OpenAPI document describes: only what is required, in the plainest form."""

from typing import Any

MOMENT = "2026-12-01T10:00:00Z"


def example(schema: dict[str, Any], shapes: dict[str, Any]) -> Any:
    """What fits *schema*; *shapes* are the named ones it may refer to."""
    if "$ref" in schema:
        return example(shapes[schema["$ref"].rpartition("/")[2]], shapes)
    if "anyOf" in schema:
        return example(schema["anyOf"][0], shapes)
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            required = schema.get("required", ())
            return {
                name: example(one, shapes) for name, one in schema.get("properties", {}).items() if name in required
            }
        case "array":
            return [example(schema["items"], shapes)] * schema.get("minItems", 0)
        case "integer":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case "string" if schema.get("format") == "date-time":
            return MOMENT
        case "string":
            return "nobody".ljust(schema.get("minLength", 0), "x")
    return {}
