"""Call activities: another process instance does the work, and this one waits for its end (BPMN 2.0.2, 10.3.6)."""

from server.engine.carrying import payload_of
from server.engine.facts import CallCancelled, CallRequested
from server.engine.mapping import assigned, receive, returned
from server.engine.steps import Step
from server.engine.tokens import Token
from server.errors import Failure


class CallActivity(Step):
    """Asks for the instance and waits, or takes what has come back. Only what the mapping names crosses the border,
    in either direction.
    """

    asks_anew = True

    def work(self, token: Token) -> bool:
        call, scripting = self.element.call, token.instance.scripting
        if call is None:
            return True
        if token.given is not None:
            payload, data = token.given.payload, self.element.data
            values = dict(payload) if call.all_outputs else {}
            values.update({name: payload[name] for name in data.outputs if name in payload} if data is not None else {})
            values.update(returned(call.outputs, token, token.given.payload))
            receive(token, values)
            return True
        key = scripting.text(call.process_key, token)
        if not key:
            raise Failure(f"'{self.element.name or self.element.id}' does not say which process it calls.")
        variables = dict(token.scope) if call.all_inputs else {}
        variables.update(payload_of(token))
        variables.update(assigned(token, call.inputs))
        version, business_key = scripting.text(call.version, token), scripting.text(call.business_key, token)
        requested = CallRequested(token.id, self.element.id, key, call.binding, version, variables, business_key)
        token.instance.report(requested)
        return False

    def cancelled(self, token: Token) -> None:
        if token.works:
            token.instance.report(CallCancelled(token.id, self.element.id))
