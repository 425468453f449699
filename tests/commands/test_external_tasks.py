"""An instance waits for a worker, and an operator sees where."""

from flask import Flask

from server.commands import process_instances
from server.database import db
from server.identity.actor import CONSOLE
from server.records.activity_instance import ActivityInstance
from server.records.process_instance import ProcessInstance
from tests.commands.conftest import deploy, flows


def test_an_instance_waits_where_the_model_calls_code_of_another_place(app: Flask) -> None:
    call = '<serviceTask id="call" camunda:class="org.example.Act"/>'
    deploy(("calling", f'<startEvent id="s"/>{call}<endEvent id="e"/>' + flows("s>call", "call>e")))
    started = process_instances.start(CONSOLE, "calling", {})
    instance = db.session.get(ProcessInstance, started.instance_id)
    assert instance is not None
    assert instance.ended_at is None
    waiting = db.session.query(ActivityInstance).filter_by(instance_id=instance.id, element_key="call").one()
    assert waiting.ended_at is None
