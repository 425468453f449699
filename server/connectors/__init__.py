"""Outlets to other systems, by the name a model calls them."""

from collections.abc import Mapping

from server.connectors.ai import AiConnector
from server.connectors.chat import ChatConnector
from server.connectors.connector import Connector
from server.connectors.http import HttpConnector
from server.connectors.mail import MailConnector
from server.connectors.openapi import OpenApiConnector
from server.connectors.procession import ProcessionConnector
from server.connectors.sql import SqlConnector
from server.connectors.webhook import WebhookConnector

CONNECTORS: Mapping[str, Connector] = {
    "http": HttpConnector(),
    "mail": MailConnector(),
    "sql": SqlConnector(),
    "chat": ChatConnector(),
    "openapi": OpenApiConnector(),
    "ai": AiConnector(),
    "procession": ProcessionConnector(),
    "webhook": WebhookConnector(),
}
