"""Journeys of operators: what is stuck is understood, mended and tried again, with a reason."""

import re

from playwright.sync_api import expect

from tests.journeys import purchases
from tests.journeys.conftest import Visit

MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.org/journeys"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <process id="sharing" name="Sharing costs" isExecutable="true">
    <extensionElements><camunda:properties>
      <camunda:property name="title" value="Costs of the summer party"/>
    </camunda:properties></extensionElements>
    <startEvent id="begun">
      <extensionElements><camunda:formData>
        <camunda:formField id="people" label="People" type="long"/>
      </camunda:formData></extensionElements>
    </startEvent>
    <sequenceFlow id="to_share" sourceRef="begun" targetRef="share"/>
    <scriptTask id="share" name="Share the costs" scriptFormat="python">
      <script>each = 900 / people</script>
    </scriptTask>
    <sequenceFlow id="to_end" sourceRef="share" targetRef="ended"/>
    <endEvent id="ended"/>
  </process>
</definitions>
"""


def test_an_operator_mends_a_variable_and_retries_an_incident_with_reasons(visitors: Visit) -> None:
    tim, ada, dennis = visitors("tim"), visitors("ada"), visitors("dennis")
    page = tim.go("/definitions")
    page.get_by_label("Files to deploy").set_input_files(
        {"name": "sharing.bpmn", "mimeType": "text/xml", "buffer": MODEL.encode()}
    )
    expect(page.locator("#deployed")).to_contain_text("Deployed.")
    ada.start("sharing", {"people": 0})
    address = purchases.instance(dennis, "summer party")
    page = dennis.go(f"{address}/mend?name=people")
    card = page.locator("section[aria-labelledby=variable]")
    card.get_by_label("New value").fill("30")
    card.get_by_label(re.compile("^Reason")).fill("Thirty had signed up.")
    card.get_by_role("button", name="Change", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("Changed people")
    page = dennis.go("/operations")
    page.wait_for_load_state("networkidle")
    page.get_by_role("row", name=re.compile("Costs of the summer party")).get_by_role(
        "link", name=re.compile("^Retry")
    ).click()
    dialog = page.get_by_role("dialog", name="Try again")
    expect(dialog).to_contain_text("nothing has changed yet")
    dialog.get_by_label(re.compile("^Reason")).fill("The number of people is right now.")
    dialog.get_by_role("button", name="Retry 1 incident").click()
    expect(page.locator("#toasts")).to_contain_text("Share the costs is tried again")
    for _ in range(20):  # a worker does it, soon
        page = dennis.go(address)
        if "Completed" in str(page.locator(".ph").text_content()):
            break
        page.wait_for_timeout(500)
    expect(page.locator(".ph")).to_contain_text("Completed")
    trail = page.locator("section[aria-labelledby=trail]")
    for words in ("Dennis Ritchie", "Thirty had signed up.", "The number of people is right now."):
        expect(trail).to_contain_text(words)
