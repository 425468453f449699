"""What is asked before anything else: which engine this is, which version, where its pages are."""

from importlib.metadata import PackageNotFoundError, version

from flask import Response

from server.api.camunda7.wording.answers import answer

SPOKEN = "7.24.0"  # the version whose words are spoken here


def spoken_version() -> Response:
    try:
        own = version("procession")
    except PackageNotFoundError:
        own = "unknown"
    return answer({"version": SPOKEN, "product": "Procession", "productVersion": own})


def engines() -> Response:
    return answer([{"name": "default"}])


ROUTES = (("GET", "/version", spoken_version), ("GET", "/engine", engines))
