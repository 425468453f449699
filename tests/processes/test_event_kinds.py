"""Link, conditional and multiple events, several starts, and events that are defined elsewhere in the file."""

import pytest

from server.engine import facts
from tests.bpmn.models import model, problems, read
from tests.processes.drawn import begin, drawn, play
from tests.processes.player import Player

BELLS = '<signal id="bell" name="bell"/><signal id="horn" name="horn"/><message id="mail" name="mail"/>'


def conditional(text: str) -> str:
    return f"<conditionalEventDefinition><condition>{text}</condition></conditionalEventDefinition>"


def test_a_link_goes_on_where_it_is_caught() -> None:
    moved = play("""
        s startEvent
        x userTask
        <intermediateThrowEvent id="away"><linkEventDefinition name="L"/></intermediateThrowEvent>
        <intermediateCatchEvent id="here"><linkEventDefinition name="L"/></intermediateCatchEvent>
        y userTask
        e endEvent
        s -> x -> away
        here -> y -> e
    """)
    moved.complete("x", "ada")
    assert moved.open == ["y"]
    assert moved.passed == ["s", "x", "away", "here"]
    moved.complete("y", "ada")
    assert moved.completed


def test_an_inclusive_join_waits_for_a_token_that_can_come_by_a_link() -> None:
    joined = play("""
        s startEvent
        <inclusiveGateway id="split"/>
        x userTask
        <intermediateThrowEvent id="away"><linkEventDefinition name="L"/></intermediateThrowEvent>
        <intermediateCatchEvent id="here"><linkEventDefinition name="L"/></intermediateCatchEvent>
        y task
        <inclusiveGateway id="join"/>
        z userTask
        e endEvent
        s -> split -> x -> away
        split -> y -> join -> z -> e
        here -> join
    """)
    assert joined.open == ["x"]
    joined.complete("x", "ada")
    assert joined.open == ["z"]


def test_a_link_that_nobody_catches_is_refused_with_what_to_do() -> None:
    thrown = '<intermediateThrowEvent id="x"><linkEventDefinition name="L"/></intermediateThrowEvent>'
    found = problems(model(f"{thrown}\ns startEvent\ns -> x"))
    assert found == ["No link event of this level catches this link; draw one with the same name."]


CONDITION = f"""
    s startEvent
    <parallelGateway id="split"/>
    <intermediateCatchEvent id="rich">{conditional("amount > 100")}</intermediateCatchEvent>
    u userTask
    v userTask
    a endEvent
    b endEvent
    s -> split -> rich -> a
    split -> u -> v -> b
"""


def test_a_condition_is_heard_when_a_variable_that_it_reads_makes_it_true() -> None:
    waits = play(CONDITION, amount=5)
    assert "rich" in waits.waiting
    waits.complete("u", "ada", amount=50)
    assert "rich" in waits.waiting
    waits.complete("v", "ada", amount=500)
    assert waits.completed
    assert sorted(waits.ends) == ["a", "b"]


def test_a_condition_that_holds_already_does_not_wait() -> None:
    assert play(CONDITION, amount=500).ends == ["a"]


def test_a_condition_about_a_variable_that_is_not_there_yet_does_not_hold() -> None:
    waits = play(CONDITION)
    assert "rich" in waits.waiting
    assert waits.incidents == []
    waits.do("set_variable", "amount", 101)
    assert waits.ends == ["a"]


def test_a_condition_that_fails_is_an_incident_and_can_be_tried_again() -> None:
    waits = play(CONDITION, amount="much")
    assert waits.incidents == ["rich"]
    waits.do("retry", waits.at("rich"))
    assert waits.incidents == ["rich", "rich"]
    waits.do("set_variable", "amount", 101)
    assert waits.ends == ["a"]
    assert len(waits.all(facts.IncidentResolved)) == 2


def test_another_event_ends_the_incident_of_a_condition_behind_a_gateway() -> None:
    waits = play(
        f"""
        s startEvent
        <eventBasedGateway id="race"/>
        <intermediateCatchEvent id="rich">{conditional("amount > 100")}</intermediateCatchEvent>
        <intermediateCatchEvent id="rung"><signalEventDefinition signalRef="bell"/></intermediateCatchEvent>
        e endEvent
        s -> race -> rich -> e
        race -> rung -> e
        """,
        BELLS,
        amount="much",
    )
    assert waits.incidents == ["race"]
    waits.signal("bell")
    assert waits.completed
    assert [fact.element for fact in waits.all(facts.IncidentResolved)] == ["race"]


BOUNDARY = f"""
    s startEvent
    u userTask
    <boundaryEvent id="late" attachedToRef="u" cancelActivity="{{}}">{conditional("days > 3")}</boundaryEvent>
    r userTask
    e endEvent
    s -> u -> e
    late -> r
"""


def test_a_condition_at_a_boundary_interrupts_its_activity() -> None:
    waits = play(BOUNDARY.replace("{}", "true"), days=1)
    waits.do("set_variable", "days", 4)
    assert waits.open == ["r"]
    assert waits.cancelled == ["u"]


def test_a_condition_that_does_not_interrupt_has_to_become_false_before_it_is_heard_again() -> None:
    waits = play(BOUNDARY.replace("{}", "false"), days=1)
    for days in (4, 5, 2, 6):
        waits.do("set_variable", "days", days)
    assert waits.open == ["u", "r", "r"]


def test_a_condition_behind_an_event_based_gateway_can_be_the_first() -> None:
    waits = play(f"""
        s startEvent
        <eventBasedGateway id="race"/>
        <intermediateCatchEvent id="rich">{conditional("amount > 100")}</intermediateCatchEvent>
        <intermediateCatchEvent id="late"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>
        </intermediateCatchEvent>
        a endEvent
        b endEvent
        s -> race -> rich -> a
        race -> late -> b
    """)
    waits.do("set_variable", "amount", 101)
    assert waits.completed
    assert waits.ends == ["a"]


@pytest.mark.parametrize(("interrupting", "open_after"), [("true", ["r"]), ("false", ["u", "r"])])
def test_a_condition_can_begin_an_event_sub_process(interrupting: str, open_after: list[str]) -> None:
    inside = f'<startEvent id="low" isInterrupting="{interrupting}">{conditional("stock &lt; 5")}</startEvent>'
    inside += '<userTask id="r"/><sequenceFlow id="f" sourceRef="low" targetRef="r"/>'
    text = f's startEvent\nu userTask\ns -> u\n<subProcess id="x" triggeredByEvent="true">{inside}</subProcess>'
    waits = play(text, stock=9)
    assert waits.open == ["u"]
    waits.do("set_variable", "stock", 3)
    assert waits.open == open_after


TWO = '<signalEventDefinition signalRef="bell"/><signalEventDefinition signalRef="horn"/>'


def multiple(parallel: bool) -> Player:
    word = "true" if parallel else "false"
    return play(
        f"""
        s startEvent
        <intermediateCatchEvent id="x" parallelMultiple="{word}">{TWO}</intermediateCatchEvent>
        e endEvent
        s -> x -> e
        """,
        BELLS,
    )


@pytest.mark.parametrize("name", ["bell", "horn"])
def test_any_of_several_triggers_is_enough(name: str) -> None:
    waits = multiple(parallel=False)
    waits.signal(name, loud=True)
    assert waits.completed
    assert waits.variables == {"loud": True}


def test_all_of_several_triggers_have_to_come_where_the_event_is_parallel() -> None:
    waits = multiple(parallel=True)
    waits.signal("horn", second=2)
    assert waits.waiting == ["x"]
    waits.signal("bell", first=1)
    assert waits.completed
    assert waits.variables == {"first": 1, "second": 2}


def test_a_boundary_event_that_wants_all_of_several_triggers_wants_them_all_again() -> None:
    waits = play(
        f"""
        s startEvent
        u userTask
        <boundaryEvent id="x" attachedToRef="u" cancelActivity="false" parallelMultiple="true">{TWO}</boundaryEvent>
        r userTask
        e endEvent
        s -> u -> e
        x -> r
        """,
        BELLS,
    )
    for name in ("bell", "horn", "horn"):
        waits.signal(name)
    assert waits.open == ["u", "r"]
    waits.signal("bell")
    assert waits.open == ["u", "r", "r"]


def test_where_all_have_to_come_again_a_condition_that_still_holds_has_to_become_false_before() -> None:
    both = f'<signalEventDefinition signalRef="bell"/>{conditional("n > 4")}'
    waits = play(
        f"""
        s startEvent
        u userTask
        v userTask
        <boundaryEvent id="x" attachedToRef="u" cancelActivity="false" parallelMultiple="true">{both}</boundaryEvent>
        r userTask
        s -> u
        s -> v
        x -> r
        """,
        BELLS,
        n=5,
    )
    waits.signal("bell")
    waits.signal("bell")
    assert waits.open == ["u", "v", "r"]
    waits.do_at(lambda execution, moment: execution.set_variable("n", 4, moment))
    waits.do_at(lambda execution, moment: execution.set_variable("n", 5, moment))
    assert waits.open == ["u", "v", "r", "r"]


def test_an_event_sub_process_can_want_all_of_several_triggers() -> None:
    inside = f'<startEvent id="both" parallelMultiple="true">{TWO}</startEvent><userTask id="r"/>'
    inside += '<sequenceFlow id="f" sourceRef="both" targetRef="r"/>'
    text = f's startEvent\nu userTask\ns -> u\n<subProcess id="x" triggeredByEvent="true">{inside}</subProcess>'
    waits = play(text, BELLS)
    waits.signal("horn", second=2)
    assert waits.open == ["u"]
    waits.signal("bell", first=1)
    assert waits.open == ["r"]
    assert waits.variables == {"first": 1, "second": 2}


def test_an_event_throws_each_of_its_triggers() -> None:
    thrown = play(
        """
        s startEvent
        <endEvent id="x"><messageEventDefinition messageRef="mail"/><signalEventDefinition signalRef="bell"/></endEvent>
        s -> x
        """,
        BELLS,
    )
    assert thrown.completed
    assert [fact.name for fact in thrown.all(facts.MessageThrown)] == ["mail"]
    assert [fact.name for fact in thrown.all(facts.SignalThrown)] == ["bell"]


SEVERAL_STARTS = f"""
    s startEvent
    <startEvent id="rung">{TWO}</startEvent>
    <startEvent id="posted" parallelMultiple="true"><messageEventDefinition messageRef="mail"/>
    <signalEventDefinition signalRef="bell"/></startEvent>
    u userTask
    e endEvent
    s -> u -> e
    rung -> u
    posted -> u
"""


def test_each_of_several_start_events_begins_an_instance_of_its_own() -> None:
    assert play(SEVERAL_STARTS, BELLS).passed == ["s"]
    rung = begin(SEVERAL_STARTS, "rung", {"loud": True}, BELLS, number=1)
    assert rung.passed == ["rung"]
    assert rung.variables == {"loud": True}


def test_a_start_that_wants_all_of_several_triggers_begins_with_the_first_and_waits_for_the_others() -> None:
    posted = begin(SEVERAL_STARTS, "posted", {"letter": 1}, BELLS)
    assert posted.waiting == ["posted"]
    posted.signal("bell", loud=True)
    assert posted.open == ["u"]
    assert posted.variables == {"letter": 1, "loud": True}


def test_a_process_without_start_and_end_events_begins_at_whatever_nothing_leads_to() -> None:
    both = play("x userTask\ny userTask\nz task\nx -> z")
    assert both.open == ["x", "y"]
    both.complete("x", "ada")
    both.complete("y", "ada")
    assert both.completed


def test_an_event_definition_that_stands_elsewhere_in_the_file_is_found_with_and_without_a_prefix() -> None:
    roots = BELLS + '<signalEventDefinition id="ring" signalRef="me:bell"/>'
    for reference in ("ring", "me:ring"):
        heard = play(
            f"""
            s startEvent
            <intermediateCatchEvent id="x"><eventDefinitionRef>{reference}</eventDefinitionRef></intermediateCatchEvent>
            e endEvent
            s -> x -> e
            """,
            roots,
        )
        heard.signal("bell")
        assert heard.completed


def test_a_conditional_start_is_an_opener_of_its_process() -> None:
    process, _ = drawn(f'<startEvent id="x">{conditional("stock &lt; 5")}</startEvent>\nu userTask\nx -> u')
    assert [trigger.kind for trigger in process.level.openers()["x"]] == ["conditional"]
    assert process.level.plain_starts() == ()


def test_an_event_without_a_condition_is_refused_with_an_example() -> None:
    found = read(model(f'<startEvent id="x">{conditional("")}</startEvent>\nu userTask\nx -> u')).problems
    assert "The conditional event has no condition; write one, such as amount &gt; 100.".replace("&gt;", ">") in [
        problem.text for problem in found
    ]
