"""Exclusive gateways: the first flow whose condition holds, in the order of the file (BPMN 2.0.2, 10.6.2)."""

from server.engine.steps import Step, Taken
from server.engine.tokens import Token


class Exclusive(Step):
    """Takes one flow: the first that holds or has no condition, else the default. Tokens pass it one by one."""

    def choose(self, token: Token) -> list[Taken]:
        if len(self.flows) == 1 and self.flows[0].condition is None:
            return [Taken(self.flows[0])]
        for flow in self.flows:
            if flow is self.default:
                continue
            taken = self.tried(token, flow)
            if taken is not None:
                return [taken]
        if self.default is not None:
            return [self.by_default(token, self.default)]
        if self.flows:
            raise self.no_way_out()
        return []
