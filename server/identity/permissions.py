"""Which role may do what. A command names one permission; a role is a set of them."""

from enum import StrEnum


class Permission(StrEnum):
    """What a command asks for. The value reads after "You may not do this: ..."."""

    SIGN_IN = "sign in"
    WORK = "work on user tasks"
    START = "start processes"
    GIVE_VARIABLES = "give variables that no form asks for"
    COMMENT = "comment"
    DEPLOY = "deploy models"
    MEND = "mend process instances"
    EDIT_VARIABLES = "change variables"
    MOVE_TOKENS = "move tokens"
    ADMINISTER = "administer people"
    KEEP_SECRETS = "keep secrets and connections"
    SETTLE_NOTICES = "settle who is told of what"
    KEEP_WEBHOOKS = "keep webhooks"
    RUN_JOBS = "run jobs"
    DO_EXTERNAL_TASKS = "do external tasks"
    SEND_MESSAGES = "send messages"
    SEE_ALL_INSTANCES = "see every process instance"
    SEE_DEFINITIONS = "see process definitions"
    SEE_OPERATIONS = "see operations"
    SEE_AUDIT = "read the audit log"


class Role(StrEnum):
    PARTICIPANT = "participant"
    ANALYST = "analyst"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    WORKER = "worker"


_PARTICIPANT = frozenset({Permission.SIGN_IN, Permission.WORK, Permission.START, Permission.COMMENT})

PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.PARTICIPANT: _PARTICIPANT,
    Role.ANALYST: frozenset(
        {
            Permission.SIGN_IN,
            Permission.DEPLOY,
            Permission.KEEP_WEBHOOKS,
            Permission.SEE_DEFINITIONS,
            Permission.COMMENT,
            Permission.SETTLE_NOTICES,
        }
    ),
    Role.OPERATOR: frozenset(
        {
            Permission.SIGN_IN,
            Permission.MEND,
            Permission.SEND_MESSAGES,
            Permission.EDIT_VARIABLES,
            Permission.MOVE_TOKENS,
            Permission.SEE_ALL_INSTANCES,
            Permission.SEE_DEFINITIONS,
            Permission.SEE_OPERATIONS,
            Permission.COMMENT,
        }
    ),
    Role.AUDITOR: frozenset(
        {Permission.SIGN_IN, Permission.SEE_ALL_INSTANCES, Permission.SEE_DEFINITIONS, Permission.SEE_AUDIT}
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.SIGN_IN,
            Permission.ADMINISTER,
            Permission.KEEP_SECRETS,
            Permission.SETTLE_NOTICES,
            Permission.KEEP_WEBHOOKS,
            Permission.SEE_AUDIT,
        }
    ),
    Role.WORKER: frozenset(
        {
            Permission.SIGN_IN,
            Permission.DO_EXTERNAL_TASKS,
            Permission.START,
            Permission.GIVE_VARIABLES,
            Permission.SEND_MESSAGES,
            Permission.COMMENT,
        }
    ),
}

OF_ONE_PROCESS = frozenset(
    {
        Permission.SIGN_IN,
        Permission.WORK,
        Permission.START,
        Permission.GIVE_VARIABLES,
        Permission.COMMENT,
        Permission.MEND,
        Permission.EDIT_VARIABLES,
        Permission.MOVE_TOKENS,
        Permission.SEE_ALL_INSTANCES,
        Permission.SEE_OPERATIONS,
        Permission.DO_EXTERNAL_TASKS,
        Permission.SEND_MESSAGES,
    }
)
"""What a token that names processes can allow: each of these can be decided for one process at a time."""


def permissions_of(roles: frozenset[str]) -> frozenset[Permission]:
    """Everything that the roles together allow; an unknown role allows nothing."""
    return frozenset(permission for role in roles for permission in PERMISSIONS.get(role, ()))
