"""Submissions: what the server takes over, and what it refuses in words that help."""

from typing import Any

import pytest

from server.errors import Invalid
from server.forms.definition import Form
from server.forms.dialects.form_js import read_schema
from server.forms.submission import accept


def form(*components: dict[str, Any]) -> Form:
    return read_schema({"id": "request", "components": list(components)})


def field(kind: str, key: str = "it", **more: Any) -> dict[str, Any]:
    return {"type": kind, "key": key, "label": key.capitalize(), **more}


def refusals(shown: Form, values: dict[str, Any], known: dict[str, Any] | None = None) -> dict[str | None, str]:
    with pytest.raises(Invalid) as caught:
        accept(shown, values, known or {})
    return {problem.element: problem.text for problem in caught.value.problems}


def rows(*components: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "dynamiclist", "path": "rows", "label": "Rows", "components": list(components), **more}


COLOURS = [{"value": "red", "label": "Red"}, {"value": 1, "label": "One"}]
REQUIRED = {"required": True}


@pytest.mark.parametrize(
    ("component", "given", "kept"),
    [
        (field("textfield"), "Ada ", "Ada "),
        (field("textfield"), None, ""),
        (field("number"), 6840.5, 6840.5),
        (field("number"), "6840.00", 6840),
        (field("number"), "0.1", 0.1),
        (field("number"), None, None),
        (field("number", serializeToString=True), "6840.00", "6840.00"),
        (field("checkbox"), True, True),
        (field("select", values=COLOURS), 1, 1),
        (field("radio", values=COLOURS), None, None),
        (field("taglist", values=COLOURS), ["red", 1, "red"], ["red", 1]),
        (field("checklist", values=COLOURS), None, []),
        (field("datetime"), "2026-11-21", "2026-11-21"),
        (field("datetime", subtype="time"), "09:30", "09:30"),
        (field("datetime", subtype="datetime"), "2026-11-21T09:30+01:00", "2026-11-21T09:30+01:00"),
        (field("filepicker"), "file1", ["file1"]),
        (field("filepicker", multiple=True), ["file1", "file2"], ["file1", "file2"]),
    ],
)
def test_a_value_that_is_right_is_kept(component: dict[str, Any], given: Any, kept: Any) -> None:
    accepted = accept(form(component), {"it": given}, {})
    assert accepted == {"it": kept}
    assert type(accepted["it"]) is type(kept)


@pytest.mark.parametrize(
    ("component", "given", "words"),
    [
        (field("textfield"), 5, "as text, for example"),
        (field("textfield", validate=REQUIRED), "  ", "is required. Write something"),
        (field("textfield", validate={"minLength": 3}), "ab", "at least 3 characters; it has 2"),
        (field("textfield", validate={"maxLength": 3}), "abcd", "at most 3 characters; it has 4"),
        (field("textfield", validate={"pattern": "^a+$", "patternErrorMessage": "Only a."}), "b", "Only a."),
        (field("textfield", validate={"pattern": "^a+$"}), "a" * 5000, "Shorten it"),
        (field("textarea"), "a" * 100_001, "Shorten it"),
        (field("textfield", validate={"validationType": "email"}), "ada", "for example ada@example.org"),
        (field("textfield", validate={"validationType": "phone"}), "110", "for example +49"),
        (field("number"), "much", 'Write "It" as a number, for example 6840.00.'),
        (field("number", decimalDigits=0), 1.5, "no fraction; write it like 6840."),
        (field("number", decimalDigits=2), 1.005, "at most 2 digits behind the point"),
        (field("number"), True, "as a number"),
        (field("number"), [1], "as a number"),
        (field("number"), "1e999999", "as a number"),
        (field("number"), 10**400, "as a number"),
        (field("number"), "NaN", "as a number"),
        (field("number", validate={"min": 10, "max": 20}), 9, "at least 10; you wrote 9"),
        (field("number", validate={"min": 10, "max": 20}), 20.5, "at most 20; you wrote 20.5"),
        (field("number", increment="0.25"), 0.3, "steps of 0.25"),
        (field("checkbox"), "yes", "true or false"),
        (field("checkbox", validate=REQUIRED), False, "Tick it"),
        (field("select", values=COLOURS), "blue", "Choose one of: red, 1"),
        (field("select", values=COLOURS), True, "none of the choices"),
        (field("select", values=COLOURS), {"value": "red"}, "none of the choices"),
        (field("taglist", values=COLOURS), "red", "as a list of choices"),
        (field("taglist", values=COLOURS), ["blue"], "none of the choices"),
        (field("checklist", values=COLOURS, validate=REQUIRED), [], "is required"),
        (field("datetime"), "21.11.2026", "for example 2026-11-21"),
        (field("datetime"), "2026-02-30", "for example 2026-11-21"),
        (field("datetime", subtype="time"), "25:00", "for example 09:30"),
        (field("datetime", subtype="datetime"), "2026-11-21", "for example 2026-11-21T09:30"),
        (field("datetime", disallowPassedDates=True), "2001-01-01", "is in the past"),
        (field("filepicker"), ["a", "b"], "at most 1 file"),
        (field("filepicker"), "files::1", "Upload the files"),
        (field("filepicker", validate=REQUIRED), [], "Choose a file"),
    ],
)
def test_a_value_that_is_wrong_is_refused_with_what_is_right(component: dict[str, Any], given: Any, words: str) -> None:
    found = refusals(form(component), {"it": given})
    assert list(found) == ["it"]
    assert words in str(found["it"])


def test_an_unknown_form_field_is_refused_by_name_wherever_it_stands() -> None:
    shown = form(field("textfield", "name"), rows(field("textfield", "what")))
    found = refusals(shown, {"name": "x", "admin": True, "rows": [{"what": "a", "price": 1}]})
    assert list(found) == ["admin", "rows.0.price"]
    assert "an unknown form field" in str(found["admin"])


def test_all_problems_are_told_at_once() -> None:
    shown = form(field("number", "amount"), field("textfield", "why", validate=REQUIRED))
    assert list(refusals(shown, {"amount": "x"})) == ["amount", "why"]


def test_a_form_that_is_no_object_is_refused() -> None:
    shown = form({"type": "group", "path": "address", "components": [field("textfield", "street")]})
    assert list(refusals(shown, {"address": "Bonn"})) == ["address"]
    assert list(refusals(form(rows(field("textfield"))), {"rows": {"it": 1}})) == ["rows"]
    assert list(refusals(form(rows(field("textfield"))), {"rows": [5]})) == ["rows.0"]


def test_what_is_left_out_becomes_empty_only_where_no_variable_holds_anything() -> None:
    shown = form(field("checkbox", "urgent"), field("textfield", "note"), field("number", "amount"))
    assert accept(shown, {}, {"note": "kept"}) == {"urgent": False, "amount": None}


def test_readonly_and_disabled_fields_are_never_taken_from_the_submission() -> None:
    shown = form(field("number", "price", readonly=True), field("number", "tax", disabled=True))
    assert accept(shown, {"price": 1, "tax": 2}, {"price": 100}) == {}


def test_a_readonly_field_gives_its_default_where_no_variable_holds_anything() -> None:
    shown = form(field("textfield", "currency", readonly=True, defaultValue="EUR"))
    assert accept(shown, {"currency": "XXX"}, {}) == {"currency": "EUR"}
    assert accept(shown, {"currency": "XXX"}, {"currency": "USD"}) == {}


def test_a_field_is_readonly_when_its_condition_is_met() -> None:
    shown = form(field("number", "price", readonly="=locked = true"))
    assert accept(shown, {"price": 1}, {"locked": True, "price": 5}) == {}
    assert accept(shown, {"price": 1}, {"locked": False, "price": 5}) == {"price": 1}


def test_the_value_of_a_hidden_field_is_dropped_and_not_required() -> None:
    reason = field("textfield", "reason", validate=REQUIRED, conditional={"hide": "=approved = true"})
    shown = form(field("checkbox", "approved"), reason)
    assert accept(shown, {"approved": True, "reason": "secret"}, {}) == {"approved": True}
    assert list(refusals(shown, {"approved": False})) == ["reason"]


def test_what_a_readonly_field_claims_does_not_decide_conditions() -> None:
    reason = field("textfield", "reason", validate=REQUIRED, conditional={"hide": "=amount < 100"})
    shown = form(field("number", "amount", readonly=True), reason)
    assert list(refusals(shown, {"amount": 1}, {"amount": 500})) == ["reason"]


def test_a_field_that_depends_on_a_hidden_one_is_hidden_with_it() -> None:
    second = field("textfield", "b", conditional={"hide": "=a = null"}, validate=REQUIRED)
    shown = form(field("checkbox", "off"), field("textfield", "a", conditional={"hide": "=off"}), second)
    assert accept(shown, {"off": True, "a": "x", "b": "y"}, {}) == {"off": True}


def test_a_hidden_group_hides_its_fields() -> None:
    group = {"type": "group", "conditional": {"hide": "=on = false"}, "components": [field("textfield", "inside")]}
    assert accept(form(field("checkbox", "on"), group), {"on": False, "inside": "x"}, {}) == {"on": False}


def test_fields_of_a_group_with_a_path_become_one_variable_and_leave_its_rest_alone() -> None:
    shown = form({"type": "group", "path": "address", "components": [field("textfield", "street")]})
    known = {"address": {"street": "old", "city": "Bonn"}}
    assert accept(shown, {"address": {"street": "new"}}, known) == {"address": {"street": "new", "city": "Bonn"}}
    assert known == {"address": {"street": "old", "city": "Bonn"}}


def test_options_come_from_the_variable_and_never_from_the_submission() -> None:
    shown = form(field("select", "team", valuesKey="teams"))
    teams = [{"value": "a", "label": "A"}, "b"]
    assert accept(shown, {"team": "b"}, {"teams": teams}) == {"team": "b"}
    assert "Choose one of: a, b" in str(refusals(shown, {"team": "c"}, {"teams": teams})["team"])
    assert "nothing to choose from" in str(refusals(shown, {"team": "c"})["team"])


def test_rows_of_a_list_are_checked_one_by_one() -> None:
    shown = form(rows(field("textfield", "what", validate=REQUIRED), field("number", "price")))
    given = [{"what": "pen", "price": "1.50"}, {"what": "ink", "price": 2}]
    assert accept(shown, {"rows": given}, {}) == {"rows": [{"what": "pen", "price": 1.5}, {"what": "ink", "price": 2}]}
    assert list(refusals(shown, {"rows": [{"what": "pen"}, {"price": "x"}]})) == ["rows.1.what", "rows.1.price"]
    assert list(refusals(shown, {"rows": [{}] * 501})) == ["rows"]


def test_conditions_in_a_row_look_at_that_row() -> None:
    why = field("textfield", "why", validate=REQUIRED, conditional={"hide": "=this.price < 10"})
    shown = form(rows(field("number", "price"), why))
    accepted = accept(shown, {"rows": [{"price": 5, "why": "x"}, {"price": 50, "why": "y"}]}, {})
    assert accepted == {"rows": [{"price": 5}, {"price": 50, "why": "y"}]}
    assert list(refusals(shown, {"rows": [{"price": 5}, {"price": 50}]})) == ["rows.1.why"]


def test_a_list_whose_rows_are_fixed_keeps_what_the_form_does_not_ask() -> None:
    shown = form(rows(field("number", "price", readonly=True), field("checkbox", "ok"), allowAddRemove=False))
    known = {"rows": [{"price": 5, "id": "a"}]}
    assert accept(shown, {"rows": [{"price": 0, "ok": True}]}, known) == {"rows": [{"price": 5, "id": "a", "ok": True}]}
    assert "1 rows and none can be added" in str(refusals(shown, {"rows": []}, known)["rows"])


def test_a_calculated_field_is_sent_by_the_browser_and_not_kept() -> None:
    shown = form(field("expression", "total", expression="=a"), field("number", "a"))
    assert accept(shown, {"total": 5, "a": 1}, {}) == {"a": 1}
