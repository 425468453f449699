"""A fan: one rule a file, each a function from a subject to what it finds wrong."""

from collections.abc import Callable, Iterator

from server.bpmn.rules import (
    activities_say_what_they_do,
    boundary_events_are_attached,
    compensation_leads_somewhere,
    complex_gateways_know_when,
    conditions_stand_where_they_count,
    decisions_are_labelled,
    decisions_can_reject,
    defaults_are_own_flows,
    escalations_are_not_forgotten,
    event_gateways_lead_to_events,
    event_sub_processes_have_one_trigger,
    events_have_a_trigger,
    exclusive_gateways_can_choose,
    expressions_can_be_read,
    flows_stay_within_their_level,
    gateways_are_connected,
    links_meet,
    loops_name_their_results,
    splits_meet_their_joins,
    starts_and_ends_are_outermost,
    timers_have_a_time,
    tokens_never_wait_for_ever,
    transactions_are_left_by_cancelling,
    unreachable_elements,
    user_tasks_have_somebody,
    zones_exist,
)
from server.bpmn.subject import Subject
from server.errors import Problem

Rule = Callable[[Subject], Iterator[Problem]]

# Hold for every process, even one that is only drawn.
STRUCTURE: tuple[Rule, ...] = (
    flows_stay_within_their_level.check,
    boundary_events_are_attached.check,
    defaults_are_own_flows.check,
    links_meet.check,
)

# Hold for what is going to be executed.
EXECUTION: tuple[Rule, ...] = (
    starts_and_ends_are_outermost.check,
    events_have_a_trigger.check,
    event_sub_processes_have_one_trigger.check,
    compensation_leads_somewhere.check,
    transactions_are_left_by_cancelling.check,
    event_gateways_lead_to_events.check,
    gateways_are_connected.check,
    exclusive_gateways_can_choose.check,
    complex_gateways_know_when.check,
    conditions_stand_where_they_count.check,
    activities_say_what_they_do.check,
    loops_name_their_results.check,
    timers_have_a_time.check,
    zones_exist.check,
    expressions_can_be_read.check,
    unreachable_elements.check,
)

# Doubts about what can be executed: never more than a warning.
QUALITY: tuple[Rule, ...] = (
    decisions_are_labelled.check,
    decisions_can_reject.check,
    escalations_are_not_forgotten.check,
    splits_meet_their_joins.check,
    tokens_never_wait_for_ever.check,
    user_tasks_have_somebody.check,
)
