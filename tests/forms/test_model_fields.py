"""Fields written in the model become the same form as a form file."""

import pytest

from server.bpmn.definition import FormField, FormReference
from server.errors import Invalid
from server.expressions.expression import Expression
from server.forms.definition import FieldKind
from server.forms.dialects import model_fields
from server.forms.submission import accept


def test_each_type_of_field_becomes_a_field_of_its_kind() -> None:
    types = ("string", "long", "double", "boolean", "date")
    fields = tuple(FormField(key=name, label=name.title(), type=name) for name in types)
    choice = FormField(key="enum", label="", type="enum", options=(("a", "Apple"), ("b", "")))
    form = model_fields.read(FormReference(fields=(*fields, choice)))
    assert [(field.key, field.kind) for field in form.fields] == [
        ("string", FieldKind.TEXTFIELD),
        ("long", FieldKind.NUMBER),
        ("double", FieldKind.NUMBER),
        ("boolean", FieldKind.CHECKBOX),
        ("date", FieldKind.DATETIME),
        ("enum", FieldKind.SELECT),
    ]
    assert [(option.value, option.label) for option in form.fields[-1].options] == [("a", "Apple"), ("b", "b")]
    assert form.schema["components"][4]["subtype"] == "date"


def test_the_constraints_of_a_field_are_checked_on_submission() -> None:
    amount = FormField("amount", "Amount", "long", required=True, minimum="1", maximum="10")
    name = FormField("name", "Name", "string", minimum_length=2, maximum_length=4)
    form = model_fields.read(FormReference(fields=(amount, name)))
    assert accept(form, {"amount": 5, "name": "Ada"}, {}) == {"amount": 5, "name": "Ada"}
    with pytest.raises(Invalid) as caught:
        accept(form, {"amount": 11, "name": "A"}, {})
    assert [problem.element for problem in caught.value.problems] == ["amount", "name"]
    with pytest.raises(Invalid, match="no fraction"):
        accept(form, {"amount": 1.5}, {})


def test_a_required_boolean_takes_no_for_an_answer() -> None:
    form = model_fields.read(FormReference(fields=(FormField("approved", "Approved", "boolean", required=True),)))
    assert accept(form, {"approved": False}, {}) == {"approved": False}


def test_defaults_have_the_type_of_their_field_and_readonly_ones_are_kept() -> None:
    fields = tuple(
        FormField(key, key, key, default=Expression(text, "text"), readonly=True)
        for key, text in (("long", "5"), ("double", "1.5"), ("boolean", "true"), ("string", "5"))
    )
    form = model_fields.read(FormReference(fields=fields))
    assert accept(form, {"long": 9}, {}) == {"long": 5, "double": 1.5, "boolean": True, "string": "5"}


def test_a_calculated_default_and_a_bound_that_is_no_number_are_refused() -> None:
    calculated = FormField("a", "A", "string", default=Expression("${x}", "juel"), line=7)
    with pytest.raises(Invalid, match="calculated") as caught:
        model_fields.read(FormReference(fields=(calculated,)))
    assert [(problem.element, problem.line) for problem in caught.value.problems] == [("a", 7)]
    with pytest.raises(Invalid) as caught:
        model_fields.read(FormReference(fields=(FormField("b", "B", "long", minimum="low"),)))
    assert [problem.element for problem in caught.value.problems] == ["b"]
