"""A fan: one rule a file, each a function from a subject to what it finds wrong."""

from collections.abc import Callable, Iterator

from server.bpmn.rules import (
    activities_say_what_they_do,
    boundary_events_are_attached,
    conditions_stand_where_they_count,
    defaults_are_own_flows,
    event_gateways_lead_to_events,
    events_have_a_trigger,
    exclusive_gateways_can_choose,
    expressions_can_be_read,
    flows_stay_within_their_level,
    gateways_are_connected,
    loops_name_their_results,
    starts_and_ends_are_outermost,
    timers_have_a_time,
    unreachable_elements,
)
from server.bpmn.subject import Subject
from server.errors import Problem

Rule = Callable[[Subject], Iterator[Problem]]

# Hold for every process, even one that is only drawn.
STRUCTURE: tuple[Rule, ...] = (
    flows_stay_within_their_level.check,
    boundary_events_are_attached.check,
    defaults_are_own_flows.check,
)

# Hold for what is going to be executed.
EXECUTION: tuple[Rule, ...] = (
    starts_and_ends_are_outermost.check,
    events_have_a_trigger.check,
    event_gateways_lead_to_events.check,
    gateways_are_connected.check,
    exclusive_gateways_can_choose.check,
    conditions_stand_where_they_count.check,
    activities_say_what_they_do.check,
    loops_name_their_results.check,
    timers_have_a_time.check,
    expressions_can_be_read.check,
    unreachable_elements.check,
)
