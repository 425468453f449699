"""Outlets to other systems, by the name a model calls them."""

from collections.abc import Mapping

from server.connectors.connector import Connector
from server.connectors.http import HttpConnector
from server.connectors.mail import MailConnector

CONNECTORS: Mapping[str, Connector] = {"http": HttpConnector(), "mail": MailConnector()}
