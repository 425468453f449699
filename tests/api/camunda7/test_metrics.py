"""Sums of what the database keeps."""

import pytest

from tests.api.camunda7.conftest import Caller


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("process-instances", 2),
        ("root-process-instance-start", 2),
        ("flow-node-instances", 4),
        ("activity-instance-start", 4),
        ("activity-instance-end", 2),
    ],
)
def test_what_has_happened_is_summed_up_between_two_moments(ada: Caller, name: str, result: int) -> None:
    for _ in range(2):
        ada.post("/process-definition/key/printing/start", {})
    long_ago, later = "2020-01-01T00:00:00.000%2B0000", "2100-01-01T00:00:00.000%2B0000"
    path = f"/metrics/{name}/sum"
    assert ada.get(path) == {"result": result}
    assert ada.get(f"{path}?startDate={long_ago}&endDate={later}") == {"result": result}
    assert ada.get(f"{path}?startDate={later}") == {"result": 0}
    assert ada.get(f"{path}?endDate={long_ago}") == {"result": 0}


def test_what_is_not_counted_is_said(ada: Caller, zoe: Caller) -> None:
    answer = ada.ask("GET", "/metrics/job-failed/sum")
    assert answer.status_code == 404
    assert "ask for one of activity-instance-end" in (answer.json or {})["message"]
    assert zoe.ask("GET", "/metrics/process-instances/sum").status_code == 403
