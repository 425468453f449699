"""What SpiffWorkflow's own editor says, each word in a process that is played."""

from server.engine import facts
from tests.bpmn.models import extended
from tests.processes.dialects.vendors import Vendor, tries


@tries("spiffworkflow", "preScript postScript")
def scripts_run_before_and_after(vendor: Vendor) -> None:
    words = extended(
        "<spiffworkflow:preScript>a = n + 1</spiffworkflow:preScript>",
        "<spiffworkflow:postScript>b = a + n</spiffworkflow:postScript>",
    )
    play = vendor.play(f"<userTask id='x'>{words}</userTask>", n=1)
    assert play.variables["a"] == 2
    play.complete("x", "ada", n=5)
    assert play.variables["b"] == 7


@tries("spiffworkflow", "serviceTaskOperator")
def an_operator_is_done_by_a_worker(vendor: Vendor) -> None:
    operator = extended(
        "<spiffworkflow:serviceTaskOperator id='http/Get' resultVariable='answer'><spiffworkflow:parameters>"
        "<spiffworkflow:parameter id='url' type='str' value='base + \"/x\"'/></spiffworkflow:parameters>"
        "</spiffworkflow:serviceTaskOperator>"
    )
    play = vendor.play(f"<serviceTask id='x'>{operator}</serviceTask>", base="b")
    (task,) = play.all(facts.ExternalTaskCreated)
    assert (task.topic, task.headers) == ("http/Get", {"url": "b/x", "resultVariable": "answer"})
    play.do("complete_external_task", play.at("x"), {"answer": 1})
    assert play.variables["answer"] == 1


@tries("spiffworkflow", "calledDecisionId")
def a_decision_is_made(vendor: Vendor) -> None:
    words = extended("<spiffworkflow:calledDecisionId>cheap</spiffworkflow:calledDecisionId>")
    play = vendor.play(f"<businessRuleTask id='x'>{words}</businessRuleTask>", amount=5)
    assert {key for key, _ in play.decisions} == {"cheap"}
    assert play.completed
