"""What a person handed in, checked on the server by the form: the browser's word is not taken for anything."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from server.errors import Invalid, Problem
from server.forms.acceptance import ABSENT, Refused, accept_value, empty_value
from server.forms.conditions import look_up
from server.forms.definition import Field, FieldKind, Form, Option
from server.forms.dialects.form_js import read_options
from server.sentences import say, say_many

MOST_ROWS = 500

Path = tuple[str | int, ...]


def accept(form: Form, values: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """The variables that the submission sets, by name.

    `known` are the variables as they are now: options, conditions and what is readonly come from there. Hidden,
    readonly and disabled fields are never taken from the submission. Raises Invalid with every problem at once; the
    element of a problem is the field's key, within lists its path ("items.0.price").
    """
    problems = list(_unknown(form.fields, values, ()))
    if not problems:
        acceptance = _Acceptance(form, values, known)
        acceptance.run(form.fields, ())
        problems = acceptance.problems
        if not problems:
            return acceptance.accepted
    message = (
        problems[0].text
        if len(problems) == 1
        else say_many(
            "A field of the form needs another look.", "%(number)s fields of the form need another look.", len(problems)
        )
    )
    raise Invalid(message, problems)


def _unknown(fields: Sequence[Field], values: Any, base: Path) -> Iterator[Problem]:
    """A problem for each value that no field asks for, and for each that has not the shape of its group or list."""
    leaves = {field.path: field for field in _leaves(fields)}
    yield from _astray(leaves, values, base, ())


def _astray(leaves: Mapping[tuple[str, ...], Field], values: Any, base: Path, at: tuple[str, ...]) -> Iterator[Problem]:
    if not isinstance(values, Mapping):
        yield Problem(
            say('Write "%(name)s" as an object of fields.', name=_name((*base, *at)) or "values"),
            element=_name((*base, *at)),
        )
        return
    for key, value in values.items():
        path = (*at, str(key))
        name = _name((*base, *path))
        field = leaves.get(path)
        if field is None and any(leaf[: len(path)] == path for leaf in leaves):
            if value is not None:
                yield from _astray(leaves, value, base, path)
        elif field is None:
            yield Problem(
                say('"%(name)s" is not a field of this form: an unknown form field. Leave it out.', name=name),
                element=name,
            )
        elif field.kind is FieldKind.DYNAMICLIST and value is not None:
            yield from _astray_rows(field, value, (*base, *path))


def _astray_rows(field: Field, rows: Any, path: Path) -> Iterator[Problem]:
    if not isinstance(rows, list):
        yield Problem(say('Write "%(name)s" as a list of rows.', name=_name(path)), element=_name(path))
    elif len(rows) > MOST_ROWS:
        yield Problem(
            say('"%(name)s" has more than %(most)s rows. Send fewer.', name=_name(path), most=MOST_ROWS),
            element=_name(path),
        )
    else:
        for index, row in enumerate(rows):
            yield from _unknown(field.fields, row, (*path, index))


def _leaves(fields: Sequence[Field]) -> Iterator[Field]:
    """What stands directly in the submission or row: inputs and lists, those in groups too."""
    for field in fields:
        if field.kind is FieldKind.GROUP:
            yield from _leaves(field.fields)
        elif field.takes_value or field.kind in (FieldKind.DYNAMICLIST, FieldKind.EXPRESSION):
            yield field


class _Acceptance:
    """One submission on its way to variables."""

    def __init__(self, form: Form, values: Mapping[str, Any], known: Mapping[str, Any]) -> None:
        self.values = values
        self.known = known
        self.problems: list[Problem] = []
        self.accepted: dict[str, Any] = {}
        shown = self.shown(form.fields)
        # The browser drops what is hidden and then shows by what is left, so a field may be hidden by either.
        hidden = set(_hidden(form.fields, shown, (), _Row(shown), False))
        filtered = _without(shown, hidden)
        self.hidden = hidden | set(_hidden(form.fields, filtered, (), _Row(filtered), False))
        self.filtered = filtered

    def shown(self, fields: Sequence[Field]) -> dict[str, Any]:
        """The data by which conditions are decided: variables, and over them what the fields hold."""
        data = dict(self.known)
        self.overlay(fields, (), data)
        return data

    def overlay(self, fields: Sequence[Field], base: Path, data: dict[str, Any]) -> None:
        for field in _leaves(fields):
            path: Path = (*base, *field.path)
            if field.kind is FieldKind.DYNAMICLIST:
                rows = _at(self.values, path)
                rows = rows if isinstance(rows, list) else []
                _put(data, path, [{} for _ in rows])
                for index in range(len(rows)):
                    self.overlay(field.fields, (*path, index), data)
            elif field.takes_value:
                _put(data, path, self.held(field, path))

    def held(self, field: Field, path: Path) -> Any:
        """What the field holds for conditions: a number as a number even where it was sent as text."""
        if field.readonly or field.disabled:
            return self.kept(field, path)
        value = _at(self.values, path)
        if value is ABSENT:
            known = _at(self.known, path)
            return empty_value(field) if known is ABSENT else known
        try:
            return accept_value(field, value, None)
        except Refused:
            return value

    def kept(self, field: Field, path: Path) -> Any:
        """The value of a field that the person cannot change."""
        known = _at(self.known, path)
        return (field.default if field.default is not None else empty_value(field)) if known is ABSENT else known

    def run(self, fields: Sequence[Field], base: Path) -> None:
        for field in _leaves(fields):
            path: Path = (*base, *field.path)
            if path in self.hidden or field.kind is FieldKind.EXPRESSION:
                continue
            if field.kind is FieldKind.DYNAMICLIST:
                self.rows(field, path)
            elif self.is_readonly(field, base):
                if field.default is not None and _at(self.accepted if base else self.known, path) is ABSENT:
                    self.put(path, field.default)
            else:
                self.value(field, path)

    def is_readonly(self, field: Field, base: Path) -> bool:
        if field.readonly_when is not None:
            return field.readonly_when.is_met(_row_at(self.filtered, base).context(self.filtered))
        return field.readonly or field.disabled

    def rows(self, field: Field, path: Path) -> None:
        rows = _at(self.values, path)
        if rows is ABSENT:
            return
        count = len(rows or ())
        known = _at(self.known, path) if field.fixed else ABSENT
        if isinstance(known, list) and len(known) != count:
            text = say(
                '"%(title)s" has %(known)s rows and none can be added or removed; send as many.',
                title=field.title,
                known=len(known),
            )
            self.problems.append(Problem(text, element=_name(path)))
            return
        self.put(path, _copy(known) if isinstance(known, list) else [{} for _ in range(count)])
        for index in range(count):
            self.run(field.fields, (*path, index))

    def value(self, field: Field, path: Path) -> None:
        value = _at(self.values, path)
        if value is ABSENT and not field.rules.required:
            if _at(self.known, path) is ABSENT:
                self.put(path, empty_value(field))
            return
        try:
            self.put(path, accept_value(field, None if value is ABSENT else value, self.options(field)))
        except Refused as refused:
            self.problems.append(Problem(refused.args[0], element=_name(path)))

    def options(self, field: Field) -> tuple[Option, ...]:
        return read_options(look_up(self.known, field.options_from)) if field.options_from else field.options

    def put(self, path: Path, value: Any) -> None:
        """Set the value; what a variable holds beside the fields of this form stays as it is."""
        first = path[0]
        if len(path) > 1 and first not in self.accepted and isinstance(self.known.get(str(first)), Mapping):
            self.accepted[str(first)] = _copy(self.known[str(first)])
        _put(self.accepted, path, value)


class _Row:
    """Where a condition stands: `this`, `parent` and `i` as form-js has them."""

    def __init__(self, this: Any, parent: Any = None, indexes: tuple[int, ...] = ()) -> None:
        self.this, self.parent, self.indexes = this, parent, indexes

    def context(self, data: Mapping[str, Any]) -> dict[str, Any]:
        special = {"this": self.this, "parent": self.parent, "i": list(self.indexes)}
        return {**special, **data, **{f"_{name}_": value for name, value in special.items()}}


def _row_at(data: Mapping[str, Any], base: Path) -> _Row:
    row = _Row(data)
    for position, key in enumerate(base):
        if isinstance(key, int):
            row = _Row(_at(data, base[: position + 1]), row.this, (*row.indexes, key + 1))
    return row


def _hidden(fields: Sequence[Field], data: Mapping[str, Any], base: Path, row: _Row, outer: bool) -> Iterator[Path]:
    """The paths of the inputs and lists that are hidden, by their own condition or that of a group around them."""
    for field in fields:
        path: Path = (*base, *field.path)
        hidden = outer or (field.hidden_when is not None and field.hidden_when.is_met(row.context(data)))
        if field.kind is FieldKind.GROUP:
            yield from _hidden(field.fields, data, base, row, hidden)
        elif hidden and field.path:
            yield path
        elif field.kind is FieldKind.DYNAMICLIST:
            rows = _at(data, path)
            for index, inner in enumerate(rows if isinstance(rows, list) else ()):
                inside = _Row(inner, row.this, (*row.indexes, index + 1))
                yield from _hidden(field.fields, data, (*path, index), inside, False)


def _at(data: Any, path: Path) -> Any:
    """The value at *path*, ABSENT where there is none."""
    for key in path:
        if isinstance(key, int):
            if not isinstance(data, list) or key >= len(data):
                return ABSENT
            data = data[key]
        elif isinstance(data, Mapping) and key in data:
            data = data[key]
        else:
            return ABSENT
    return data


def _put(data: Any, path: Path, value: Any) -> None:
    """Set the value at *path*; whatever is on the way and is no mapping is replaced, shared mappings are copied."""
    for key in path[:-1]:
        inner = data[key] if isinstance(key, int) else data.get(key)
        if not isinstance(key, int) and not isinstance(inner, list):
            inner = dict(inner) if isinstance(inner, Mapping) else {}
        data[key] = inner
        data = inner
    data[path[-1]] = value


def _without(data: dict[str, Any], paths: set[Path]) -> dict[str, Any]:
    """A copy of *data* where nothing stands at *paths*."""
    copy = _copy(data)
    for path in paths:
        around = _at(copy, path[:-1])
        if isinstance(around, dict):
            around.pop(str(path[-1]), None)
    return copy  # type: ignore[no-any-return]  # a copy of a mapping is one


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copy(inner) for key, inner in value.items()}
    return [_copy(inner) for inner in value] if isinstance(value, list) else value


def _name(path: Path) -> str:
    return ".".join(str(part) for part in path)
