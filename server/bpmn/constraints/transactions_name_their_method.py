"""A transaction's method is one of the three of the standard, or a URI (BPMN 2.0.2, 10.3.5)."""

import re
from collections.abc import Iterator

from server.bpmn.source import Breach, Source

KNOWN = frozenset(("##Compensate", "##Store", "##Image"))
URI = re.compile(r"([A-Za-z0-9\-._~:/?#@!$&'()*+,;=\[\]]|%[0-9A-Fa-f]{2})+")


def check(source: Source) -> Iterator[Breach]:
    for node in source.every("transaction"):
        method = node.get("method")
        if method is not None and method not in KNOWN and not URI.fullmatch(method):
            text = f'The method "{method}" is no URI; write ##Compensate, ##Store, ##Image or the URI of a protocol.'
            yield Breach(node, text)
