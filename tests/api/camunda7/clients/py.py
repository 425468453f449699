"""pycamunda, unchanged: does what `test_clients` says, and prints what it saw as JSON."""

import base64
import json
import sys
from typing import Any

import pycamunda.externaltask
import pycamunda.message
import pycamunda.processdef
import pycamunda.processinst
import pycamunda.version
import requests

URL, NAME, PASSWORD = sys.argv[1:]
session = requests.Session()
session.auth = (NAME, PASSWORD)
FILE = base64.b64encode(b"paper").decode()
ABOUT = {"filename": "p.txt", "mimetype": "text/plain"}


def asked(request: Any) -> Any:
    request.session = session
    return request()


def started(key: str, business_key: str, with_variables: bool = False) -> Any:
    start = pycamunda.processdef.StartInstance(URL, key=key, business_key=business_key)
    if with_variables:
        start.add_variable("tree", '{"a": [1]}', "Json")
        start.add_variable("paper", FILE, "File", ABOUT)
    return asked(start)


def fetched() -> Any:
    fetch = pycamunda.externaltask.FetchAndLock(URL, "py", 1, async_response_timeout=5000)
    fetch.add_topic("print", 60_000, ["tree", "paper"])
    [found] = asked(fetch)
    return found


instance = started("printing", "C-1", with_variables=True)
first = fetched()
content = session.get(f"{URL}/process-instance/{first.process_instance_id}/variables/paper/data").text
asked(pycamunda.externaltask.HandleFailure(URL, first.id_, "py", "jammed", "tray 2", 1, 0))
second = fetched()
asked(pycamunda.externaltask.ExtendLock(URL, second.id_, 90_000, "py"))
extended = asked(
    pycamunda.externaltask.Get(URL, second.id_, request_error_details=False)
)  # it asks for those without a name
complete = pycamunda.externaltask.Complete(URL, second.id_, "py")
complete.add_variable("answer", '{"b": 2}', "Json")
complete.add_variable("receipt", FILE, "File", ABOUT)
complete.add_variable("plain", 3)
asked(complete)
started("printing", "C-2")
error = pycamunda.externaltask.HandleBPMNError(URL, fetched().id_, "py", "JAM", "it jams")
error.add_variable("tray", 2)
asked(error)
started("order", "O-1")
message = pycamunda.message.CorrelateSingle(URL, "paid", business_key="O-1", result_enabled=True)
message.add_process_variable("amount", 7)
reached = asked(message)
print(
    json.dumps(
        {
            "tree": json.loads(first.variables["tree"].value),
            "paper": content,
            "business key": instance.business_key,
            "retries": second.retries,
            "extended": extended.lock_expiration_time > second.lock_expiration_time,
            "reached": reached[0].result_type.value,
        }
    )
)
