"""Compensation and transactions from the file to the end: what is undone, in which order, and what comes after."""

from server.engine import facts
from tests.processes.drawn import drawn, play
from tests.processes.player import Player

ALL = "<compensateEventDefinition/>"


def undone(key: str, tag: str = "userTask", loop: str = "") -> str:
    """An activity with another one that undoes it."""
    return f"""
        <{tag} id="{key}">{loop}</{tag}>
        <boundaryEvent id="{key}_c" attachedToRef="{key}"><compensateEventDefinition/></boundaryEvent>
        <userTask id="undo_{key}" isForCompensation="true"/>
        <association id="{key}_a" sourceRef="{key}_c" targetRef="undo_{key}"/>
    """


def thrown(key: str, definition: str = ALL) -> str:
    return f'<intermediateThrowEvent id="{key}">{definition}</intermediateThrowEvent>'


def flow(source: str, target: str) -> str:
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'


def test_a_booking_is_undone_in_reverse_order_while_the_event_waits() -> None:
    run = play(
        f"s startEvent\n{undone('hotel')}\n{undone('flight')}\n{thrown('t')}\ne endEvent\n"
        "s -> hotel -> flight -> t -> e"
    )
    run.complete("hotel", "ada")
    run.complete("flight", "ada")
    assert run.open == ["undo_flight"]
    run.complete("undo_flight", "ada")
    assert run.open == ["undo_hotel"]
    run.complete("undo_hotel", "ada")
    assert run.completed
    assert run.passed[-6:] == ["flight_c", "undo_flight", "hotel_c", "undo_hotel", "t", "e"]
    assert [fact.element for fact in run.all(facts.ActivityCompensated)] == ["flight", "hotel"]


def test_one_activity_is_undone_by_its_reference_and_the_event_need_not_wait() -> None:
    one = thrown("t", '<compensateEventDefinition activityRef="hotel" waitForCompletion="false"/>')
    run = play(
        f"s startEvent\n{undone('hotel')}\n{undone('flight')}\n{one}\nx userTask\ns -> hotel -> flight -> t -> x"
    )
    run.complete("hotel", "ada")
    run.complete("flight", "ada")
    assert sorted(run.open) == ["undo_hotel", "x"]


def test_a_sub_process_is_undone_from_inside_with_its_variables_as_they_were() -> None:
    loop = (
        '<multiInstanceLoopCharacteristics isSequential="true" camunda:collection="${guests}"'
        ' camunda:elementVariable="guest"/>'
    )
    inside = f"<startEvent id='ps'/>{undone('invite')}{flow('ps', 'invite')}"
    run = play(
        f"s startEvent\n<subProcess id='part'>{loop}{inside}</subProcess>\n{thrown('t')}\ne endEvent\n"
        "s -> part -> t -> e",
        guests=["ann", "bob"],
    )
    run.complete("invite", "ada")
    run.complete("invite", "ada")
    names = []
    for _ in range(2):
        names.append(run._straight._instance.all[run.at("undo_invite")].scope["guest"])
        run.complete("undo_invite", "ada")
    assert names == ["bob", "ann"]
    assert run.completed


def test_an_event_sub_process_for_compensation_says_how() -> None:
    how = (
        '<subProcess id="how" triggeredByEvent="true"><startEvent id="hs"><compensateEventDefinition/></startEvent>'
        f'<userTask id="ask"/>{thrown("ht")}{flow("hs", "ask")}{flow("ask", "ht")}</subProcess>'
    )
    inside = f"<startEvent id='ps'/>{undone('a')}{flow('ps', 'a')}{how}"
    run = play(
        f"s startEvent\n<subProcess id='part'>{inside}</subProcess>\n{thrown('t')}\ne endEvent\ns -> part -> t -> e"
    )
    run.complete("a", "ada")
    assert run.open == ["ask"]
    run.complete("ask", "ada")
    assert run.open == ["undo_a"]
    run.complete("undo_a", "ada")
    assert run.completed


def test_a_cancelled_transaction_is_undone_and_then_left() -> None:
    cancel = '<endEvent id="stop"><cancelEventDefinition/></endEvent>'
    flows = flow("ts", "pay") + flow("pay", "ship") + flow("ship", "stop")
    inside = f"<startEvent id='ts'/>{undone('pay')}<userTask id='ship'/>{cancel}{flows}"
    caught = '<boundaryEvent id="b" attachedToRef="t"><cancelEventDefinition/></boundaryEvent>'
    run = play(
        f"s startEvent\n<transaction id='t'>{inside}</transaction>\n{caught}\nsorry userTask\nwell endEvent\n"
        "s -> t -> well\nb -> sorry"
    )
    run.complete("pay", "ada")
    run.complete("ship", "ada")
    assert run.open == ["undo_pay"]
    run.complete("undo_pay", "ada")
    assert run.open == ["sorry"]
    assert run.cancelled == ["t"]
    run.complete("sorry", "ada")
    assert run.completed


def test_a_call_activity_is_undone_by_what_stands_at_its_border() -> None:
    called = undone("c", "callActivity").replace('<callActivity id="c"', '<callActivity id="c" calledElement="other"')
    run = Player(drawn(f"s startEvent\n{called}\n{thrown('t')}\ne endEvent\ns -> c -> t -> e"), {}, calls=False)
    run.do("return_from_call", run.at("c"), {})
    assert run.open == ["undo_c"]
