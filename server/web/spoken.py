"""What is said by a value of the code and stands in no sentence of its own; gathered here for the translations."""

from server.sentences import Sentence, say

PERMISSIONS: tuple[Sentence, ...] = (
    say("sign in"),
    say("work on user tasks"),
    say("start processes"),
    say("give variables that no form asks for"),
    say("comment"),
    say("deploy models"),
    say("mend process instances"),
    say("change variables"),
    say("move tokens"),
    say("administer people"),
    say("keep secrets and connections"),
    say("settle who is told of what"),
    say("keep webhooks"),
    say("run jobs"),
    say("do external tasks"),
    say("send messages"),
    say("see every process instance"),
    say("see process definitions"),
    say("see operations"),
    say("read the audit log"),
)
"""Behind "You may not do this: "."""

STATES: tuple[Sentence, ...] = (say("active"), say("suspended"), say("completed"), say("terminated"))
"""Of process instances."""

FAMILIES: tuple[Sentence, ...] = (
    say("The request cannot be carried out; nothing has changed."),
    say("There is nothing here by that name, or you may not see it."),
    say("You may not do this."),
    say("Somebody else was faster: the state has changed since you looked."),
    say("It has changed since you looked, and you asked that nothing is done then."),
    say("This very request was carried out before."),
    say("The database cannot take this just now. Nothing was changed; try again in a moment."),
    say("What was handed in cannot be accepted as it is."),
)
"""What the families of error say where nothing else was said: their docstrings."""
