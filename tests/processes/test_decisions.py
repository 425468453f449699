"""The decisions of the process applications: complete, without overlaps, and what they say in each case."""

from pathlib import Path
from typing import Any

import pytest

from server import dmn
from server.dmn.analysis import analyse
from server.dmn.decision import Table

MODELS = Path(__file__).parents[2] / "bpmn_models"


def prepared(name: str) -> dmn.Prepared:
    path = MODELS / f"{name}.dmn"
    return dmn.prepare_model(dmn.read_model(path.read_bytes(), path.name).model, [], path.name)


@pytest.mark.parametrize("path", sorted(MODELS.glob("*.dmn")), ids=lambda path: path.stem)
def test_a_decision_has_no_problems_no_gaps_and_no_overlaps(path: Path) -> None:
    reading = dmn.read_model(path.read_bytes(), path.name)
    found = prepared(path.stem)
    tables = [each.logic for each in found.model.decisions if isinstance(each.logic, Table)]
    assert (reading.problems, found.problems) == ((), ())
    assert [each.sentence for table in tables for each in analyse(table, lambda name: None)] == []


@pytest.mark.parametrize(
    ("name", "key", "given", "value"),
    [
        ("purchase_authority", "purchase_authority", {"amount": 250}, 0),
        ("purchase_authority", "purchase_authority", {"amount": 250.01}, 1),
        ("purchase_authority", "purchase_authority", {"amount": 5000}, 1),
        ("purchase_authority", "purchase_authority", {"amount": 5000.01}, 2),
        ("vendor_risk", "vendor_risk_score", {"likelihood": 3, "impact": 4, "dataClass": "personal"}, 15),
        (
            "vendor_risk",
            "vendor_risk_level",
            {"likelihood": 1, "impact": 5, "dataClass": "public"},
            {"riskLevel": "low", "riskScore": 5},
        ),
        (
            "vendor_risk",
            "vendor_risk_level",
            {"likelihood": 1, "impact": 5, "dataClass": "personal"},
            {"riskLevel": "medium", "riskScore": 8},
        ),
        (
            "vendor_risk",
            "vendor_risk_level",
            {"likelihood": 4, "impact": 5, "dataClass": "internal"},
            {"riskLevel": "high", "riskScore": 20},
        ),
        (
            "vendor_risk",
            "vendor_risk_level",
            {"likelihood": 5, "impact": 5, "dataClass": "internal"},
            {"riskLevel": "critical", "riskScore": 25},
        ),
        (
            "incident_severity",
            "incident_severity",
            {"affected": "one person", "dataAtRisk": "yes", "workaround": "yes"},
            "critical",
        ),
        (
            "incident_severity",
            "incident_severity",
            {"affected": "customers", "dataAtRisk": "no", "workaround": "yes"},
            "major",
        ),
        (
            "incident_severity",
            "incident_severity",
            {"affected": "departments", "dataAtRisk": "no", "workaround": "yes"},
            "minor",
        ),
    ],
)
def test_a_decision_says_what_its_document_says(name: str, key: str, given: dict[str, Any], value: Any) -> None:
    outcome = dmn.decide(prepared(name), key, given)
    assert outcome.value == value
    assert outcome.notes == ()
