"""Which form an element has, as those programs read it."""

from typing import Any

from server.bpmn.definition import FormReference


def form_names(reference: FormReference | None) -> dict[str, Any]:
    """`formKey` and `camundaFormRef`: a deployed form is named by reference, whichever way the model writes it."""
    key = None if reference is None else reference.key
    named = None if key is None else {"key": key, "binding": "latest", "version": None}
    return {"formKey": None, "camundaFormRef": named}
