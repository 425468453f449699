"""BPMN as a language: from the bytes of a file to a frozen definition, with every problem named by element and line."""

from server.bpmn.document import read_document
from server.bpmn.reader import read
from server.bpmn.validation import Reading, validated

__all__ = ["Reading", "read_model"]


def read_model(data: bytes, name: str) -> Reading:
    """All processes of a file and everything that is to be said about it, at once.

    Raises `Invalid` only for what is no BPMN file: not XML, a DOCTYPE, too large, too deep, another root.
    """
    return validated(read(read_document(data, name)), name)
