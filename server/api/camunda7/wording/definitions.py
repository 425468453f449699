"""A process definition as those programs read it."""

from typing import Any

from server.api.camunda7.wording.ids import definition_id, uuid_of
from server.queries.chosen_definitions import DecisionRow, DefinitionRow


def process_definition(row: DefinitionRow) -> dict[str, Any]:
    return {
        "id": definition_id(row.key, row.version, row.id),
        "key": row.key,
        "category": row.category or None,
        "description": row.documentation or None,
        "name": row.name,
        "version": row.version,
        "resource": row.resource_name,
        "deploymentId": uuid_of(row.deployment_id),
        "diagram": None,
        "suspended": row.suspended,
        "tenantId": None,
        "versionTag": row.version_tag,
        "historyTimeToLive": None,
        "startableInTasklist": row.startable,
    }


def decision_definition(row: DecisionRow) -> dict[str, Any]:
    return {
        "id": definition_id(row.key, row.version, row.id),
        "key": row.key,
        "category": None,
        "name": row.name,
        "version": row.version,
        "resource": row.resource_name,
        "deploymentId": uuid_of(row.deployment_id),
        "tenantId": None,
        "decisionRequirementsDefinitionId": None,
        "decisionRequirementsDefinitionKey": None,
        "historyTimeToLive": None,
        "versionTag": row.version_tag,
    }
