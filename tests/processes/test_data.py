"""Data of activities and events: properties, data objects, inputs and outputs, associations, data stores."""

from server.engine import facts
from tests.bpmn.models import model, read
from tests.processes.drawn import begin, drawn, play
from tests.processes.player import Player

MAIL = '<message id="mail" name="mail"/>'
ORDER = '<dataObject id="order" name="order"/><dataObjectReference id="orderRef" dataObjectRef="order"/>'


def specification(inputs: str = "", outputs: str = "", sets: str = "") -> str:
    if not sets:
        needed = "".join(f"<dataInputRefs>{name}</dataInputRefs>" for name in inputs.split())
        refs = "".join(f"<dataOutputRefs>{name}</dataOutputRefs>" for name in outputs.split())
        sets = f"<inputSet>{needed}</inputSet><outputSet>{refs}</outputSet>"
    data = "".join(f'<dataInput id="{name}" name="{name}"/>' for name in inputs.split())
    data += "".join(f'<dataOutput id="{name}" name="{name}"/>' for name in outputs.split())
    return f"<ioSpecification>{data}{sets}</ioSpecification>"


def into(source: str, target: str, inside: str = "") -> str:
    sources = f"<sourceRef>{source}</sourceRef>" if source else ""
    return f"<dataInputAssociation>{sources}<targetRef>{target}</targetRef>{inside}</dataInputAssociation>"


def out(source: str, target: str, inside: str = "") -> str:
    sources = f"<sourceRef>{source}</sourceRef>" if source else ""
    return f"<dataOutputAssociation>{sources}<targetRef>{target}</targetRef>{inside}</dataOutputAssociation>"


def script(key: str, inside: str, text: str) -> str:
    return f'<scriptTask id="{key}">{inside}<script>{text}</script></scriptTask>'.replace("\n", "&#10;")


def test_an_activity_works_on_its_own_inputs_and_gives_out_its_outputs() -> None:
    inside = specification("price", "total") + into("orderRef", "price") + out("total", "orderRef")
    carried = play(f"{ORDER}\ns startEvent\n{script('x', inside, 'total = price * 2&#10;price = 0')}\ns -> x", order=21)
    assert carried.completed
    assert carried.variables == {"order": 42}


def optional(inputs: str, outputs: str) -> str:
    """An only input and output set in which everything is optional."""
    refs = "".join(f"<dataInputRefs>{name}</dataInputRefs>" for name in inputs.split())
    refs += "".join(f"<optionalInputRefs>{name}</optionalInputRefs>" for name in inputs.split())
    given = "".join(f"<dataOutputRefs>{name}</dataOutputRefs>" for name in outputs.split())
    given += "".join(f"<optionalOutputRefs>{name}</optionalOutputRefs>" for name in outputs.split())
    return specification(inputs, outputs, f"<inputSet>{refs}</inputSet><outputSet>{given}</outputSet>")


def test_an_activity_waits_with_an_incident_for_a_required_input() -> None:
    inside = specification("price") + into("orderRef", "price")
    lacking = play(f"{ORDER}\ns startEvent\n{script('x', inside, 'seen = price')}\ns -> x")
    assert lacking.last_incident.message == "'x' needs data that is not there: price."
    lacking.do("set_variable", "order", 3)
    lacking.do("retry", lacking.at("x"))
    assert lacking.completed
    assert lacking.variables == {"order": 3, "seen": 3}


def test_an_activity_that_has_not_given_a_required_output_is_an_incident_until_it_is_there() -> None:
    inside = specification("", "total") + out("total", "orderRef")
    lacking = play(f"{ORDER}\ns startEvent\n{script('x', inside, 'seen = 1')}\ns -> x")
    assert lacking.last_incident.message == "'x' has not given the data that it has to give: total."
    activity = lacking.at("x")
    lacking.do_at(lambda execution, moment: execution.set_variable("total", 5, moment, activity))
    lacking.do("retry", activity)
    assert lacking.completed
    assert lacking.variables == {"order": 5, "seen": 1}


def test_one_of_several_output_sets_is_enough() -> None:
    sets = "<inputSet/>" + "".join(
        f"<outputSet><dataOutputRefs>{name}</dataOutputRefs></outputSet>" for name in ("a", "b")
    )
    inside = specification("", "a b", sets) + out("b", "orderRef")
    carried = play(f"{ORDER}\ns startEvent\n{script('x', inside, 'b = 4')}\ns -> x")
    assert carried.completed
    assert carried.variables == {"order": 4}


def test_a_source_that_is_not_there_leaves_its_optional_input_empty_and_is_not_copied() -> None:
    inside = optional("price", "total") + into("orderRef", "price") + out("total", "orderRef")
    carried = play(f"{ORDER}\ns startEvent\n{script('x', inside, 'seen = price is None')}\ns -> x")
    assert carried.variables == {"seen": True}


def test_a_transformation_sees_its_sources() -> None:
    double = into("orderRef", "price", "<transformation>order * 2</transformation>")
    inside = specification("price") + double
    carried = play(f"{ORDER}\ns startEvent\n{script('x', inside, 'seen = price')}\ns -> x", order=21)
    assert carried.variables["seen"] == 42


def test_assignments_put_single_values_into_their_target() -> None:
    fields = (
        "<assignment><from>order.amount + 1</from><to>bill.sum.net</to></assignment>"
        "<assignment><from>${'EUR'}</from><to>bill.currency</to></assignment>"
    )
    inside = specification("bill") + into("orderRef", "bill", fields)
    carried = play(f"{ORDER}\ns startEvent\n{script('x', inside, 'seen = bill')}\ns -> x", order={"amount": 4})
    assert carried.variables["seen"] == {"sum": {"net": 5}, "currency": "EUR"}


def test_an_assignment_to_the_whole_target_replaces_it() -> None:
    fields = "<assignment><from>7</from><to>bill</to></assignment>"
    inside = specification("bill") + into("", "bill", fields)
    carried = play(f"s startEvent\n{script('x', inside, 'seen = bill')}\ns -> x")
    assert carried.variables == {"seen": 7}


def test_properties_belong_to_their_activity() -> None:
    inside = '<property id="scratch" name="scratch"/>'
    carried = play(f"s startEvent\n{script('x', inside, 'scratch = 1&#10;kept = scratch')}\ns -> x")
    assert carried.variables == {"kept": 1}


def test_an_activity_whose_input_sets_all_lack_something_is_an_incident_until_it_is_there() -> None:
    sets = (
        "<inputSet><dataInputRefs>a</dataInputRefs></inputSet><inputSet><dataInputRefs>b</dataInputRefs></inputSet>"
        "<outputSet/>"
    )
    data = '<dataObject id="da"/><dataObject id="db"/>'
    inside = specification("a b", "", sets) + into("da", "a") + into("db", "b")
    lacking = play(f"{data}\ns startEvent\n{script('x', inside, 'seen = b')}\ns -> x")
    assert [fact.message for fact in lacking.all(facts.IncidentRaised)] == ["'x' needs data that is not there: a, b."]
    lacking.do("set_variable", "db", 3)
    lacking.do("retry", lacking.at("x"))
    assert lacking.completed
    assert lacking.variables["seen"] == 3


STORE = '<dataStore id="stock" name="stock"/>'
REFERENCE = '<dataStoreReference id="stockRef" dataStoreRef="stock"/>'


def test_a_data_store_is_read_and_written_by_associations() -> None:
    inside = specification("count", "left") + into("stockRef", "count") + out("left", "stockRef")
    carried = play(
        f"{REFERENCE}\ns startEvent\n{script('x', inside, 'left = count - 1')}\ns -> x", STORE, stores={"stock": 5}
    )
    assert carried.stores == {"stock": 4}
    assert carried.variables == {}
    assert [(fact.store, fact.value) for fact in carried.all(facts.DataStoreChanged)] == [("stock", 4)]


def test_what_has_been_written_to_a_data_store_is_read_in_the_same_command() -> None:
    write = specification("", "left") + out("left", "stockRef")
    again = specification("count") + into("stockRef", "count")
    scripts = script("x", write, "left = 9") + "\n" + script("y", again, "seen = count")
    carried = play(f"{REFERENCE}\ns startEvent\n{scripts}\ns -> x -> y", STORE)
    assert carried.variables == {"seen": 9}


def test_a_store_that_is_merely_drawn_at_an_activity_is_the_variable_of_its_name() -> None:
    drawn_only = (
        '<property id="p1" name="__targetRef_placeholder"/>'
        + into("stockRef", "p1")
        + "<dataOutputAssociation><targetRef>stockRef</targetRef></dataOutputAssociation>"
    )
    carried = play(
        f"{REFERENCE}\ns startEvent\n{script('x', drawn_only, 'stock = stock + 1')}\ns -> x", STORE, stores={"stock": 5}
    )
    assert carried.stores == {"stock": 6}


def test_a_data_object_that_is_merely_drawn_at_an_activity_is_said_to_be_so() -> None:
    drawn_only = '<property id="p1" name="__targetRef_placeholder"/>' + into("orderRef", "p1")
    text = f"{ORDER}\ns startEvent\n{script('x', drawn_only, 'order = order + 1')}\ns -> x"
    assert [p.element for p in read(model(text)).problems if p.code == "data-association-drawn-only"] == ["x"]
    assert play(text, order=1).variables == {"order": 2}


def test_what_comes_with_a_message_goes_where_the_data_outputs_of_the_event_lead() -> None:
    event = (
        '<intermediateCatchEvent id="x"><dataOutput id="letter" name="letter"/>'
        + out("letter", "orderRef")
        + '<messageEventDefinition messageRef="mail"/></intermediateCatchEvent>'
    )
    heard = play(f"{ORDER}\ns startEvent\n{event}\ns -> x", MAIL)
    heard.message("mail", text="hello", pages=2)
    assert heard.variables == {"order": {"text": "hello", "pages": 2}}


def test_the_data_inputs_of_an_event_that_throws_go_along() -> None:
    event = (
        '<endEvent id="x"><dataInput id="letter" name="letter"/>'
        + into("orderRef", "letter")
        + '<messageEventDefinition messageRef="mail"/></endEvent>'
    )
    thrown = play(f"{ORDER}\ns startEvent\n{event}\ns -> x", MAIL, order=3)
    assert [fact.payload for fact in thrown.all(facts.MessageThrown)] == [{"letter": 3}]


def test_what_begins_a_process_goes_where_the_data_outputs_of_the_start_event_lead() -> None:
    event = (
        '<startEvent id="x"><dataOutput id="letter" name="letter"/>'
        + out("letter", "orderRef")
        + '<messageEventDefinition messageRef="mail"/></startEvent>'
    )
    assert begin(f"{ORDER}\n{event}\nu task\nx -> u", "x", {"letter": 8, "other": 1}, MAIL).variables == {"order": 8}


def test_a_multi_instance_takes_its_items_from_a_data_input_and_gives_its_results_to_a_data_output() -> None:
    loop = (
        '<scriptTask id="x">'
        + specification("items", "results")
        + into("orderRef", "items")
        + out("results", "orderRef")
        + "<multiInstanceLoopCharacteristics><loopDataInputRef>items</loopDataInputRef>"
        "<loopDataOutputRef>results</loopDataOutputRef>"
        '<inputDataItem id="item" name="item"/><outputDataItem id="done" name="done"/>'
        "</multiInstanceLoopCharacteristics><script>done = item * 10</script></scriptTask>"
    )
    carried = play(f"{ORDER}\ns startEvent\n{loop}\ns -> x", order=[1, 2, 3])
    assert carried.variables == {"order": [10, 20, 30]}


def test_a_called_process_takes_the_data_inputs_of_the_call_and_gives_back_its_data_outputs() -> None:
    call = (
        '<callActivity id="x" calledElement="other">'
        + specification("price", "total")
        + into("orderRef", "price")
        + out("total", "orderRef")
        + "</callActivity>"
    )
    process, _ = drawn(
        specification("price", "total") + "\ns startEvent\nu userTask\ns -> u", process='id="q" isExecutable="true"'
    )
    assert process.data is not None
    assert (process.data.inputs, process.data.outputs) == (("price",), ("total",))
    text = f"{ORDER}\ns startEvent\nu userTask\n{call}\nv userTask\ns -> u -> x -> v"
    caller = Player(drawn(text), {"order": 4}, person="ada", calls=False)
    caller.complete("u", "ada")
    assert [fact.variables for fact in caller.all(facts.CallRequested)] == [{"price": 4}]
    caller.do("return_from_call", caller.at("x"), {"total": 8, "price": 1})
    assert caller.variables == {"order": 8}


def test_a_process_gives_its_data_outputs_to_its_caller_and_nothing_else() -> None:
    inside = specification("price", "total") + "\ns startEvent\n" + script("x", "", "total = price") + "\ns -> x"
    called = play(inside, price=3)
    assert called.outputs == {"total": 3}
    assert play(inside).outputs == {"total": None}
