"""Processes that begin on a condition: when somebody says how things are, and when a data store changes."""

from server.commands import conditions, deployments, process_instances
from server.database import db
from server.identity.actor import CONSOLE, Actor
from server.records.process_instance import ProcessInstance
from server.runtime.submissions import variables_of
from server.settings import Settings
from server.workers.loop import work_once
from tests.commands.conftest import deploy, flows, model

ORDERS = (
    '<startEvent id="low"><conditionalEventDefinition><condition>stock &lt; 5</condition></conditionalEventDefinition>'
    '</startEvent><userTask id="order"/>' + flows("low>order")
)
TAKES = (
    '<dataStoreReference id="ref" dataStoreRef="store"/><startEvent id="s"/><scriptTask id="x"><ioSpecification>'
    '<dataOutput id="o" name="left"/><inputSet/><outputSet><dataOutputRefs>o</dataOutputRefs></outputSet>'
    "</ioSpecification><dataOutputAssociation><sourceRef>o</sourceRef><targetRef>ref</targetRef>"
    "</dataOutputAssociation><script>left = {}</script></scriptTask>" + flows("s>x")
)


def test_a_condition_that_holds_for_what_is_said_begins_an_instance_with_it(olga: Actor) -> None:
    deploy(("orders", ORDERS))
    assert conditions.evaluate(olga, {"stock": 7}) == []
    assert conditions.evaluate(olga, {"other": 1}) == []
    assert conditions.evaluate(olga, {"stock": "many"}) == []
    (instance_id,) = conditions.evaluate(olga, {"stock": 3})
    assert variables_of(db.session.get_one(ProcessInstance, instance_id)) == {"stock": 3}


def test_only_the_latest_version_is_asked(olga: Actor) -> None:
    deploy(("orders", ORDERS))
    deploy(("orders", ORDERS.replace("&lt; 5", "&lt; 2")))
    assert conditions.evaluate(olga, {"stock": 3}) == []


def test_a_data_store_that_makes_a_condition_true_begins_an_instance_once(settings: Settings, ann: Actor) -> None:
    deploy(("orders", ORDERS))
    for left in (4, 3, 9, 2):
        content = model("takes", TAKES.format(left)).replace(
            b"</definitions>", b'<dataStore id="store" name="stock"/></definitions>'
        )
        deployments.deploy(CONSOLE, [("takes.bpmn", content)])
        process_instances.start(ann, "takes", {})
        while work_once(settings, "test", {}):
            pass
    db.session.rollback()
    assert db.session.query(ProcessInstance).filter_by(state="active").count() == 2
