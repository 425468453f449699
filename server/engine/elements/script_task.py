"""Script tasks: statements that change variables, or one expression whose value goes into a variable."""

from server.engine.steps import Step
from server.engine.tokens import Token


class ScriptTask(Step):
    """What a script that fails has written until then is not kept (BPMN 2.0.2, 10.3.3)."""

    failure_kind = "script"

    def work(self, token: Token) -> bool:
        script, scripting = self.element.script, token.instance.scripting
        if script is None:
            return True
        if self.element.script_result:
            token.scope[self.element.script_result] = scripting.evaluate(script, token)
        else:
            scripting.run(script, token)
        return True
