"""People choose what is done next in an ad-hoc sub-process, if they may see it."""

import pytest

from server.commands import ad_hoc, groups, people, process_instances, user_tasks
from server.database import db
from server.errors import Conflict, Forbidden, NotFound
from server.identity.actor import CONSOLE, Actor, person_actor
from server.queries.ad_hoc import open_ad_hoc
from server.records.activity_instance import ActivityInstance
from server.records.process_instance import ProcessInstance
from server.records.user_task import UserTask
from server.runtime.involvement import involve
from tests.commands.conftest import deploy, flows

CASE = (
    '<startEvent id="begin"/><adHocSubProcess id="case" name="Case"{}>'
    '<userTask id="call" name="Call" camunda:candidateGroups="clerks"><documentation>Call them.</documentation>'
    "</userTask>"
    '<userTask id="write" name="Write" camunda:candidateGroups="clerks"/></adHocSubProcess><endEvent id="done"/>'
    + flows("begin>case", "case>done")
)


def _start(actor: Actor, attributes: str = "") -> tuple[str, int]:
    deploy(("files", CASE.format(attributes)))
    instance_id = process_instances.start(actor, "files", {}).instance_id
    (case,) = open_ad_hoc(actor, instance_id)
    return instance_id, case.activity


def _open(instance_id: str) -> list[str]:
    db.session.rollback()
    rows = db.session.query(UserTask).filter_by(instance_id=instance_id, state="open")
    return sorted(row.element_key for row in rows)


def test_what_may_be_begun_is_what_no_flow_leads_to(ann: Actor) -> None:
    instance_id, _ = _start(ann)
    (case,) = open_ad_hoc(ann, instance_id)
    assert (case.element_key, case.name, case.waits, case.may_finish) == ("case", "Case", False, True)
    assert [(each.element_key, each.name, each.documentation, each.running) for each in case.choices] == [
        ("call", "Call", "Call them.", 0),
        ("write", "Write", "", 0),
    ]


def test_who_chooses_begins_a_user_task(ann: Actor) -> None:
    instance_id, case = _start(ann)
    ad_hoc.start_activity(ann, instance_id, case, "write")
    ad_hoc.start_activity(ann, instance_id, case, "write")
    assert _open(instance_id) == ["write", "write"]
    assert [each.running for each in open_ad_hoc(ann, instance_id)[0].choices] == [0, 2]


def test_who_chooses_is_told_which_user_task_it_led_to_if_it_is_theirs(ann: Actor, stranger: Actor) -> None:
    instance_id, case = _start(ann)
    user_task_id = ad_hoc.start_activity(ann, instance_id, case, "call")
    assert user_task_id is not None
    user_tasks.complete(ann, user_task_id, {})
    assert [each.done for each in open_ad_hoc(ann, instance_id)[0].choices] == [1, 0]
    made = ad_hoc.start_activity(ann, instance_id, case, "write")
    assert made is not None
    people.create(CONSOLE, "zoe", "Zoe", "a long enough password", ["participant"])
    user_tasks.delegate(ann, made, "zoe", "please")
    assert ad_hoc.start_activity(stranger, instance_id, case, "call") is None


def test_what_was_taken_back_does_not_count_as_done(ann: Actor, olga: Actor) -> None:
    instance_id, case = _start(ann)
    ad_hoc.start_activity(ann, instance_id, case, "call")
    ad_hoc.start_activity(ann, instance_id, case, "write")
    db.session.rollback()
    visit = db.session.query(ActivityInstance).filter_by(instance_id=instance_id, element_key="write").one()
    process_instances.move(olga, instance_id, [visit.activity], [], "Not needed")
    assert [(each.running, each.done) for each in open_ad_hoc(ann, instance_id)[0].choices] == [(1, 0), (0, 0)]


def test_of_several_at_once_each_is_one_to_choose_in(ann: Actor) -> None:
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
    deploy(("files", CASE.format("").replace("</adHocSubProcess>", f"{loop}</adHocSubProcess>")))
    instance_id = process_instances.start(ann, "files", {}).instance_id
    first, second = open_ad_hoc(ann, instance_id)
    assert (first.name, second.name) == ("Case 1", "Case 2")
    ad_hoc.start_activity(ann, instance_id, second.activity, "write")
    assert [one.running for one in open_ad_hoc(ann, instance_id)] == [0, 1]


def test_where_nothing_needs_a_person_there_is_nothing_to_choose(ann: Actor) -> None:
    inside = '<serviceTask id="x" camunda:type="external" camunda:topic="lookup"/>'
    body = f'<startEvent id="begin"/><adHocSubProcess id="case">{inside}</adHocSubProcess>' + flows("begin>case")
    deploy(("files", body))
    instance_id = process_instances.start(ann, "files", {}).instance_id
    db.session.rollback()
    assert db.session.get_one(ProcessInstance, instance_id).state == "active"
    assert open_ad_hoc(ann, instance_id) == ()


def test_where_one_is_done_after_the_other_nothing_can_be_begun_meanwhile(ann: Actor) -> None:
    instance_id, case = _start(ann, ' ordering="Sequential"')
    ad_hoc.start_activity(ann, instance_id, case, "write")
    assert open_ad_hoc(ann, instance_id)[0].waits
    with pytest.raises(Conflict, match="one is done after the other"):
        ad_hoc.start_activity(ann, instance_id, case, "call")
    db.session.rollback()
    user_task = db.session.query(UserTask).filter_by(instance_id=instance_id).one()
    user_tasks.complete(ann, user_task.id, {})
    ad_hoc.start_activity(ann, instance_id, case, "call")
    assert _open(instance_id) == ["call"]


def test_who_says_that_enough_has_been_done_ends_it(ann: Actor) -> None:
    instance_id, case = _start(ann)
    ad_hoc.start_activity(ann, instance_id, case, "write")
    ad_hoc.finish(ann, instance_id, case)
    db.session.rollback()
    assert db.session.get_one(ProcessInstance, instance_id).state == "completed"
    assert _open(instance_id) == []
    assert open_ad_hoc(ann, instance_id) == ()


def test_who_may_not_see_the_instance_neither_sees_nor_makes_a_choice(ann: Actor, stranger: Actor) -> None:
    instance_id, case = _start(ann)
    with pytest.raises(NotFound):
        open_ad_hoc(stranger, instance_id)
    with pytest.raises(NotFound):
        ad_hoc.start_activity(stranger, instance_id, case, "write")


def test_who_only_sees_the_instance_has_no_choice_to_make(ann: Actor, stranger: Actor) -> None:
    instance_id, case = _start(ann)
    involve(instance_id, ["zoe"])
    db.session.commit()
    assert open_ad_hoc(stranger, instance_id) == ()
    with pytest.raises(Forbidden, match="Others choose what is done in Case"):
        ad_hoc.start_activity(stranger, instance_id, case, "write")
    with pytest.raises(Forbidden):
        ad_hoc.finish(stranger, instance_id, case)
    assert _open(instance_id) == []


def test_whom_the_model_names_chooses_and_nobody_else_but_an_operator(ann: Actor, bob: Actor, stranger: Actor) -> None:
    olga = person_actor("olga", "Olga", frozenset({"operator", "participant"}))
    people.create(CONSOLE, "zoe", "Zoe", "a long enough password", ["participant"])
    instance_id, case = _named_start(ann, stranger, ' camunda:assignee="zoe"')
    ad_hoc.start_activity(stranger, instance_id, case, "write")
    ad_hoc.start_activity(olga, instance_id, case, "write")
    for other in (ann, bob):
        with pytest.raises((Forbidden, NotFound)):
            ad_hoc.start_activity(other, instance_id, case, "write")
    assert _open(instance_id) == ["write", "write"]


def _named_start(starter: Actor, chooser: Actor, attributes: str) -> tuple[str, int]:
    deploy(("files", CASE.format(attributes)))
    instance_id = process_instances.start(starter, "files", {}).instance_id
    (case,) = open_ad_hoc(chooser, instance_id)
    assert open_ad_hoc(starter, instance_id) == ()
    return instance_id, case.activity


def test_a_group_that_the_model_names_sees_the_instance_and_chooses(ann: Actor) -> None:
    people.create(CONSOLE, "zoe", "Zoe", "a long enough password", ["participant"])
    groups.create(CONSOLE, "experts", "Experts")
    groups.add_member(CONSOLE, "experts", "zoe")
    expert = person_actor("zoe", "Zoe", frozenset({"participant"}), frozenset({"experts"}))
    instance_id, case = _named_start(ann, expert, ' camunda:candidateGroups="Experts"')
    assert ad_hoc.start_activity(expert, instance_id, case, "write") is None


def test_a_lane_names_who_chooses(ann: Actor) -> None:
    people.create(CONSOLE, "zoe", "Zoe", "a long enough password", ["participant"])
    groups.create(CONSOLE, "experts", "Experts")
    groups.add_member(CONSOLE, "experts", "zoe")
    expert = person_actor("zoe", "Zoe", frozenset({"participant"}), frozenset({"experts"}))
    lanes = '<laneSet id="lanes"><lane id="l" name="Experts"><flowNodeRef>case</flowNodeRef></lane></laneSet>'
    deploy(("files", lanes + CASE.format("")))
    instance_id = process_instances.start(ann, "files", {}).instance_id
    assert [case.name for case in open_ad_hoc(expert, instance_id)] == ["Case"]
    assert open_ad_hoc(ann, instance_id) == ()


def test_who_is_excluded_from_a_choice_does_not_make_it(ann: Actor, bob: Actor) -> None:
    excluded = '<extensionElements><camunda:properties><camunda:property name="excludedUsers" value="bob"/>'
    excluded += "</camunda:properties></extensionElements>"
    who = ' camunda:candidateGroups="clerks"'
    named = CASE.format(who).replace(f'name="Case"{who}>', f'name="Case"{who}>{excluded}')
    deploy(("files", named))
    instance_id = process_instances.start(ann, "files", {}).instance_id
    assert len(open_ad_hoc(ann, instance_id)) == 1
    involve(instance_id, ["bob"])
    db.session.commit()
    assert open_ad_hoc(bob, instance_id) == ()
