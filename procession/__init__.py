"""Procession's kit for programs: a client of its REST API, and workers that do its external tasks. Knows no server."""

from procession.client import Client, Refused
from procession.values import File
from procession.worker import BpmnError, Failed, Work, Worker

__all__ = ["BpmnError", "Client", "Failed", "File", "Refused", "Work", "Worker"]
