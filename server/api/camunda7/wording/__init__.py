"""How Camunda 7 says it: ids, moments, values, bodies and errors, for all who translate."""
