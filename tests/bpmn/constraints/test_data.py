"""Data, what it is made of, and where it goes."""

from tests.bpmn.models import around, codes, file, model

ITEMS = (
    '<itemDefinition id="text" structureRef="string"/><itemDefinition id="number" structureRef="int"/>'
    '<itemDefinition id="texts" structureRef="string" isCollection="true"/>'
)


def specification(inputs: str = "", outputs: str = "", sets: str = "") -> str:
    return f"<ioSpecification>{inputs}{outputs}{sets or sets_of(inputs, outputs)}</ioSpecification>"


def sets_of(inputs: str, outputs: str) -> str:
    into = "<dataInputRefs>i</dataInputRefs>" if inputs else ""
    out = "<dataOutputRefs>o</dataOutputRefs>" if outputs else ""
    return f"<inputSet>{into}</inputSet><outputSet>{out}</outputSet>"


def data_input(item: str = "text", more: str = "") -> str:
    return f'<dataInput id="i" itemSubjectRef="{item}" {more}/>'


def data_output(item: str = "text") -> str:
    return f'<dataOutput id="o" itemSubjectRef="{item}"/>'


def task(inside: str, tag: str = "task", attributes: str = "", roots: str = "") -> bytes:
    return around(f'<{tag} id="x" {attributes}>{inside}</{tag}>', ITEMS + roots)


def test_a_collection_has_an_item_definition_that_is_one() -> None:
    assert codes(model('<dataObject id="d" itemSubjectRef="texts" isCollection="true"/>\nx task', ITEMS)) == set()
    wrong = model('<dataObject id="d" itemSubjectRef="texts"/>\nx task', ITEMS)
    assert codes(wrong) == {"collections-agree-with-their-items"}


def test_every_data_input_and_output_is_in_a_set() -> None:
    assert codes(task(specification(data_input(), data_output()))) == set()
    assert codes(task(specification(data_input(), sets="<inputSet/><outputSet/>"))) == {"data-in-no-set"}
    assert codes(task(specification("", data_output(), sets="<inputSet/><outputSet/>"))) == {"data-in-no-set"}


def test_an_optional_input_of_a_set_is_an_input_of_it() -> None:
    sets = "<inputSet>{}<optionalInputRefs>i</optionalInputRefs></inputSet><outputSet/>"
    right = sets.format("<dataInputRefs>i</dataInputRefs>")
    assert "data-set-part" not in codes(task(specification(data_input(), sets=right)))
    assert "data-set-part" in codes(task(specification(data_input(), sets=sets.format(""))))


def test_two_sets_name_each_other() -> None:
    sets = (
        '<inputSet id="in"><dataInputRefs>i</dataInputRefs><outputSetRefs>out</outputSetRefs></inputSet>'
        '<outputSet id="out">{}</outputSet>'
    )
    right = sets.format("<inputSetRefs>in</inputSetRefs>")
    assert "data-sets-unrelated" not in codes(task(specification(data_input(), sets=right)))
    assert "data-sets-unrelated" in codes(task(specification(data_input(), sets=sets.format(""))))


ASSOCIATION = "<dataInputAssociation id='as'>{}<targetRef>i</targetRef>{}</dataInputAssociation>"
TWO = "<sourceRef>d1</sourceRef><sourceRef>d2</sourceRef>"
OBJECTS = '<dataObject id="d1" name="a"/><dataObject id="d2" name="b"/>'


def associated(sources: str, transformation: str = "") -> bytes:
    inside = specification(data_input()) + ASSOCIATION.format(sources, transformation)
    return around(f'{OBJECTS}\n<task id="x">{inside}</task>', ITEMS)


def test_several_sources_need_a_transformation() -> None:
    assert codes(associated("<sourceRef>d1</sourceRef>")) == set()
    assert codes(associated(TWO)) == {"several-sources-untransformed"}
    assert "several-sources-untransformed" not in codes(associated(TWO, "<transformation>a + b</transformation>"))


def test_a_data_input_of_a_process_is_only_read_inside_it() -> None:
    written = (
        f"{specification(data_input())}<task id='x'><ioSpecification><dataOutput id='r'/><inputSet/><outputSet>"
        "<dataOutputRefs>r</dataOutputRefs></outputSet></ioSpecification><dataOutputAssociation>"
        "<sourceRef>r</sourceRef><targetRef>i</targetRef></dataOutputAssociation></task>"
    )
    assert "data-input-written" in codes(file(f'<process id="p" isExecutable="true">{written}</process>{ITEMS}'))


INTERFACE = (
    '<message id="ask" name="Ask" itemRef="text"/><interface id="if" name="I"><operation id="op" name="O">'
    "<inMessageRef>ask</inMessageRef></operation></interface>"
)


def operating(inside: str) -> set[str]:
    return codes(task(inside, "serviceTask", 'operationRef="op"', INTERFACE)) - {"task-without-work"}


def test_a_service_task_with_an_operation_has_one_input_set() -> None:
    assert "operation-data-sets" in operating("")
    assert "operation-data-sets" not in operating(specification(data_input()))


def test_what_goes_into_an_operation_is_its_message() -> None:
    assert "operation-data-item" not in operating(specification(data_input("text")))
    assert "operation-data-item" in operating(specification(data_input("number")))


def receiving(inside: str) -> set[str]:
    return codes(task(inside, "receiveTask", 'messageRef="ask"', INTERFACE))


def test_what_a_receive_task_gives_is_its_message() -> None:
    assert receiving(specification("", data_output("text"))) == set()
    assert receiving(specification("", data_output("number"))) == {"message-data-item"}


def test_a_receive_task_gives_one_message_only() -> None:
    two = "<inputSet/>" + "<outputSet><dataOutputRefs>o</dataOutputRefs></outputSet>" * 2
    assert "message-data-sets" in receiving(specification("", data_output(), sets=two))


def called(call: str) -> set[str]:
    inner = f'<process id="q">{specification(data_input(), data_output())}<task id="t"/></process>'
    call = call.replace('"i"', '"ci"').replace('"o"', '"co"').replace(">i<", ">ci<").replace(">o<", ">co<")
    return codes(task(call, "callActivity", 'calledElement="q"', inner))


def test_a_call_hands_over_what_the_called_process_takes() -> None:
    assert called(specification(data_input(), data_output())) == set()
    assert called(specification(data_input())) == {"call-data-number"}
    assert called(specification(data_input("number"), data_output())) == {"call-data-item"}


def test_a_call_that_says_nothing_about_data_is_left_alone() -> None:
    assert called("") == set()


def test_a_supported_interface_is_bound_operation_by_operation() -> None:
    inside = "<supportedInterfaceRef>if</supportedInterfaceRef>{}<task id='x'/>"
    process = f'<process id="p" isExecutable="true">{inside}</process>{ITEMS}{INTERFACE}'
    binding = '<ioBinding operationRef="op" inputDataRef="i" outputDataRef="o"/>'
    assert codes(file(process.format(""))) == {"supported-operations-are-bound"}
    assert "supported-operations-are-bound" not in codes(file(process.format(binding)))


def looping(item: str) -> set[str]:
    loop = (
        "<multiInstanceLoopCharacteristics><loopDataInputRef>all</loopDataInputRef>"
        f'<inputDataItem id="one" name="one" itemSubjectRef="{item}"/></multiInstanceLoopCharacteristics>'
    )
    objects = '<dataObject id="all" name="all" itemSubjectRef="texts" isCollection="true"/>'
    return codes(around(f'{objects}\n<task id="x">{loop}</task>', ITEMS))


def test_an_item_is_one_of_its_collection() -> None:
    assert looping("text") == set()
    assert looping("number") == {"loop-items-fit-their-collection"}
    assert looping("texts") == {"loop-items-fit-their-collection"}


def test_a_reference_means_a_thing_of_its_kind() -> None:
    wrong = model('<dataObject id="d" itemSubjectRef="ask"/>\nx task', ITEMS + INTERFACE)
    assert codes(wrong) == {"reference-of-wrong-kind"}


def test_a_reference_means_something() -> None:
    assert "reference-to-nothing" in codes(
        task(
            specification(
                data_input(),
                sets="<inputSet>{}</inputSet>".format(
                    "<dataInputRefs>i</dataInputRefs><dataInputRefs>gone</dataInputRefs>"
                ),
            )
        )
    )
    assert codes(model('<dataObjectReference id="r" dataObjectRef="gone"/>\nx task')) == {"reference-to-nothing"}


def test_what_things_are_made_of_may_be_described_in_another_file() -> None:
    assert codes(model('<dataObject id="d" itemSubjectRef="xs:string"/>\nx task')) == set()
