"""What operators do to an execution in more than one move."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from server.engine.execution import Execution


def retry_with(execution: Execution, activity: int, variables: Mapping[str, Any], moment: datetime) -> None:
    """Try again after changing variables: those of the process there, any other where the activity sees it."""
    of_process = execution.variables()
    for name, value in variables.items():
        execution.set_variable(name, value, moment, None if name in of_process else activity)
    execution.retry(activity, moment)
