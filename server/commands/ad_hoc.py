"""Choose what is done next in an ad-hoc sub-process, and say that enough has been done."""

from sqlalchemy import select

from server.database import db
from server.errors import Forbidden
from server.identity.permissions import Permission
from server.records.activity_instance import ActivityInstance
from server.records.process_instance import ProcessInstance
from server.records.user_task import IS_OPEN, UserTask
from server.runtime.access import workable_user_tasks
from server.runtime.act import Act
from server.runtime.choosers import may_choose
from server.runtime.definitions import deployed
from server.runtime.finding import visible_instance
from server.runtime.instances import advance
from server.runtime.involvement import involve
from server.runtime.transaction import command
from server.sentences import say


@command(Permission.WORK)
def start_activity(act: Act, instance_id: str, activity: int, element_key: str) -> str | None:
    """Begin *element_key* inside the ad-hoc sub-process that runs as *activity*.

    Returns the id of the user task that this has led to, if there is one which the actor may do. Raises NotFound,
    Forbidden for who has no say in it, and Conflict when it cannot be begun now.
    """
    instance = _chosen_in(act, instance_id, activity)
    advance(act, instance.id, lambda e: e.start_ad_hoc(activity, element_key, act.moment, act.actor.id))
    involve(instance.id, [act.actor.id])
    act.on(element_key, instance.id, details={"activity": activity, "element": element_key})
    return _led_to(act, instance.id)


def _led_to(act: Act, instance_id: str) -> str | None:
    """The first user task that has come to be in this very step and that the actor may do."""
    made = select(UserTask.id).where(UserTask.instance_id == instance_id, UserTask.created_at == act.moment)
    return db.session.scalar(made.where(IS_OPEN, workable_user_tasks(act.actor)).order_by(UserTask.id).limit(1))


@command(Permission.WORK)
def finish(act: Act, instance_id: str, activity: int) -> None:
    """Enough has been done: end it. Raises NotFound, Forbidden, and Conflict where the model has a condition for
    that."""
    instance = _chosen_in(act, instance_id, activity)
    advance(act, instance.id, lambda e: e.finish_ad_hoc(activity, act.moment, act.actor.id))
    act.on(str(activity), instance.id)


def _chosen_in(act: Act, instance_id: str, activity: int) -> ProcessInstance:
    """The instance. Raises NotFound, and Forbidden where others choose what is done in the ad-hoc sub-process."""
    instance = visible_instance(act.actor, instance_id)
    place = select(ActivityInstance.element_key).where(
        ActivityInstance.instance_id == instance_id, ActivityInstance.activity == activity
    )
    process = deployed(instance.definition_id).process
    ad_hoc = process.element(db.session.scalar(place) or "")
    if ad_hoc is not None and ad_hoc.ad_hoc is not None and not may_choose(act.actor, instance, ad_hoc, activity):
        raise Forbidden(say("Others choose what is done in %(name)s.", name=ad_hoc.name or ad_hoc.id))
    return instance
