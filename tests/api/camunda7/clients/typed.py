"""camunda-client, unchanged: does what `test_clients` says, and prints what it saw as JSON."""

import asyncio
import json
import sys
from datetime import timedelta
from typing import Any

import httpx
from camunda_client.clients.dto import AuthData
from camunda_client.clients.engine.client import CamundaEngineClient
from camunda_client.clients.engine.schemas import SendCorrelationMessageSchema
from camunda_client.clients.external_task.client import ExternalTaskClient
from camunda_client.clients.external_task.dto import ExternalTaskConfig
from camunda_client.types_ import VariableValueSchema

URL, NAME, PASSWORD = sys.argv[1:]


async def main() -> dict[str, Any]:
    auth, transport = AuthData(NAME, PASSWORD), httpx.AsyncHTTPTransport()
    config = ExternalTaskConfig(async_response_timeout=timedelta(seconds=5), retry_timeout=timedelta())
    engine = CamundaEngineClient(URL, auth, transport)
    client = ExternalTaskClient("typed", URL, auth, transport, config)
    tree = VariableValueSchema(value='{"a": [1]}', type="Json")
    started = await engine.start_process("printing", "C-1", {"tree": tree})
    [first] = await client.fetch_and_lock(["print"])
    await client.failure(first.id, error_message="jammed", retries=1, error_details="tray 2")
    [second] = await client.fetch_and_lock(["print"])
    await client.extend_lock(second.id, new_duration=90_000)
    answer = VariableValueSchema(value='{"b": 2}', type="Json")
    await client.complete(second.id, global_variables={"answer": answer, "plain": VariableValueSchema(value=3)})
    await engine.start_process("printing", "C-2")
    [third] = await client.fetch_and_lock(["print"])
    await client.bpmn_error(third.id, "JAM", "it jams", {"tray": VariableValueSchema(value=2)})
    await engine.start_process("order", "O-1")
    message = SendCorrelationMessageSchema(
        message_name="paid",
        business_key="O-1",
        process_variables={"amount": VariableValueSchema(value=7)},
        result_enabled=True,
    )
    reached: Any = await engine.send_correlation_message(message)
    return {
        "tree": first.parsed_variables["tree"],
        "business key": started.business_key,
        "retries": second.retries,
        "reached": reached[0]["resultType"],
    }


print(json.dumps(asyncio.run(main())))
