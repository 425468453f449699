"""Ad-hoc sub-processes: people choose what is done next, until enough has been done; and business rule tasks."""

import pytest

from server.engine import facts
from server.errors import Conflict
from tests.processes.drawn import play
from tests.processes.player import Player


def ad_hoc(attributes: str = "", condition: str = "", inside: str = "") -> Player:
    done = f"<completionCondition>{condition}</completionCondition>" if condition else ""
    flow = '<sequenceFlow id="f" sourceRef="b" targetRef="c"/>'
    work = inside or f'<userTask id="a"/><userTask id="b"/><task id="c"/>{flow}'
    return play(f"""
        s startEvent
        <adHocSubProcess id="x" {attributes}>{work}{done}</adHocSubProcess>
        u userTask
        s -> x -> u
    """)


def pick(player: Player, key: str) -> None:
    number = player.at("x")
    player.do_at(lambda execution, moment: execution.start_ad_hoc(number, key, moment, "ada"))


def finish(player: Player) -> None:
    player.do("finish_ad_hoc", player.at("x"))


def test_nothing_is_begun_before_somebody_chooses() -> None:
    chosen = ad_hoc()
    assert chosen.waiting == ["x"]
    pick(chosen, "b")
    assert chosen.open == ["b"]
    assert [(fact.picked, fact.person) for fact in chosen.all(facts.AdHocActivityPicked)] == [("b", "ada")]
    chosen.complete("b", "ada")
    assert "c" in chosen.passed
    assert chosen.waiting == ["x"]


def test_the_same_can_be_chosen_again_and_several_at_once() -> None:
    chosen = ad_hoc()
    for key in ("a", "a", "b"):
        pick(chosen, key)
    assert chosen.open == ["a", "a", "b"]


def test_what_a_flow_leads_to_cannot_be_chosen() -> None:
    with pytest.raises(Conflict, match="nothing that can be chosen"):
        pick(ad_hoc(), "c")


def test_where_the_ordering_is_sequential_one_is_done_after_the_other() -> None:
    chosen = ad_hoc('ordering="Sequential"')
    pick(chosen, "b")
    with pytest.raises(Conflict, match="one is done after the other"):
        pick(chosen, "a")
    chosen = ad_hoc('ordering="Sequential"')
    pick(chosen, "b")
    chosen.complete("b", "ada")
    pick(chosen, "a")
    assert chosen.open == ["a"]


def test_the_completion_condition_ends_it_and_what_still_goes_on() -> None:
    chosen = ad_hoc(condition="enough == 1")
    pick(chosen, "a")
    pick(chosen, "b")
    chosen.complete("a", "ada", enough=1)
    assert chosen.open == ["u"]
    assert chosen.cancelled == ["b"]


def test_what_still_goes_on_may_be_done_first() -> None:
    chosen = ad_hoc('cancelRemainingInstances="false"', "enough == 1")
    pick(chosen, "a")
    pick(chosen, "b")
    chosen.complete("a", "ada", enough=1)
    assert chosen.open == ["b"]
    with pytest.raises(Conflict, match="about to end"):
        chosen.do_at(lambda execution, moment: execution.start_ad_hoc(chosen.at("x"), "a", moment))


def test_what_was_done_first_ends_it() -> None:
    chosen = ad_hoc('cancelRemainingInstances="false"', "enough == 1")
    pick(chosen, "a")
    pick(chosen, "b")
    chosen.complete("a", "ada", enough=1)
    chosen.complete("b", "ada")
    assert chosen.open == ["u"]


def test_without_a_condition_it_ends_when_somebody_says_so() -> None:
    chosen = ad_hoc()
    pick(chosen, "a")
    finish(chosen)
    assert chosen.open == ["u"]
    assert chosen.cancelled == ["a"]


def test_with_a_condition_nobody_else_says_when_it_ends() -> None:
    with pytest.raises(Conflict, match="ends by its own condition"):
        finish(ad_hoc(condition="enough == 1"))


def test_a_condition_that_fails_is_an_incident_and_is_asked_again() -> None:
    chosen = ad_hoc(condition="enough == 1")
    pick(chosen, "a")
    chosen.complete("a", "ada")
    assert chosen.incidents == ["x"]
    chosen.do("set_variable", "enough", 1)
    chosen.do("retry", chosen.at("x"))
    assert chosen.open == ["u"]


SCRIPTS = "".join(f'<scriptTask id="{key}"><script>log = log + ["{key}"]</script></scriptTask>' for key in "ab")


@pytest.mark.parametrize("ordering", ["Parallel", "Sequential"])
def test_where_nothing_needs_a_person_each_is_done_once(ordering: str) -> None:
    inside = f'<adHocSubProcess id="x" ordering="{ordering}">{SCRIPTS}</adHocSubProcess>'
    by_itself = play(f"s startEvent\n{inside}\nu userTask\ns -> x -> u", log=[])
    assert by_itself.open == ["u"]
    assert by_itself.variables["log"] == ["a", "b"]


def test_a_boundary_event_can_end_an_ad_hoc_sub_process() -> None:
    late = play("""
        s startEvent
        <adHocSubProcess id="x"><userTask id="a"/></adHocSubProcess>
        <boundaryEvent id="late" attachedToRef="x"><timerEventDefinition><timeDuration>PT1H</timeDuration>
        </timerEventDefinition></boundaryEvent>
        u userTask
        v userTask
        s -> x -> u
        late -> v
    """)
    pick(late, "a")
    late.wait(hours=1)
    assert late.open == ["v"]


DECIDES = (
    '<businessRuleTask id="x" camunda:decisionRef="{}" camunda:resultVariable="cheap" '
    'camunda:mapDecisionResult="singleEntry"/>'
)


def test_a_business_rule_task_puts_the_result_of_its_decision_into_a_variable() -> None:
    decided = play("s startEvent\n" + DECIDES.format("price") + "\ns -> x", amount=12)
    assert decided.completed
    assert decided.variables == {"amount": 12, "cheap": True}
    assert [fact.told for fact in decided.all(facts.DecisionMade)] == [{"key": "price"}]


def test_a_decision_that_cannot_be_made_is_an_incident() -> None:
    decided = play("s startEvent\n" + DECIDES.format("broken") + "\ns -> x", amount=12)
    assert [fact.message for fact in decided.all(facts.IncidentRaised)] == ["The decision 'broken' cannot be made."]
