"""A user task without a form asks for the variables that the model reads after it."""

from server.bpmn.definition import Assign, Element, Flow, FormField, FormReference, Kind, Level, Loop, Process
from server.expressions.expression import Expression
from server.forms.definition import FieldKind, Form
from server.forms.generated import generate
from server.forms.submission import accept


def juel(text: str) -> Expression:
    return Expression("${" + text + "}", "juel")


def generated(*conditions: Expression, task: Element | None = None, others: tuple[Element, ...] = ()) -> Form:
    task = task or Element("decide", Kind.USER_TASK, "Decide", outgoing=("to_gateway",))
    flows = [Flow("to_gateway", "decide", "gateway")]
    flows += [Flow(f"flow{number}", "gateway", "end", condition=each) for number, each in enumerate(conditions)]
    gateway = Element("gateway", Kind.EXCLUSIVE_GATEWAY, outgoing=tuple(flow.id for flow in flows[1:]))
    elements = {each.id: each for each in (task, gateway, Element("end", Kind.END_EVENT), *others)}
    return generate(Process("p", "P", Level("p", elements, {flow.id: flow for flow in flows})), task)


def test_what_a_condition_tests_is_asked_in_the_kind_it_is_compared_with() -> None:
    form = generated(
        juel("approved"),
        juel("level > 3"),
        juel("route == 'sea' && weight <= 2.5"),
        juel("route == 'air'"),
        Expression("note != 'none'"),
        Expression("sure == True"),
    )
    assert {field.key: field.kind for field in form.fields} == {
        "approved": FieldKind.CHECKBOX,
        "level": FieldKind.NUMBER,
        "route": FieldKind.SELECT,
        "weight": FieldKind.NUMBER,
        "note": FieldKind.TEXTFIELD,
        "sure": FieldKind.CHECKBOX,
    }
    assert form.title == "Decide"
    route = next(field for field in form.fields if field.key == "route")
    assert [option.value for option in route.options] == ["sea", "air"]


def test_what_the_output_mapping_takes_is_asked_by_the_name_it_has_inside() -> None:
    outputs = (Assign("finalPrice", juel("price")),)
    task = Element("decide", Kind.USER_TASK, outgoing=("to_gateway",), outputs=outputs)
    assert [field.key for field in generated(task=task).fields] == ["price"]


def test_what_other_elements_write_is_not_asked_for() -> None:
    fields = FormReference(fields=(FormField("amount", "Amount", "long"),))
    others = (
        Element("start", Kind.START_EVENT, form=fields),
        Element("script", Kind.SCRIPT_TASK, script_result="score"),
        Element("each", Kind.USER_TASK, loop=Loop("parallel", element_variable="item", result_collection="votes")),
    )
    form = generated(juel("amount > 5"), juel("score > 1"), juel("item == 1"), juel("ok"), others=others)
    assert [field.key for field in form.fields] == ["ok"]


def test_conditions_behind_the_next_activity_are_not_asked_for() -> None:
    form = generated(juel("ok"))
    assert [field.key for field in form.fields] == ["ok"]
    task = Element("decide", Kind.USER_TASK, outgoing=("to_other",))
    other = Element("other", Kind.MANUAL_TASK, outgoing=("on",))
    flows = {"to_other": Flow("to_other", "decide", "other"), "on": Flow("on", "other", "end", condition=juel("late"))}
    elements = {each.id: each for each in (task, other, Element("end", Kind.END_EVENT))}
    assert generate(Process("p", "P", Level("p", elements, flows)), task).fields == ()


def test_a_form_without_fields_is_completed_as_it_stands() -> None:
    form = generated()
    assert form.fields == ()
    assert accept(form, {}, {"amount": 5}) == {}
