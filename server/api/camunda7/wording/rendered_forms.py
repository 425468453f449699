"""Forms of fields that are written in a model, as the HTML that those programs put into their own pages."""

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from server.api.camunda7.wording.values import typed
from server.bpmn.definition import FormField, FormReference
from server.errors import Invalid

_TYPES = {"long": "Long", "double": "Double", "boolean": "Boolean", "date": "Date"}
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def rendered(reference: FormReference | None, values: Mapping[str, Any]) -> str:
    """The fields, filled with *values* of variables, else with what the model says. Raises Invalid where the form is
    another one."""
    if reference is None or not reference.fields:
        if reference is not None and reference.key is not None:
            raise Invalid(f"The form {reference.key} is a file: ask for it by deployed-form or deployed-start-form.")
        raise Invalid("The model has no form fields here, of which a form could be made.")
    fields = "".join(_field(field, _value(field, values)) for field in reference.fields)
    return _NO_XML.sub("", f'<form name="generatedForm" role="form">{fields}</form>')


def _value(field: FormField, values: Mapping[str, Any]) -> str:
    if field.key in values:
        shown = typed(values[field.key])["value"]
        return "" if shown is None else str(shown).lower() if isinstance(shown, bool) else str(shown)
    return "" if field.default is None else field.default.text.strip()


def _field(field: FormField, value: str) -> str:
    label = f'<label class="control-label" for="{escape(field.key)}">{escape(field.label or field.key)}</label>'
    shown = _choice(field, value) if field.type == "enum" else _input(field, value)
    return f'<div class="form-group">{label}{shown}</div>'


def _choice(field: FormField, value: str) -> str:
    options = [("", ""), *field.options] if not field.required else list(field.options)
    told = "".join(
        f"<option{_attributes({'value': each, 'selected': each == value})}>{escape(label or each)}</option>"
        for each, label in options
    )
    return f"<select{_attributes(_named(field))}>{told}</select>"


def _input(field: FormField, value: str) -> str:
    if field.type == "boolean":
        # A checkbox always gives an answer, so that it need not be asked for.
        ticked = {"type": "checkbox", "checked": value.lower() == "true", "required": False}
        return f"<input{_attributes({**_named(field), **ticked})}/>"
    bounds: dict[str, Any] = {"minlength": field.minimum_length, "maxlength": field.maximum_length}
    if field.type in ("long", "double"):
        bounds |= {"min": field.minimum, "max": field.maximum}
    kind = "number" if field.type in ("long", "double") else "text"
    step = "any" if field.type == "double" else None
    return f"<input{_attributes({**_named(field), 'type': kind, 'step': step, **bounds, 'value': value})}/>"


def _named(field: FormField) -> dict[str, Any]:
    return {
        "class": "form-control",
        "id": field.key,
        "name": field.key,
        "cam-variable-name": field.key,
        "cam-variable-type": _TYPES.get(field.type, "String"),
        "required": field.required,
        "disabled": field.readonly and field.type == "enum",
        "readonly": field.readonly,
    }


def _attributes(found: Mapping[str, Any]) -> str:
    """Those that are true stand with their own name, as XHTML has them; those that are None or false do not stand."""
    given = [(name, name if value is True else value) for name, value in found.items()]
    return "".join(
        f' {name}="{escape(str(value))}"' for name, value in given if value is not None and value is not False
    )
