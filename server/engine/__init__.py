"""Executes BPMN. Knows neither the database nor the web: definitions and events in, facts and changed state out."""
