"""What the standard's schema says: types, what is required, what stands once, and what may stand where."""

import pytest

from tests.bpmn.models import around, codes, file, model


@pytest.mark.parametrize(
    "attribute",
    [
        'isForCompensation="perhaps"',
        'startQuantity="0"',
        'completionQuantity="-5"',
        'startQuantity="many"',
    ],
)
def test_an_attribute_has_a_value_of_its_type(attribute: str) -> None:
    assert "wrong-type" in codes(around(f"x task {attribute}"))


def test_an_attribute_of_few_words_has_one_of_them() -> None:
    assert "wrong-type" in codes(around('x parallelGateway gatewayDirection="Upwards"'))


def test_what_the_schema_requires_is_there() -> None:
    assert "attribute-missing" in codes(around('x task\n<boundaryEvent id="b"><errorEventDefinition/></boundaryEvent>'))
    association = "<dataInputAssociation><sourceRef>d</sourceRef></dataInputAssociation>"
    data = around(f'<dataObject id="d" name="d"/>\n<task id="x">{association}</task>')
    assert "part-missing" in codes(data)


def test_what_may_stand_once_stands_once() -> None:
    condition = '<conditionExpression xsi:type="tFormalExpression">a</conditionExpression>'
    flow = '<sequenceFlow id="f" sourceRef="x" targetRef="y">{}</sequenceFlow>'
    assert "parts-stand-once" in codes(around(f"x task\ny task\n{flow.format(condition * 2)}"))
    assert "parts-stand-once" not in codes(around(f"x task\ny task\n{flow.format(condition)}"))


def test_an_ad_hoc_sub_process_holds_an_activity() -> None:
    assert "ad-hoc-without-activity" in codes(around("x adHocSubProcess"))
    assert "ad-hoc-without-activity" not in codes(around('<adHocSubProcess id="x"><task id="t"/></adHocSubProcess>'))


@pytest.mark.parametrize("tag", ["startEvent", "endEvent", "choreographyTask"])
def test_an_ad_hoc_sub_process_holds_neither_starts_nor_ends_nor_choreographies(tag: str) -> None:
    data = around(f'<adHocSubProcess id="x"><task id="t"/><{tag} id="w"/></adHocSubProcess>')
    assert "ad-hoc-holds-forbidden" in codes(data)


def test_a_choreography_activity_does_not_stand_in_a_process() -> None:
    assert "choreographies-stand-outside-processes" in codes(around('x task\n<choreographyTask id="c"/>'))


def test_only_a_collaboration_refers_to_a_choreography() -> None:
    choreography = '<choreography id="c">{}</choreography><choreography id="d"/>'
    process = '<process id="p" isExecutable="true"><task id="t"/></process>'
    right = '<collaboration id="k"><choreographyRef>c</choreographyRef></collaboration>'
    code = "collaborations-alone-refer-to-choreographies"
    assert code not in codes(file(choreography.format("") + right + process))
    wrong = choreography.format("<choreographyRef>d</choreographyRef>")
    assert code in codes(file(wrong + process))


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        ('minimum="0" maximum="1"', None),
        ('minimum="2" maximum="2"', None),
        ('minimum="-1" maximum="2"', "participant-minimum"),
        ('minimum="3" maximum="2"', "participant-maximum"),
    ],
)
def test_a_pool_stands_for_a_sensible_number_of_participants(numbers: str, code: str | None) -> None:
    pool = (
        f'<collaboration id="c"><participant id="q"><participantMultiplicity {numbers}/></participant></collaboration>'
    )
    assert codes(model("x task", pool)) == ({code} if code else set())


@pytest.mark.parametrize("method", ["##Compensate", "http://example.org/two-phase"])
def test_a_transaction_names_its_method(method: str) -> None:
    data = '<transaction id="x" method="{}"><task id="t"/></transaction>'
    assert "transactions-name-their-method" not in codes(around(data.format(method)))
    assert "transactions-name-their-method" in codes(around(data.format("two phases!%")))
