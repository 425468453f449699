"""Which processes a process calls."""

from server.bpmn.calls import calls, unavoidable_calls
from tests.bpmn.models import model, read


def test_literal_keys_are_followed_and_calculated_ones_are_not() -> None:
    inner = "<subProcess id='b'><callActivity id='i' calledElement='inner'/></subProcess>"
    data = model(f"a callActivity calledElement='outer'\n{inner}\nc callActivity calledElement='${{any}}'\na -> b -> c")
    assert calls(read(data).processes[0]) == ("outer", "inner")


def test_a_call_on_the_only_way_cannot_be_avoided() -> None:
    data = model("s startEvent\na callActivity calledElement='p'\ns -> a")
    assert unavoidable_calls(read(data).processes[0]) == ("p",)


def test_a_call_behind_a_choice_can_be_avoided() -> None:
    data = model("s startEvent\ng exclusiveGateway\na callActivity calledElement='p'\nb task\ns -> g -> a\ng -> b")
    assert unavoidable_calls(read(data).processes[0]) == ()
