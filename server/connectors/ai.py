"""Asks a language model over the OpenAI-compatible chat protocol; what it answers is a draft, for people to look at.

Which model answers at which address, under which name, and what that costs, the connection says.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from server.connectors.addresses import Resolver, resolve
from server.connectors.connection import Connection, Field, check_number
from server.connectors.connector import CallContext, TemporaryFailure
from server.connectors.peers import FIELDS, ask
from server.connectors.requests import HttpRequest, always, plain_json
from server.connectors.schemas import check_schema, troubles
from server.errors import Failure, Invalid
from server.sentences import say

PARAMETERS = ("prompt", "instructions", "values", "answerSchema", "temperature", "maxTokens")
FORMATS = ("json_schema", "json_object", "none")
LONGEST_PROMPT = 200_000  # signs
SECONDS, MOST_SECONDS = 60, 300
TOKENS, MOST_TOKENS = 2_000, 100_000


@dataclass(frozen=True)
class AiConnector:
    """Takes PARAMETERS. Answers answer (by the schema, or text), and who said it to what: agent, model, prompt,
    tokensIn, tokensOut, cost (millionths of the connection's currency)."""

    resolver: Resolver = resolve
    fields: ClassVar = (
        Field(
            "agent",
            say("Name of the agent"),
            say("Under which its answers are kept, such as Draft writer."),
            required=True,
        ),
        Field("model", say("Model"), say("As the other end calls it."), required=True),
        *FIELDS,
        Field("format", say("How the answer's form is asked for"), say("json_schema unless said."), choices=FORMATS),
        Field(
            "seconds",
            say("Time"),
            say("Seconds an answer may take; %(seconds)s unless said.", seconds=SECONDS),
            check=check_number,
        ),
        Field("price_in", say("Price of tokens read"), say("For a million."), check=check_number),
        Field("price_out", say("Price of tokens written"), say("For a million."), check=check_number),
        Field("currency", say("Currency"), say("Such as EUR.")),
    )
    trial: ClassVar[Mapping[str, Any]] = {"prompt": "Answer with the word here.", "maxTokens": 50}

    def call(self, parameters: Mapping[str, Any], context: CallContext) -> Mapping[str, Any]:
        """Ask once. Raises TemporaryFailure also for an answer that does not fit its schema: another may."""
        for name in parameters:
            if name not in PARAMETERS:
                raise Failure(f'The ai connector has no parameter "{name}"; it takes {", ".join(PARAMETERS)}.')
        opened = context.needed("ai")
        schema, prompt = _schema(parameters.get("answerSchema")), _prompt(parameters)
        body = _body(opened, parameters, prompt, schema)
        answer = ask(_request(opened, body, context), context, self.resolver)["response"]
        text = _text(answer)
        tokens = _tokens(answer)
        millionths = tokens[0] * opened.number("price_in") + tokens[1] * opened.number("price_out")
        return {
            "answer": text if schema is None else _by_schema(text, schema),
            "agent": opened.setting("agent"),
            "connection": opened.name,
            "model": str(answer.get("model") or opened.setting("model"))[:200],
            "prompt": prompt,
            "tokensIn": tokens[0],
            "tokensOut": tokens[1],
            "cost": round(millionths),
        }


def _schema(given: Any) -> Any:
    if given is None or given == "":
        return None
    try:
        schema = json.loads(given)
        check_schema(schema)
    except (ValueError, RecursionError) as error:
        raise Failure(f"The parameter answerSchema is no JSON: {error}.") from error
    except Invalid as error:
        raise Failure(f"The parameter answerSchema cannot be used. {error}") from error
    return schema


def _prompt(parameters: Mapping[str, Any]) -> str:
    """What is asked: the prompt, and below it the values it is about, as JSON."""
    prompt = parameters.get("prompt")
    if not isinstance(prompt, str) or not prompt.strip():
        raise Failure("The parameter prompt is missing; say what is to be answered.")
    values = parameters.get("values")
    if values not in (None, ""):
        prompt += "\n\n" + json.dumps(plain_json(values, "values"), ensure_ascii=False, indent=1)
    if len(prompt) > LONGEST_PROMPT:
        raise Failure(f"The prompt is longer than {LONGEST_PROMPT} signs.")
    return prompt


def _body(opened: Connection, parameters: Mapping[str, Any], prompt: str, schema: Any) -> dict[str, Any]:
    instructions = str(parameters.get("instructions") or "").strip()
    messages = [{"role": "system", "content": instructions}] if instructions else []
    messages.append({"role": "user", "content": prompt})
    most = _number(parameters, "maxTokens", 1, MOST_TOKENS) or TOKENS
    body: dict[str, Any] = {"model": opened.setting("model"), "messages": messages, "max_tokens": int(most)}
    temperature = _number(parameters, "temperature", 0, 2)
    if temperature is not None:
        body["temperature"] = temperature
    form = opened.setting("format", "json_schema")
    if schema is not None and form == "json_schema":
        named = {"name": "answer", "strict": True, "schema": schema}
        body["response_format"] = {"type": "json_schema", "json_schema": named}
    elif schema is not None:
        told = f"Answer with nothing but JSON that fits this JSON schema:\n{json.dumps(schema, ensure_ascii=False)}"
        messages.insert(0, {"role": "system", "content": told})
        if form == "json_object":
            body["response_format"] = {"type": "json_object"}
    return body


def _number(parameters: Mapping[str, Any], name: str, least: float, most: float) -> float | None:
    given = parameters.get(name)
    if given is None or given == "":
        return None
    try:
        number = float(given)
    except (TypeError, ValueError):
        number = -1
    if not least <= number <= most:
        raise Failure(f"The parameter {name} must be a number from {least} to {most}.")
    return number


def _request(opened: Connection, body: Mapping[str, Any], context: CallContext) -> HttpRequest:
    seconds = min(opened.number("seconds", SECONDS) or SECONDS, MOST_SECONDS)
    # Asking has no effect that could happen twice, and an answer that did not fit must not be given again.
    headers = {
        **always(f"{context.job_id}.{context.attempt}"),
        "content-type": "application/json",
        "accept": "application/json",
    }
    return HttpRequest("POST", "chat/completions", headers, json.dumps(body).encode(), seconds)


def _text(answer: Any) -> str:
    try:
        choice = answer["choices"][0]
        message, reason = choice["message"], choice.get("finish_reason")
        text, refusal = message.get("content"), message.get("refusal")
    except (KeyError, IndexError, TypeError, AttributeError):
        raise Failure("The other end does not answer as a chat model does (choices, message).") from None
    if refusal:
        raise Failure(f"The agent refuses to answer: {str(refusal)[:500]}")
    if reason == "length":
        raise Failure("The answer was cut off; a larger maxTokens lets it end.")
    if not isinstance(text, str) or not text.strip():
        raise TemporaryFailure("The agent answered with nothing.")
    return text.strip()


def _by_schema(text: str, schema: Any) -> Any:
    unfenced = text.removeprefix("```json").removeprefix("```").removesuffix("```").strip()
    try:
        found = json.loads(unfenced)
    except (ValueError, RecursionError):
        raise TemporaryFailure("The agent answered with something else than JSON.") from None
    wrong = troubles(found, schema)
    if wrong:
        raise TemporaryFailure(f"The agent's answer does not fit the answerSchema: {'; '.join(wrong)}.")
    return found


def _tokens(answer: Mapping[str, Any]) -> tuple[int, int]:
    """What was read and written, as the other end counts it; 0 where it does not say."""
    usage = answer.get("usage")
    counts = [usage.get(name) if isinstance(usage, Mapping) else 0 for name in ("prompt_tokens", "completion_tokens")]
    read, written = (count if isinstance(count, int) and 0 <= count < 10**9 else 0 for count in counts)
    return read, written
