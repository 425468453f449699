"""Journeys of analysts: a model comes in by drag and drop, first with mistakes and then without."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit

MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.org/journeys">
  <process id="dragged" name="Dragged in" isExecutable="true">
    <startEvent id="begun"/>
    <sequenceFlow id="to_check" sourceRef="begun" targetRef="{target}"/>
    <userTask id="check" name="Check it"/>
    <sequenceFlow id="to_end" sourceRef="check" targetRef="ended"/>
    <endEvent id="ended"/>
  </process>
</definitions>
"""
DROP = """([name, text]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text], name, { type: 'text/xml' }));
  for (const kind of ['dragenter', 'dragover', 'drop']) {
    const event = new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: carried });
    document.querySelector('main').dispatchEvent(event);
  }
}"""


def drop(page: Page, name: str, text: str) -> None:
    page.evaluate(DROP, [name, text])


def test_an_analyst_drags_a_model_in_mends_it_and_sees_its_version(visitors: Visit) -> None:
    page = visitors("tim").go("/definitions")
    page.wait_for_load_state("networkidle")
    told = page.locator("#deployed")
    drop(page, "dragged.bpmn", MODEL.format(target="nowhere"))
    expect(told).to_contain_text("Not deployed.")
    row = told.locator("tbody tr").filter(has_text="nowhere").first
    expect(row).to_contain_text("dragged.bpmn")
    expect(row.locator("[data-l=Element]")).to_have_text("to_check")
    expect(row.locator("[data-l=Line]")).to_have_text("5")
    drop(page, "dragged.bpmn", MODEL.format(target="check"))
    expect(told).to_contain_text("Deployed.")
    expect(told).to_contain_text(re.compile(r"Dragged in: version \d"))
    expect(page.locator("#processes").get_by_role("link", name="Dragged in", exact=True)).to_be_visible()
    told.get_by_role("link", name="Dragged in").click()
    expect(page.locator("h1")).to_have_text("Dragged in")
    expect(page.locator(".ph")).to_contain_text("Version 1")
    # It was drawn by nobody, so the server has laid it out.
    expect(page.locator("[data-bpmn][data-ready] [data-element-id=check]").first).to_be_visible()


def test_what_is_no_model_is_refused_with_a_sentence(visitors: Visit) -> None:
    page = visitors("tim").go("/definitions")
    page.wait_for_load_state("networkidle")
    drop(page, "shopping.bpmn", "Milk, bread, two apples")
    told = page.locator("#deployed")
    expect(told).to_contain_text("Not deployed.")
    expect(told).to_contain_text("shopping.bpmn")
    expect(told).to_contain_text("XML")


def test_heat_lies_on_the_steps_and_not_on_a_whole_sub_process(visitors: Visit) -> None:
    tim = visitors("tim")
    page = tim.go("/definitions")
    page.get_by_role("link", name="Content approval", exact=True).click()
    page.get_by_role("link", name=re.compile("^Completed")).click()
    diagram = page.locator("[data-bpmn][data-ready]")
    diagram.wait_for()
    spots, widest = page.evaluate(
        """() => {
          const widths = [...document.querySelectorAll('.heat-spot')].map((spot) => Number(spot.getAttribute('width')));
          return [widths.length, Math.max(...widths)];
        }"""
    )
    assert spots > 10
    assert widest < 160, "a step is 100 wide, the review 600"
