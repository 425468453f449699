"""What Camunda 7 writes at a process itself, in our words."""

from server.bpmn.definition import Process
from tests.bpmn.models import model, read


def the_process(attributes: str) -> Process:
    return read(model("a task", process=f'id="p" {attributes}')).processes[0]


def test_who_may_start_and_how_long_history_is_kept() -> None:
    process = the_process(
        "camunda:candidateStarterUsers='anna, ben' camunda:candidateStarterGroups='hr' camunda:versionTag='1.2'"
        " camunda:historyTimeToLive='P180D'"
    )
    assert process.candidate_starter_users == ("anna", "ben")
    assert process.candidate_starter_groups == ("hr",)
    assert (process.version_tag, process.history_days) == ("1.2", 180)


def test_the_initiator_is_kept_in_a_variable() -> None:
    process = read(model("s startEvent camunda:initiator='requester'\nt task\ns -> t")).processes[0]
    assert process.level.elements["s"].initiator_variable == "requester"
