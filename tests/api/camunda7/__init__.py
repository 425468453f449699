"""Tests of the REST API of Camunda 7: what its own clients need of it."""
