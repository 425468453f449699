"""Procession, a BPMN process server."""
