"""Vendors whose additions draw, colour or document, and those nobody here knows: listed, never executed."""

DRAWING = {
    "http://camunda.org/schema/modeler/1.0": "what Camunda Modeler keeps for itself",
    "http://bpmn.io/schema/bpmn/biocolor/1.0": "colours",
    "http://www.omg.org/spec/BPMN/non-normative/color/1.0": "colours",
    "http://www.omg.org/spec/BPMN/non-normative/extensions/i18n/1.0": "translations of names",
    "http://www.signavio.com": "what Signavio keeps for itself",
    "http://www.signavio.com/": "what Signavio keeps for itself",
    "http://www.bizagi.com/bpmn20": "what Bizagi Modeler keeps for itself",
}


def reason(vendor: str) -> str:
    """One sentence for the list of what is ignored; `vendor` is a namespace."""
    known = DRAWING.get(vendor)
    if known is not None:
        return f"Ignored throughout the file: {known} ({vendor})."
    return f"Ignored throughout the file: additions of a vendor that is not known here ({vendor or 'no namespace'})."
