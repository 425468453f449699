"""camunda-external-task-client-python3, unchanged: does what `test_clients` says, and prints what it saw as JSON."""

import base64
import json
import sys

from camunda.client.engine_client import EngineClient
from camunda.client.external_task_client import ExternalTaskClient
from camunda.external_task.external_task import ExternalTask

URL, NAME, PASSWORD = sys.argv[1:]
CONFIG = {"auth_basic": {"username": NAME, "password": PASSWORD}, "asyncResponseTimeout": 5000, "lockDuration": 60_000}
engine = EngineClient(URL, CONFIG)
client = ExternalTaskClient("python3", URL, CONFIG)
PAPER = {
    "value": base64.b64encode(b"paper").decode(),
    "type": "File",
    "valueInfo": {"filename": "p.txt", "mimetype": "text/plain"},
}


def fetched(variables: list[str] | None = None) -> ExternalTask:
    [found] = client.fetch_and_lock("print", None, variables)
    return ExternalTask(found)


tree = {"value": '{"a": [1]}', "type": "Json"}
started = engine.start_process("printing", {"tree": tree, "paper": PAPER}, business_key="C-1")
first = fetched(["tree", "paper"])
content = engine.get_process_instance_variable(first.get_process_instance_id(), "paper")
client.failure(first.get_task_id(), "jammed", "tray 2", 1, 0)
second = fetched()
answer = {"value": '{"b": 2}', "type": "Json"}
done = client.complete(second.get_task_id(), {"answer": answer, "receipt": PAPER, "plain": 3})
engine.start_process("printing", {}, business_key="C-2")
thrown = client.bpmn_failure(fetched().get_task_id(), "JAM", "it jams", {"tray": 2})
engine.start_process("order", {}, business_key="O-1")
[reached] = engine.correlate_message("paid", business_key="O-1", process_variables={"amount": 7})
print(
    json.dumps(
        {
            "tree": json.loads(first.get_variable("tree")),
            "paper": base64.b64decode(content).decode(),
            "property": first.get_extension_property("paper"),
            "business key": first.get_business_key(),
            "retries": second._context["retries"],
            "completed": done,
            "thrown": thrown,
            "reached": reached["resultType"],
        }
    )
)
