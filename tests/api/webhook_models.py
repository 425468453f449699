"""Processes that other systems report to: one starts plainly, one by a message, one waits for a message by its key."""

ORDERS = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="tests"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <message id="m1" name="order placed"/><message id="m2" name="paid"/>
  <process id="orders" name="Orders" isExecutable="true">
    <startEvent id="placed" name="Order placed">
      {properties}<messageEventDefinition messageRef="m1"/></startEvent>
    <startEvent id="typed" name="Typed in"/>
    <sequenceFlow id="f0" sourceRef="typed" targetRef="wait"/>
    <sequenceFlow id="f1" sourceRef="placed" targetRef="wait"/>
    <intermediateCatchEvent id="wait" name="Wait for payment">
      <extensionElements><camunda:properties>
        <camunda:property name="correlationKey" value="${{order}}"/></camunda:properties></extensionElements>
      <messageEventDefinition messageRef="m2"/></intermediateCatchEvent>
    <sequenceFlow id="f2" sourceRef="wait" targetRef="pack"/><userTask id="pack" name="Pack"/>
    <sequenceFlow id="f3" sourceRef="pack" targetRef="done"/><endEvent id="done"/>
  </process></definitions>"""
OTHERS = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="tests">
  <message id="m1" name="paid"/><process id="others" name="Others" isExecutable="true">
    <startEvent id="begin"/><sequenceFlow id="f1" sourceRef="begin" targetRef="wait"/>
    <intermediateCatchEvent id="wait" name="Wait"><messageEventDefinition messageRef="m1"/></intermediateCatchEvent>
    <sequenceFlow id="f2" sourceRef="wait" targetRef="done"/><endEvent id="done"/>
  </process></definitions>"""


def orders(**properties: str) -> bytes:
    """The model of orders, with properties at its message start event."""
    given = "".join(f'<camunda:property name="{name}" value="{value}"/>' for name, value in properties.items())
    added = f"<extensionElements><camunda:properties>{given}</camunda:properties></extensionElements>" if given else ""
    return ORDERS.format(properties=added).encode()
