"""Makes the same form of fields that are written in the model itself (`camunda:formData`)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from server.bpmn.definition import FormField, FormReference, Process
from server.errors import Invalid, Problem
from server.forms.definition import Form
from server.forms.dialects.form_js import read_schema

KINDS = {"long": "number", "double": "number", "boolean": "checkbox", "date": "datetime", "enum": "select"}


def read(reference: FormReference, key: str = "fields", title: str = "") -> Form:
    """The form of the reference's fields. Raises Invalid with every problem, as form files do."""
    _refuse_calculated(reference.fields)
    components = [component(field) for field in reference.fields]
    return read_schema({"id": key, "type": "default", "title": title, "components": components})


def check(process: Process) -> list[Problem]:
    """What is wrong with the forms that are written in a process, by the elements that show them."""
    found: list[Problem] = []
    for element in process.elements():
        if element.form is not None and element.form.fields:
            try:
                read(element.form)
            except Invalid as error:
                lines = {field.key: field.line for field in element.form.fields}
                found += [
                    replace(problem, element=element.id, line=lines.get(problem.element or "", 0), code="form-field")
                    for problem in error.problems
                ]
    return found


def _refuse_calculated(fields: Sequence[FormField]) -> None:
    problems = [
        Problem(
            f"The default of the field {field.key} is calculated, which is not possible here. Write the value itself, "
            f"or set the variable before: the field shows what the variable holds.",
            element=field.key,
            line=field.line,
        )
        for field in fields
        if field.default is not None and field.default.language != "text"
    ]
    if problems:
        raise Invalid(problems[0].text, problems)


def component(field: FormField) -> dict[str, Any]:
    """A field of the model as a form-js component."""
    made: dict[str, Any] = {
        "type": KINDS.get(field.type, "textfield"),
        "id": f"Field_{field.key}",
        "key": field.key,
        "label": field.label or field.key,
    }
    if field.type == "enum":
        made["values"] = [{"value": value, "label": label or value} for value, label in field.options]
    elif field.type == "date":
        made.update(subtype="date", dateLabel=made["label"])
    elif field.type == "long":
        made["decimalDigits"] = 0
    if field.readonly:
        made["readonly"] = True
    if field.default is not None:
        made["defaultValue"] = _default(field)
    validate = _validation(field)
    return {**made, "validate": validate} if validate else made


def _default(field: FormField) -> Any:
    text = field.default.text.strip() if field.default is not None else ""
    if field.type == "boolean":
        return text.lower() == "true"
    try:
        if field.type == "long":
            return int(text)
        return float(text) if field.type == "double" else text
    except ValueError:
        return None


def _validation(field: FormField) -> dict[str, Any]:
    """`required` of a yes-or-no field only asks for an answer, and a checkbox always gives one."""
    bounds = {
        "required": True if field.required and field.type != "boolean" else None,
        "min": field.minimum if field.type in ("long", "double") else None,
        "max": field.maximum if field.type in ("long", "double") else None,
        "minLength": field.minimum_length,
        "maxLength": field.maximum_length,
    }
    return {name: value for name, value in bounds.items() if value is not None}
