"""Doubts about a model that can be executed: told as warnings, refusing nothing."""

from tests.bpmn.models import around, codes, model, problems, read

CONDITION = (
    '<sequenceFlow id="c" sourceRef="g" targetRef="no" {}><conditionExpression>${{late}}</conditionExpression>'
    "</sequenceFlow>"
)
ASSIGNED = 'camunda:assignee="anna" camunda:dueDate="2030-01-31T09:00:00Z"'


def warnings(data: bytes) -> set[str]:
    assert problems(data) == []
    return codes(data, "warning")


def decided(first: str = "", second: str = "", attributes: str = ASSIGNED) -> bytes:
    """A review with a decision behind it."""
    yes = f'<sequenceFlow id="d" sourceRef="g" targetRef="yes" {first}/>'
    return model(
        f'<userTask id="t" name="Review the order" {attributes}/>\n<exclusiveGateway id="g" default="d"/>\n'
        f"yes endEvent\nno endEvent\ns startEvent\ns -> t -> g\n{yes}\n{CONDITION.format(second)}"
    )


def test_a_model_without_doubts_has_no_warning() -> None:
    assert warnings(decided('name="yes"', 'name="no"')) == set()


def test_a_decision_whose_ways_have_no_names_is_doubted_once() -> None:
    data = decided()
    assert warnings(data) == {"unlabelled-decision"}
    text = problems(data, "warning")[0]
    assert text.startswith("2 of the 2 ways out of this decision have no name (d, c)")


def test_a_gateway_that_only_joins_needs_no_names() -> None:
    data = model("s startEvent\nf parallelGateway\na task\nb task\ng exclusiveGateway\ns -> f -> a -> g\nf -> b -> g")
    assert "unlabelled-decision" not in codes(data, "warning")


def test_a_review_that_can_only_end_well_is_doubted() -> None:
    data = around(f'<userTask id="x" name="Approve the order" {ASSIGNED}/>')
    assert warnings(data) == {"no-rejection-path"}


def test_a_review_that_can_raise_an_error_says_no_by_that() -> None:
    boundary = '<boundaryEvent id="b" attachedToRef="x"><errorEventDefinition/></boundaryEvent>\nf endEvent\nb -> f'
    data = around(f'<userTask id="x" name="Approve the order" {ASSIGNED}/>\n{boundary}')
    assert "no-rejection-path" not in warnings(data)


def test_work_that_judges_nothing_needs_no_rejection() -> None:
    assert warnings(around(f'<userTask id="x" name="Pack the order" {ASSIGNED}/>')) == set()


def test_a_user_task_for_nobody_is_doubted() -> None:
    data = around('<userTask id="x" camunda:dueDate="2030-01-31T09:00:00Z"/>')
    assert warnings(data) == {"user-task-without-assignment"}


def test_a_lane_is_somebody() -> None:
    lane = '<laneSet><lane id="l" name="Legal"><flowNodeRef>x</flowNodeRef></lane></laneSet>'
    data = around(f'{lane}\n<userTask id="x" camunda:dueDate="2030-01-31T09:00:00Z"/>')
    assert warnings(data) == set()


def test_user_tasks_that_may_stay_undone_are_doubted_in_one_warning() -> None:
    data = model(
        's startEvent\n<userTask id="a" name="Pack" camunda:assignee="anna"/>\n'
        '<userTask id="b" name="Send" camunda:assignee="anna"/>\ns -> a -> b'
    )
    assert warnings(data) == {"escalation-missing"}
    assert problems(data, "warning")[0].startswith("Nothing happens when nobody does this: Pack, Send.")


def test_a_timer_on_the_border_or_around_is_an_escalation() -> None:
    timer = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    border = '<boundaryEvent id="b" attachedToRef="{}">' + timer + "</boundaryEvent>\nf endEvent\nb -> f"
    user_task = '<userTask id="{}" camunda:assignee="anna"/>'
    assert warnings(around(user_task.format("x") + "\n" + border.format("x"))) == set()
    around_it = f'<subProcess id="x">{user_task.format("i")}</subProcess>\n{border.format("x")}'
    assert warnings(around(around_it)) == set()


def test_an_escalation_that_nobody_catches_is_doubted() -> None:
    event = '<intermediateThrowEvent id="{}"><escalationEventDefinition escalationRef="r"/></intermediateThrowEvent>'
    roots = '<escalation id="r" escalationCode="late"/>'
    assert "escalation-not-caught" in warnings(around(event.format("x"), roots))
    catcher = (
        '<boundaryEvent id="b" attachedToRef="x"><escalationEventDefinition escalationRef="r"/></boundaryEvent>'
        "\nf endEvent\nb -> f"
    )
    inside = f'<subProcess id="x">{event.format("i")}</subProcess>\n{catcher}'
    assert "escalation-not-caught" not in warnings(around(inside, roots))


def split_and_joined(split: str, join: str) -> bytes:
    conditions = split != "parallelGateway"
    ways = CONDITION.format("").replace('targetRef="no"', 'targetRef="b"') if conditions else "g -> b"
    default = 'default="g_a"' if conditions else ""
    return model(
        f"s startEvent\ne endEvent\ng {split} {default}\nj {join}\na task\nb task\n"
        f"s -> g -> a -> j -> e\nb -> j\n{ways}"
    )


def test_a_join_of_another_kind_than_its_split_is_doubted() -> None:
    for split, join in (
        ("exclusiveGateway", "parallelGateway"),
        ("parallelGateway", "exclusiveGateway"),
        ("inclusiveGateway", "parallelGateway"),
        ("inclusiveGateway", "exclusiveGateway"),
    ):
        assert "split-and-join-differ" in warnings(split_and_joined(split, join)), (split, join)


def test_a_join_of_the_same_kind_or_an_inclusive_one_is_right() -> None:
    for split in ("exclusiveGateway", "parallelGateway", "inclusiveGateway"):
        for join in (split, "inclusiveGateway"):
            assert "split-and-join-differ" not in warnings(split_and_joined(split, join)), (split, join)


def test_a_possible_deadlock_is_told_with_the_way_that_leads_there() -> None:
    data = split_and_joined("exclusiveGateway", "parallelGateway")
    found = next(problem for problem in read(data).problems if problem.code == "possible-deadlock")
    assert (found.level, found.element) == ("warning", "j")
    assert "on this way: s → g → a." in found.text


def test_tokens_that_come_double_are_told_where_they_go_on() -> None:
    data = split_and_joined("parallelGateway", "exclusiveGateway")
    found = next(problem for problem in read(data).problems if problem.code == "lack-of-synchronisation")
    assert found.element == "e"


def test_a_long_way_is_shortened_in_its_middle() -> None:
    keys = [f"t{number}" for number in range(20)]
    chain = "\n".join(f"{key} task" for key in keys)
    data = model(
        f"s startEvent\n{chain}\ng exclusiveGateway default='g_a'\nj parallelGateway\na task\nb task\n"
        f"{' -> '.join(['s', *keys, 'g', 'a', 'j'])}\nb -> j\n" + CONDITION.format("").replace('"no"', '"b"')
    )
    text = next(problem.text for problem in read(data).problems if problem.code == "possible-deadlock")
    assert "s → t0 → … → t15 → t16 → t17 → t18 → t19 → g → a." in text


def test_a_model_with_problems_is_not_doubted_as_well() -> None:
    data = around('<userTask id="x"/>\ny serviceTask\nx -> y')
    assert "user-task-without-assignment" not in codes(data, "warning")
