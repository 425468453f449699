"""Business keys that no two instances may have, where a definition asks for that."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from server.commands import deployments, process_instances
from server.errors import Conflict
from server.identity.actor import CONSOLE, Actor
from tests.commands.conftest import APPROVAL, deploy, model

UNIQUE = '<camunda:property name="uniqueBusinessKey" value="true"/>'


@pytest.fixture
def orders(app: Flask) -> None:
    deployments.deploy(CONSOLE, [("orders.bpmn", model("orders", APPROVAL, UNIQUE))])


@pytest.mark.usefixtures("orders")
def test_a_second_instance_of_the_same_business_key_is_refused(ann: Actor) -> None:
    process_instances.start(ann, "orders", {}, "A-1")
    with pytest.raises(Conflict, match="business key A-1 already"):
        process_instances.start(ann, "orders", {}, "A-1")
    process_instances.start(ann, "orders", {}, "A-2")


@pytest.mark.usefixtures("orders")
def test_the_key_of_an_ended_instance_and_of_an_older_version_stays_taken(ann: Actor) -> None:
    started = process_instances.start(ann, "orders", {}, "A-1")
    process_instances.withdraw(ann, started.instance_id, "a mistake")
    deployments.deploy(CONSOLE, [("orders.bpmn", model("orders", APPROVAL + "<!-- new -->", UNIQUE))])
    with pytest.raises(Conflict):
        process_instances.start(ann, "orders", {}, "A-1")


@pytest.mark.usefixtures("orders")
def test_instances_without_a_business_key_are_as_many_as_one_likes(ann: Actor) -> None:
    for _ in range(2):
        assert process_instances.start(ann, "orders", {}).business_key is None


def test_other_processes_ask_for_nothing(ann: Actor) -> None:
    deploy(("orders", APPROVAL))
    for _ in range(2):
        process_instances.start(ann, "orders", {}, "A-1")


@pytest.mark.usefixtures("orders")
def test_of_many_at_once_one_gets_the_key(app: Flask, ann: Actor) -> None:
    def start(_: int) -> bool:
        with app.app_context():
            try:
                process_instances.start(ann, "orders", {}, "A-1")
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(6) as crowd:
        assert sum(crowd.map(start, range(6))) == 1
