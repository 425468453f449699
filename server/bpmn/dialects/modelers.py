"""Vendors whose additions draw, colour or document, and those nobody here knows: listed, never executed."""

DRAWING = {
    "http://camunda.org/schema/modeler/1.0": "what Camunda Modeler keeps for itself",
    "http://bpmn.io/schema/bpmn/biocolor/1.0": "colours",
    "http://www.omg.org/spec/BPMN/non-normative/color/1.0": "colours",
    "http://www.omg.org/spec/BPMN/non-normative/extensions/i18n/1.0": "translations of names",
    "http://www.omg.org/XMI": "where an editor keeps the parts of its model",
    "http://www.signavio.com": "what Signavio keeps for itself",
    "http://www.signavio.com/": "what Signavio keeps for itself",
    "http://www.bizagi.com/bpmn20": "what Bizagi Modeler keeps for itself",
    "http://www.boc-group.com": "what ADONIS keeps for itself",
    "@boc-eu.com/boc-is/ado.xmllight;1": "what ADONIS keeps for itself",
    "http://www.ids-scheer.com/bpmn": "what ARIS keeps for itself",
    "http://www.softwareag.com/aris/bpmn": "what ARIS keeps for itself",
    "http://www.trisotech.com/2014/triso/bpmn": "what Trisotech keeps for itself",
    "http://www.trisotech.com/2015/triso/modeling": "what Trisotech keeps for itself",
    "http://www.visual-paradigm.com/bpmn/vpspecificcontent": "what Visual Paradigm keeps for itself",
    "http://www.sparxsystems.com/bpmn": "what Enterprise Architect keeps for itself",
    "http://www.sparxsystems.com.au/bpmn": "what Enterprise Architect keeps for itself",
    "http://www.w4.eu/spec/BPMN/20110930/GRAPH": "what W4 BPMN+ Composer draws",
    "http://www.w4.eu/spec/BPMN/20110701/MODEL": "what W4 BPMN+ runs in its own engine",
    "http://www.omninet.de/ot/bpmn/v1": "what OMNITRACKER keeps for itself",
    "http://www.itp-commerce.com/BPMN2.0": "what Process Modeler for Visio keeps for itself",
    "http://www.gbtec.de/bpmn/MODEL": "what BIC Cloud Design keeps for itself",
    "http://caseagile.com/schema/BPMN/20170414/MODEL": "what ModelFoundry keeps for itself",
    "http://aeneis.de/bpmn20/ext": "what Aeneis keeps for itself",
    "http://open-bpmn.org/XMLSchema": "what Open-BPMN keeps for itself",
    "http://knowprocess.com/bpmn": "what KnowProcess keeps for itself",
    "http://www.igrafx.com/2011/bpmn": "what iGrafx keeps for itself",
    "http://www.igrafx.com/2007/igrafx-document": "what iGrafx keeps for itself",
    "http://www.ibo.de/XML/BPMN": "what ibo Prometheus keeps for itself",
    "http://www.ibm.com/bpm/Extensions": "what IBM Process Designer runs in its own engine",
    "http://www.viadee.de": "notes of a model checker",
    "https://openapis.org/omg/extension/1.0": "how a service is called by a program interface",
}


def reason(vendor: str) -> str:
    """One sentence for the list of what is ignored; `vendor` is a namespace."""
    known = DRAWING.get(vendor)
    if known is not None:
        return f"Ignored throughout the file: {known} ({vendor})."
    return f"Ignored throughout the file: additions of a vendor that is not known here ({vendor or 'no namespace'})."
