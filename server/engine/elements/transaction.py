"""Transactions: sub-processes that can be cancelled as a whole (BPMN 2.0.2, 10.3.5)."""

from server.engine.nesting import Nesting


class Transaction(Nesting):
    """Its cancel end events undo what was completed in it and leave it by the cancel boundary event; see
    `compensation.cancel_transaction`. An error that it does not catch itself leaves it without undoing anything."""
