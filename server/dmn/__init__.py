"""DMN as a language: from the bytes of a file to decisions, with every problem named by element and line."""

from server.dmn.document import read_document
from server.dmn.evaluate import Outcome, decide
from server.dmn.prepared import Prepared, prepare_model
from server.dmn.reader import Reading, read

__all__ = ["Outcome", "Prepared", "Reading", "decide", "prepare_model", "read_model"]


def read_model(data: bytes, name: str) -> Reading:
    """What a file holds and everything that is to be said about its form, at once.

    Raises `Invalid` only for what is no DMN file: not XML, a DOCTYPE, too large, too deep, another root.
    """
    return read(read_document(data, name))
