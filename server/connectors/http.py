"""Calls other systems over HTTP: one request a job, or one after the other until the last page has come."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from server.connectors.addresses import Resolver, resolve
from server.connectors.connector import CallContext
from server.connectors.later import read_later
from server.connectors.peers import FIELDS, ask, below
from server.connectors.requests import HttpRequest, read_request, with_query
from server.errors import Failure
from server.expressions import Compiled

PAGES = 10  # where the model says nothing
MOST_PAGES = 100


@dataclass(frozen=True)
class HttpConnector:
    """Takes the parameters of `requests.PARAMETERS`; answers statusCode, headers, response, and pages where it turned
    pages."""

    resolver: Resolver = resolve
    tls: ssl.SSLContext | None = None
    fields: ClassVar = FIELDS
    trial: ClassVar[Mapping[str, Any]] = {"acceptErrors": True}

    def call(self, parameters: Mapping[str, Any], context: CallContext) -> Mapping[str, Any]:
        """Send the request. Raises TemporaryFailure for 429, 502, 503, 504, no connection and time used up.

        Another status from 400 on is the BPMN error that the parameter errors names for it, else a Failure, unless
        acceptErrors makes it an answer.
        """
        request = read_request(parameters, context)
        following, items = read_later(parameters, "nextPage"), read_later(parameters, "items")
        answer = ask(request, context, self.resolver, self.tls)
        if following is None:
            return answer if items is None else {**answer, "response": _items(items, answer, 1)}
        return self._pages(request, context, answer, following, items, _most_pages(parameters.get("maxPages")))

    def _pages(
        self,
        request: HttpRequest,
        context: CallContext,
        answer: dict[str, Any],
        following: Compiled,
        items: Compiled | None,
        most: int,
    ) -> Mapping[str, Any]:
        """Ask for page after page. `response` is what is on all of them: their items, else their lists joined."""
        first = request.url if context.connection is None else below(context.connection, request.url)
        found, size, number = _items(items, answer, 1), _size(answer), 1
        while (url := _next(following, answer, number)) is not None:
            if number == most:
                raise Failure(f"There are more than {most} pages, which is what maxPages allows.")
            number += 1
            headers = {**request.headers, "idempotency-key": f"{context.job_id}.{number}"}
            turned = replace(request, url=_turned(first, url), headers=headers)
            answer = ask(turned, context, self.resolver, self.tls)
            found += _items(items, answer, number)
            size += _size(answer)
            if size > context.settings.http_answer_limit:
                limit = context.settings.http_answer_limit
                raise Failure(f"The pages together hold more than PROCESSION_HTTP_ANSWER_LIMIT allows ({limit} bytes).")
        return {**answer, "response": found, "pages": number}


def _items(items: Compiled | None, answer: Mapping[str, Any], number: int) -> list[Any]:
    found = answer["response"] if items is None else items.evaluate({**answer, "page": number})
    if found is None:
        return []
    if not isinstance(found, list):
        raise Failure("A page is no list; name the list in it by the parameter items, such as response.items.")
    return list(found)


def _size(answer: Mapping[str, Any]) -> int:
    return len(str(answer["response"]))


def _next(following: Compiled, answer: Mapping[str, Any], number: int) -> str | Mapping[str, Any] | None:
    found = following.evaluate({**answer, "page": number})
    if found is None or found == "" or found is False:
        return None
    if isinstance(found, Mapping) and all(value is None or value == "" for value in found.values()):
        return None  # there is no further cursor
    if isinstance(found, str | Mapping):
        return found
    raise Failure("The parameter nextPage must give an address, a mapping for the query, or null after the last page.")


def _turned(first: str, to: str | Mapping[str, Any]) -> str:
    """The address of another page: one of its own, or the first one's with other values in its query."""
    if isinstance(to, str):
        url = urljoin(first, to)
        if urlsplit(url)[:2] != urlsplit(first)[:2]:
            raise Failure(
                "The next page is said to be on another system, which is not told what was meant for this one."
            )
        return url
    before, _, query = first.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name not in to]
    return with_query(f"{before}?{urlencode(kept)}" if kept else before, to)


def _most_pages(given: Any) -> int:
    if given is None or given == "":
        return PAGES
    try:
        most = int(given)
    except (TypeError, ValueError):
        most = 0
    if not 1 <= most <= MOST_PAGES:
        raise Failure(f"The parameter maxPages must be a number from 1 to {MOST_PAGES}.")
    return most
