"""A fan: one constraint of the standard a file, each a function from the file as it was written to its breaches.

Constraints look at what stands in the file, so they hold whatever of it can be executed; rules look at what was read.
"""

from collections.abc import Callable, Iterator

from server.bpmn.constraints import (
    ad_hoc_sub_processes_hold_activities,
    attributes_have_their_type,
    calls_have_the_data_of_the_called,
    choreographies_stand_outside_processes,
    collaborations_alone_refer_to_choreographies,
    collections_agree_with_their_items,
    compensation_events_are_linked,
    conditions_are_true_or_false,
    data_associations_lead_somewhere,
    data_sets_name_all_data,
    event_gateways_offer_a_choice,
    event_sub_processes_stand_apart,
    events_have_the_data_of_their_triggers,
    expressions_are_formal,
    expressions_have_a_body,
    flow_lists_agree_with_flows,
    flows_are_immediate,
    gateways_keep_their_direction,
    loop_items_fit_their_collection,
    message_flows_join_what_sends_and_receives,
    nodes_are_on_a_way,
    operations_fit_their_tasks,
    participants_have_sensible_numbers,
    parts_stand_once,
    references_mean_their_kind,
    required_parts_are_there,
    scripts_name_their_language,
    supported_operations_are_bound,
    timers_name_no_bare_word,
    transactions_name_their_method,
    triggers_stand_where_they_may,
)
from server.bpmn.findings import Findings
from server.bpmn.source import Breach, Source

Constraint = Callable[[Source], Iterator[Breach]]

CONSTRAINTS: tuple[Constraint, ...] = (
    ad_hoc_sub_processes_hold_activities.check,
    attributes_have_their_type.check,
    calls_have_the_data_of_the_called.check,
    choreographies_stand_outside_processes.check,
    collaborations_alone_refer_to_choreographies.check,
    collections_agree_with_their_items.check,
    compensation_events_are_linked.check,
    conditions_are_true_or_false.check,
    data_associations_lead_somewhere.check,
    data_sets_name_all_data.check,
    event_gateways_offer_a_choice.check,
    event_sub_processes_stand_apart.check,
    events_have_the_data_of_their_triggers.check,
    expressions_are_formal.check,
    expressions_have_a_body.check,
    flow_lists_agree_with_flows.check,
    flows_are_immediate.check,
    gateways_keep_their_direction.check,
    loop_items_fit_their_collection.check,
    message_flows_join_what_sends_and_receives.check,
    nodes_are_on_a_way.check,
    operations_fit_their_tasks.check,
    participants_have_sensible_numbers.check,
    parts_stand_once.check,
    references_mean_their_kind.check,
    required_parts_are_there.check,
    scripts_name_their_language.check,
    supported_operations_are_bound.check,
    timers_name_no_bare_word.check,
    transactions_name_their_method.check,
    triggers_stand_where_they_may.check,
)


def check_constraints(source: Source, findings: Findings) -> None:
    """Holds the file against every constraint and adds what is broken to the findings."""
    for check in CONSTRAINTS:
        name = check.__module__.rpartition(".")[2].replace("_", "-")
        for breach in check(source):
            if breach.harmless:
                findings.warning(breach.node, breach.text, breach.code or name)
            else:
                findings.problem(breach.node, breach.text, breach.scope, breach.code or name)
