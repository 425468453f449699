"""pycamunda, unchanged: creates a user task that stands alone and works on it, and prints what it saw as JSON."""

import datetime
import json
import sys
from typing import Any

import pycamunda.task
import requests

URL, NAME, PASSWORD = sys.argv[1:]
DUE = datetime.datetime(2026, 12, 24, 18, tzinfo=datetime.UTC)
session = requests.Session()
session.auth = (NAME, PASSWORD)


def asked(request: Any) -> Any:
    request.session = session
    return request()


# An own id is what it could give and what is not kept.
asked(pycamunda.task.Create(URL, id_=None, name="Buy paper", description="A4", due=DUE, priority=70))
[created] = asked(pycamunda.task.GetList(URL, name="Buy paper"))
asked(pycamunda.task.SetAssignee(URL, created.id_, NAME))
rest = dict.fromkeys(("owner", "delegation_state", "follow_up", "parent_task_id", "case_instance_id", "tenant_id"))
asked(pycamunda.task.Update(URL, created.id_, created.name, "A4", NAME, due=DUE, priority=80, **rest))
updated = asked(pycamunda.task.Get(URL, created.id_))
complete = pycamunda.task.Complete(URL, created.id_)
complete.add_variable("answer", "Ten boxes")
asked(complete)
print(
    json.dumps(
        {
            "name": created.name,
            "assignees": [created.assignee, updated.assignee],
            "is due": [created.due == DUE, updated.due == DUE],
            "priorities": [created.priority, updated.priority],
            "left": len(asked(pycamunda.task.GetList(URL, name="Buy paper"))),
        }
    )
)
