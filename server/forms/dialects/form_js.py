"""Reads form-js JSON (.form files of Camunda Modeler and bpmn.io), safely and with every problem at once."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from server.errors import Invalid, Problem
from server.forms.conditions import Condition, read_condition
from server.forms.definition import CHOICES, INPUTS, MANY_CHOICES, Field, FieldKind, Form, Option, Rules
from server.forms.patterns import Pattern, read_pattern

LARGEST = 512 * 1024
DEEPEST = 20
MOST_FIELDS = 1000
SUBTYPES = ("date", "time", "datetime")


def read(data: bytes) -> Form:
    """The form in the file. Raises Invalid with every problem; the element of a problem is a field's key."""
    return read_schema(_json(data))


def read_schema(schema: Mapping[str, Any]) -> Form:
    """The form of a form-js schema that is in memory already. Raises Invalid as `read` does."""
    reading = _Reading()
    key = schema.get("id")
    if not isinstance(key, str) or not key.strip():
        reading.problem("The form has no id. Give it one in the editor: it is the key by which a model names the form.")
    fields = reading.fields(schema.get("components"), (), 0)
    if reading.problems:
        problems = reading.problems
        many = f"{len(problems)} problems" if len(problems) > 1 else "A problem"
        raise Invalid(f"{many} must be mended in the form first.", problems)
    return Form(str(key), _title(schema, str(key)), fields, schema, tuple(reading.notes))


def _json(data: bytes) -> Mapping[str, Any]:
    if len(data) > LARGEST:
        _refuse(f"The form is larger than {LARGEST // 1024} KB. Split it into several forms.")
    try:
        schema = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 0
        _refuse("This is not the JSON of a form. Export the form from its editor again.", line)
    if not isinstance(schema, dict) or not isinstance(schema.get("components"), list):
        _refuse('This JSON is no form: it has no list of "components". Export the form from its editor again.')
    return schema


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _refuse(sentence: str, line: int = 0) -> NoReturn:
    raise Invalid(sentence, [Problem(sentence, line=line)])


def _title(schema: Mapping[str, Any], key: str) -> str:
    if isinstance(schema.get("title"), str) and schema["title"].strip():
        return str(schema["title"]).strip()
    for component in schema["components"]:
        text = component.get("text") if component.get("type") == "text" else None
        if isinstance(text, str) and text.startswith("#"):
            return text.splitlines()[0].strip("# ")
    words = key.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


class _Reading:
    """Collects the problems of one form while its components become fields."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []
        self.count = 0
        self.key: str | None = None
        self.taken: set[tuple[str, ...]] = set()

    def problem(self, text: str) -> None:
        self.problems.append(Problem(text, element=self.key))

    def warn(self, text: str) -> None:
        self.notes.append(Problem(text, element=self.key, level="warning"))

    def fields(self, components: Any, path: tuple[str, ...], depth: int) -> tuple[Field, ...]:
        if depth > DEEPEST:
            self.problem(f"The form is nested deeper than {DEEPEST} levels. Make it flatter.")
            return ()
        if not isinstance(components, list):
            self.problem('"components" must be a list of fields.')
            return ()
        return tuple(field for each in components for field in self.component(each, path, depth))

    def component(self, component: Any, path: tuple[str, ...], depth: int) -> Iterator[Field]:
        self.count += 1
        if self.count == MOST_FIELDS + 1:
            self.problem(f"The form has more than {MOST_FIELDS} fields. Split it into several forms.")
        if not isinstance(component, dict):
            self.key = None
            self.problem("A component of the form is not a JSON object. Export the form from its editor again.")
        elif self.count <= MOST_FIELDS:
            self.key = str(component.get("key") or component.get("path") or component.get("id") or "") or None
            kind = component.get("type")
            if kind not in list(FieldKind):
                self.problem(f'The component type "{kind}" cannot be shown. Use one of: {", ".join(FieldKind)}.')
                return
            yield self.field(FieldKind(kind), component, path, depth)

    def field(self, kind: FieldKind, component: dict[str, Any], outer: tuple[str, ...], depth: int) -> Field:
        label = component.get("label")
        shown = Field(
            kind,
            str(component.get("key") or ""),
            label if isinstance(label, str) and not label.startswith("=") else "",
            hidden_when=self.hidden_when(component),
        )
        if kind is FieldKind.GROUP:
            inside = (*outer, *self.path(component.get("path") or "", "path"))
            return replace(shown, fields=self.fields(component.get("components"), inside, depth + 1))
        if kind is FieldKind.DYNAMICLIST:
            return self.rows(shown, component, outer, depth)
        if kind is FieldKind.EXPRESSION:
            self.warn("What this field calculates is shown only and not kept. Calculate it in the process instead.")
            return replace(shown, path=(*outer, *self.path(component.get("key") or "", "key")))
        return self.input(shown, component, outer) if kind in INPUTS else shown

    def rows(self, shown: Field, component: dict[str, Any], outer: tuple[str, ...], depth: int) -> Field:
        below = component.get("path") or ""
        path = self.place((*outer, *self.path(below, "path")), bool(below), "path")
        around, self.taken = self.taken, set()
        fields = self.fields(component.get("components"), (), depth + 1)
        self.taken = around
        fixed = component.get("allowAddRemove") is False
        if not fixed and any(field.readonly or field.disabled for field in fields):
            self.warn("A read-only field is not kept in a list whose rows can be added and removed.")
        return replace(shown, key=shown.key or ".".join(path), path=path, fields=fields, fixed=fixed)

    def input(self, shown: Field, component: dict[str, Any], outer: tuple[str, ...]) -> Field:
        key = component.get("key") or ""
        path = self.place((*outer, *self.path(key, "key")), bool(key), "key")
        readonly = component.get("readonly")
        options, options_from = self.options(shown.kind, component)
        subtype = str(component.get("subtype") or "date") if shown.kind is FieldKind.DATETIME else ""
        if subtype and subtype not in SUBTYPES:
            self.problem(f'The subtype "{subtype}" is not known. Use date, time or datetime.')
        label = shown.label or str(component.get("dateLabel") or component.get("timeLabel") or "")
        return replace(
            shown,
            path=path,
            label=label,
            rules=self.rules(component),
            options=options,
            options_from=options_from,
            subtype=subtype,
            default=component.get("defaultValue"),
            readonly=readonly is True,
            readonly_when=self.condition(readonly, "readonly") if isinstance(readonly, str) else None,
            disabled=component.get("disabled") is True,
            as_text=component.get("serializeToString") is True,
            several=component.get("multiple") not in (None, False, "false"),
        )

    def path(self, text: Any, name: str) -> tuple[str, ...]:
        """The parts of a dotted key or path."""
        parts = tuple(text.split(".")) if isinstance(text, str) and text else ()
        if not isinstance(text, str) or any(not part.strip() for part in parts):
            self.problem(f"The {name} {text!r} is not a name. Use letters and digits, with dots between the parts.")
            return ()
        return parts

    def place(self, path: tuple[str, ...], named: bool, name: str) -> tuple[str, ...]:
        """Take *path* for one field; no other may have it, or stand below it."""
        if not named:
            self.problem(f"A field has no {name}, so its value has no name. Give it one in the editor.")
        elif path in self.taken:
            self.problem(f'Two fields have the key "{".".join(path)}". Give each its own.')
        elif any(path[: len(other)] == other or other[: len(path)] == path for other in self.taken):
            self.problem(f'"{".".join(path)}" is a field and a group of fields. Give one of them another key.')
        else:
            self.taken.add(path)
        return path

    def hidden_when(self, component: dict[str, Any]) -> Condition | None:
        conditional = component.get("conditional")
        hide = conditional.get("hide") if isinstance(conditional, dict) else None
        return self.condition(hide, "hide") if hide not in (None, "") else None

    def condition(self, text: Any, name: str) -> Condition | None:
        if not isinstance(text, str) or not text.startswith("="):
            self.problem(f'The condition of "{name}" must begin with =, for example =country = "DE".')
            return None
        try:
            return read_condition(text)
        except Invalid as refused:
            self.problem(refused.message)
            return None

    def options(self, kind: FieldKind, component: dict[str, Any]) -> tuple[tuple[Option, ...], tuple[str, ...]]:
        if kind not in CHOICES | MANY_CHOICES:
            return (), ()
        if component.get("valuesExpression"):
            name = str(component["valuesExpression"]).removeprefix("=").strip()
            if not all(part.isidentifier() for part in name.split(".")):
                self.problem("Options can come from a variable only: write =name, and calculate it in the process.")
            return (), tuple(name.split("."))
        if component.get("valuesKey"):
            return (), (str(component["valuesKey"]),)
        values = component.get("values")
        if not isinstance(values, list) or not values:
            self.problem("There is nothing to choose from. Give the field options, or the variable that holds them.")
            return (), ()
        return read_options(values), ()

    def rules(self, component: dict[str, Any]) -> Rules:
        given = component.get("validate")
        given = given if isinstance(given, dict) else {}
        return Rules(
            required=given.get("required") is True,
            minimum=self.number(given, "min"),
            maximum=self.number(given, "max"),
            minimum_length=self.whole(given, "minLength"),
            maximum_length=self.whole(given, "maxLength"),
            pattern=self.pattern(given.get("pattern")),
            pattern_message=str(given.get("patternErrorMessage") or ""),
            format=str(given.get("validationType") or "") if given.get("validationType") in ("email", "phone") else "",
            decimal_digits=self.whole(component, "decimalDigits"),
            increment=self.number(component, "increment"),
            not_in_the_past=component.get("disallowPassedDates") is True,
        )

    def number(self, given: dict[str, Any], name: str) -> Decimal | None:
        value = given.get(name)
        if value in (None, ""):
            return None
        try:
            number = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            self.problem(f'"{name}" is {value!r}; write a number. A calculated one cannot be checked here yet.')
            return None
        return number

    def whole(self, given: dict[str, Any], name: str) -> int | None:
        number = self.number(given, name)
        if number is None:
            return None
        if number != int(number) or number < 0:
            self.problem(f'"{name}" is {given[name]!r}; write a whole number.')
            return None
        return int(number)

    def pattern(self, text: Any) -> Pattern | None:
        if text in (None, ""):
            return None
        try:
            return read_pattern(str(text))
        except Invalid as refused:
            self.problem(refused.message)
            return None


def read_options(values: Any) -> tuple[Option, ...]:
    """Options as form-js takes them: plain values, or objects with value and label; anything else is left out."""
    found = []
    for one in values if isinstance(values, list | tuple) else ():
        value = one.get("value", one.get("label")) if isinstance(one, Mapping) else one
        label = one.get("label", value) if isinstance(one, Mapping) else one
        if isinstance(value, str | int | float | Mapping) and value != "":
            found.append(Option(value, str(label)))
    return tuple(found)
