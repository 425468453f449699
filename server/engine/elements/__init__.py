"""The one table of all elements: which step each kind of element is, and what repeats an element that loops."""

from server.bpmn.definition import Kind
from server.engine.elements.activities import Activity
from server.engine.elements.ad_hoc_sub_process import AdHoc
from server.engine.elements.boundary_event import Boundary
from server.engine.elements.business_rule_task import BusinessRuleTask
from server.engine.elements.call_activity import CallActivity
from server.engine.elements.catch_event import CatchEvent
from server.engine.elements.complex_gateway import Complex
from server.engine.elements.end_event import End
from server.engine.elements.event_based_gateway import EventBased
from server.engine.elements.exclusive_gateway import Exclusive
from server.engine.elements.inclusive_gateway import Inclusive
from server.engine.elements.loops import StandardLoop
from server.engine.elements.multi_instance import MultiInstance
from server.engine.elements.parallel_gateway import Parallel
from server.engine.elements.receive_task import ReceiveTask
from server.engine.elements.script_task import ScriptTask
from server.engine.elements.send_task import SendTask
from server.engine.elements.service_task import ServiceTask
from server.engine.elements.start_event import Start
from server.engine.elements.sub_process import SubProcess
from server.engine.elements.throw_event import ThrowEvent
from server.engine.elements.transaction import Transaction
from server.engine.elements.user_task import UserTask
from server.engine.steps import Step

STEPS: dict[Kind, type[Step]] = {
    Kind.TASK: Activity,
    Kind.MANUAL_TASK: Activity,
    Kind.USER_TASK: UserTask,
    Kind.SCRIPT_TASK: ScriptTask,
    Kind.SERVICE_TASK: ServiceTask,
    Kind.SEND_TASK: SendTask,
    Kind.RECEIVE_TASK: ReceiveTask,
    Kind.BUSINESS_RULE_TASK: BusinessRuleTask,
    Kind.CALL_ACTIVITY: CallActivity,
    Kind.SUB_PROCESS: SubProcess,
    Kind.AD_HOC_SUB_PROCESS: AdHoc,
    Kind.TRANSACTION: Transaction,
    Kind.EXCLUSIVE_GATEWAY: Exclusive,
    Kind.PARALLEL_GATEWAY: Parallel,
    Kind.INCLUSIVE_GATEWAY: Inclusive,
    Kind.EVENT_BASED_GATEWAY: EventBased,
    Kind.COMPLEX_GATEWAY: Complex,
    Kind.START_EVENT: Start,
    Kind.END_EVENT: End,
    Kind.INTERMEDIATE_CATCH_EVENT: CatchEvent,
    Kind.INTERMEDIATE_THROW_EVENT: ThrowEvent,
    Kind.BOUNDARY_EVENT: Boundary,
}

LOOPS: dict[str, type[Step]] = {
    "standard": StandardLoop,
    "parallel": MultiInstance,
    "sequential": MultiInstance,
}
