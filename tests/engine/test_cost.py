"""What one step costs does not depend on how long the instance has run, nor on how many tokens are beside it."""

from server.bpmn.definition import Loop
from tests.engine.models import end, node, process, python, start, user, xor
from tests.engine.plays import Play


def test_one_of_a_thousand_parallel_user_tasks_writes_a_handful_of_parts() -> None:
    loop = Loop("parallel", cardinality=python("1000"), result_collection="r", result_variable="x")
    play = Play(process(start(), user("u", loop=loop), end(), "start > u > end"))
    play.complete("u", 500, x=1)
    assert len(play.last_changes.written) <= 4
    assert len(play.last_changes.removed) <= 5
    assert sum(map(len, play.last_changes.written.values())) < 100


def test_the_thousandth_round_of_a_loop_writes_as_much_as_the_tenth() -> None:
    play = Play(process(start(), user("u"), xor("g"), end(), "start > u > g", "g > u: n < 5000", "g > end: default"))
    sizes = []
    for n in range(200):
        play.complete("u", n=100)
        sizes.append((len(play.parts), len(play.last_changes.written), sum(map(len, play.parts.values())) // 10))
        assert n < 5000
    assert sizes[10] == sizes[199]


def test_one_user_task_among_a_thousand_activities_writes_less_than_a_kilobyte() -> None:
    chain = [user(f"n{i}") if i == 500 else node(f"n{i}") for i in range(1000)]
    play = Play(process(start(), *chain, user("last"), "start > " + " > ".join(part.id for part in chain) + " > last"))
    play.complete("n500", x=1)
    assert sum(map(len, play.parts.values())) < 200
    assert sum(map(len, play.last_changes.written.values())) < 200
