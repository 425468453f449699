"""The form of a completed user task: the values of the moment at which it was handed in, and those of its own scope."""

from flask import Flask
from sqlalchemy import select

from server.commands import deployments, process_instances, user_tasks
from server.database import db
from server.identity.actor import CONSOLE
from server.queries import forms
from server.records.user_task import UserTask
from tests.web.purchases import actor

MODEL = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  targetNamespace="http://example.org/tests">
  <process id="votes" isExecutable="true">
    <startEvent id="begin"/><sequenceFlow id="f1" sourceRef="begin" targetRef="name"/>
    <scriptTask id="name" scriptFormat="python"><script>voters = ["Ada", "Grace"]
vote = "nothing yet"</script></scriptTask>
    <sequenceFlow id="f2" sourceRef="name" targetRef="ask"/>
    <userTask id="ask" name="Vote" camunda:candidateGroups="approvers" camunda:formKey="ballot">
      <multiInstanceLoopCharacteristics camunda:collection="voters" camunda:elementVariable="voter"/>
    </userTask>
    <sequenceFlow id="f3" sourceRef="ask" targetRef="forget"/>
    <scriptTask id="forget" scriptFormat="python"><script>vote = "burnt"</script></scriptTask>
    <sequenceFlow id="f4" sourceRef="forget" targetRef="end"/><endEvent id="end"/>
  </process>
</definitions>"""
FORM = b"""{"type": "default", "id": "ballot", "components": [
  {"type": "textfield", "id": "b_who", "key": "voter", "label": "Voter", "readonly": true},
  {"type": "textfield", "id": "b_vote", "key": "vote", "label": "Vote"}]}"""


def test_each_of_several_shows_its_own_values_and_none_that_came_after_it(app: Flask) -> None:
    with app.app_context():
        deployments.deploy(CONSOLE, [("votes.bpmn", MODEL), ("ballot.form", FORM)])
        process_instances.start(CONSOLE, "votes", {})
        tasks = list(db.session.scalars(select(UserTask.id).order_by(UserTask.activity)))
        linus = actor("linus")
        assert forms.form_of(linus, tasks[0]).values == {"voter": "Ada", "vote": "nothing yet"}
        user_tasks.complete(linus, tasks[1], {"vote": "no"})
        user_tasks.complete(linus, tasks[0], {"vote": "yes"})
        shown = [forms.form_of(linus, task).values for task in tasks]
    assert shown == [{"voter": "Ada", "vote": "yes"}, {"voter": "Grace", "vote": "no"}]
