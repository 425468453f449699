"""Why this branch, as an auditor reads it: every condition that decided, part by part, and nothing of it as markup."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.commands import deployments, people, process_instances
from server.identity.actor import CONSOLE
from tests.web import purchases

MODEL = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.org/tests">
  <process id="choosing" name="Choosing" isExecutable="true">
    <startEvent id="begin"/><sequenceFlow id="e" sourceRef="begin" targetRef="set"/>
    <scriptTask id="set" scriptFormat="python"><script><![CDATA[
amount = 500
name = "<script>alert(1)</script>"
long = "x" * 5000]]></script></scriptTask>
    <sequenceFlow id="f" sourceRef="set" targetRef="g"/>
    <exclusiveGateway id="g" name="Which way?" default="other"/>
    <sequenceFlow id="much" name="much" sourceRef="g" targetRef="end">
      <conditionExpression>= amount &gt; 1000 and name = "Ann"</conditionExpression></sequenceFlow>
    <sequenceFlow id="odd" name="odd &lt;b&gt;" sourceRef="g" targetRef="end">
      <conditionExpression>= name = "&lt;i&gt;" or string length(long) = 1</conditionExpression></sequenceFlow>
    <sequenceFlow id="some" name="some" sourceRef="g" targetRef="end">
      <conditionExpression>${amount gt 100}</conditionExpression></sequenceFlow>
    <sequenceFlow id="other" name="otherwise" sourceRef="g" targetRef="end"/>
    <endEvent id="end"/>
  </process>
</definitions>"""


@pytest.fixture
def page(app: Flask) -> str:
    """The page of an instance that came to the gateway, as an auditor gets it."""
    with app.app_context():
        people.create(CONSOLE, "katherine", "Katherine", purchases.PASSWORD, ("auditor",))
        deployments.deploy(CONSOLE, [("choosing.bpmn", MODEL)])
        instance_id = process_instances.start(CONSOLE, "choosing", {}).instance_id
    auditor: FlaskClient = purchases.sign_in(app, "katherine")
    answer = auditor.get(f"/instances/{instance_id}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_every_condition_that_was_asked_is_told_with_its_parts(page: str) -> None:
    assert "“much” was false" in page
    assert "<code>amount &gt; 1000</code> is false" in page
    assert "<code>amount</code> is 500" in page
    assert "“some” was true" in page
    assert "“otherwise” was" not in page


def test_no_text_and_no_value_of_it_is_markup_and_long_ones_are_cut(page: str) -> None:
    assert "“odd &lt;b&gt;” was false" in page
    assert "<code>name</code> is “&lt;script&gt;alert(1)&lt;/script&gt;”" in page
    assert "<script>alert" not in page
    reasons = page[page.index('id="why"') : page.index('id="linked"')]
    assert "x" * 78 in reasons
    assert "x" * 500 not in reasons


COUNTED = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.org/tests">
  <process id="counting" name="Counting" isExecutable="true">
    <startEvent id="begin"/><sequenceFlow id="e" sourceRef="begin" targetRef="set"/>
    <scriptTask id="set" scriptFormat="python"><script>stock = 3</script></scriptTask>
    <sequenceFlow id="f" sourceRef="set" targetRef="low"/>
    <intermediateCatchEvent id="low" name="Stock is low"><conditionalEventDefinition>
      <condition>= stock &lt; 5</condition></conditionalEventDefinition></intermediateCatchEvent>
    <sequenceFlow id="g" sourceRef="low" targetRef="ask"/>
    <task id="ask" name="Ask a supplier"><multiInstanceLoopCharacteristics>
      <loopCardinality>= stock - 1</loopCardinality></multiInstanceLoopCharacteristics></task>
    <sequenceFlow id="h" sourceRef="ask" targetRef="end"/><endEvent id="end"/>
  </process>
</definitions>"""


def test_conditions_of_events_and_loops_are_told_like_those_of_flows(app: Flask) -> None:
    with app.app_context():
        people.create(CONSOLE, "katherine", "Katherine", purchases.PASSWORD, ("auditor",))
        deployments.deploy(CONSOLE, [("counting.bpmn", COUNTED)])
        instance_id = process_instances.start(CONSOLE, "counting", {}).instance_id
    page = purchases.sign_in(app, "katherine").get(f"/instances/{instance_id}").get_data(as_text=True)
    why = page[page.index('id="why"') : page.index('id="linked"')]
    assert "<summary>Stock is low: condition of the event</summary>" in why
    assert "<dd>true: it happened</dd>" in why
    assert '<h3 class="mt2">The condition of the event was true</h3>' in why
    assert "<code>stock</code> is 3" in why
    assert "<summary>Ask a supplier: number of instances</summary>" in why
    assert "<dd>runs 2 times</dd>" in why
    assert "The number of instances was 2" in why
    assert "Went to" not in why
    assert "Asked the number of instances of Ask a supplier: runs 2 times" in page
