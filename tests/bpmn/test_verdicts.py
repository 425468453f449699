"""What a process is good for: to be run, to be read as documentation, or neither; and why."""

import pytest

from tests.bpmn.models import file, model, problems, read

UNFINISHED = "s startEvent\nx serviceTask\ne endEvent\ns -> x -> e"
WRONG = "s startEvent\nx task\ne endEvent\ns -> x -> e\ne -> x"
FINE = "s startEvent\nx task\ne endEvent\ns -> x -> e"


@pytest.mark.parametrize(
    ("notation", "said", "deployable"),
    [
        (FINE, 'isExecutable="true"', "run"),
        (FINE, "", "run"),
        (FINE, 'isExecutable="false"', "documentation"),
        (UNFINISHED, 'isExecutable="true"', "documentation"),
        (UNFINISHED, "", "documentation"),
        (UNFINISHED, 'isExecutable="false"', "documentation"),
        (WRONG, 'isExecutable="true"', "no"),
        (WRONG, "", "documentation"),
        (WRONG, 'isExecutable="false"', "documentation"),
        ("", "", "documentation"),
    ],
)
def test_what_a_model_says_of_itself_decides_with_what_is_wrong(notation: str, said: str, deployable: str) -> None:
    reading = read(model(notation, process=f'id="p" {said}'))
    assert reading.deployable == deployable
    assert [verdict.deployable for verdict in reading.verdicts] == [deployable]


def test_a_model_that_is_meant_to_run_is_refused_until_a_person_wants_it_for_documentation() -> None:
    reading = read(model(UNFINISHED))
    assert reading.refused
    drawn = reading.for_documentation()
    assert not drawn.refused
    assert [process.executable for process in drawn.processes] == [False]
    assert [(problem.level, problem.element) for problem in drawn.problems] == [("missing", "x")]


def test_a_wrong_model_stays_refused_even_for_documentation() -> None:
    assert read(model(WRONG)).for_documentation().refused


def test_what_is_missing_to_run_a_drawing_is_told_for_each_element() -> None:
    data = model("s startEvent\nx serviceTask\ny sendTask\ns -> x -> y", process='id="p" isExecutable="false"')
    reading = read(data)
    assert not reading.refused
    assert [problem.element for problem in reading.verdicts[0].reasons] == ["x", "y"]
    assert len(problems(data, "missing")) == 2


def test_one_process_of_a_file_may_run_while_another_is_only_drawn() -> None:
    data = file(
        '<process id="a" isExecutable="true"><task id="t1"/></process>'
        '<process id="b" isExecutable="false"><serviceTask id="t2"/></process>'
    )
    reading = read(data)
    assert reading.deployable == "run"
    assert [process.executable for process in reading.processes] == [True, False]


def test_a_file_that_only_draws_is_documentation_under_its_own_name() -> None:
    reading = read(file('<collaboration id="c"><participant id="pool" name="A customer"/></collaboration>'))
    assert reading.deployable == "documentation"
    assert [process.key for process in reading.processes] == ["model"]


def test_a_process_that_cannot_be_named_is_never_deployed() -> None:
    assert read(file('<process isExecutable="false"><task id="a"/></process>')).deployable == "no"
