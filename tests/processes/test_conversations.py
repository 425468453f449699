"""Messages between pools of one file, the keys that correlate them, and global tasks that are called."""

from server.bpmn.definition import Kind
from server.engine import facts
from server.engine.construction import construct
from tests.bpmn.models import content, file, read
from tests.processes.player import Player

POOLS = """
    <message id="m1" name="Order"/>
    <collaboration id="c">
      <participant id="buyer" processRef="buys"/>
      <participant id="seller" processRef="sells"/>
      <participant id="bank" name="Bank"/>
      <messageFlow id="flow1" sourceRef="ask" targetRef="asked"/>
      <messageFlow id="flow2" sourceRef="answer" targetRef="answered"/>
      <messageFlow id="flow3" name="Money" sourceRef="bank" targetRef="paid"/>
    </collaboration>
"""
BUYER = """
    s startEvent
    <sendTask id="ask" messageRef="m1"/>
    <intermediateCatchEvent id="answered"><messageEventDefinition/></intermediateCatchEvent>
    <receiveTask id="paid"/>
    e endEvent
    s -> ask -> answered -> paid -> e
"""
SELLER = """
    <startEvent id="asked"><messageEventDefinition/></startEvent>
    u userTask
    <endEvent id="answer"><messageEventDefinition/></endEvent>
    asked -> u -> answer
"""


def both() -> tuple[Player, Player]:
    """Buyer and seller, the seller begun by what the buyer has sent."""
    pools = f'{POOLS}<process id="buys" isExecutable="true">{content(BUYER)}</process>'
    reading = read(file(f'{pools}<process id="sells" isExecutable="true">{content(SELLER)}</process>'))
    refusals = [problem.text for problem in reading.problems if problem.level == "problem"]
    assert refusals == [], refusals
    buys, sells = reading.processes
    buyer = Player((buys, construct(buys)), {"item": "tea"}, person="ada")
    (sent,) = buyer.all(facts.MessageThrown)
    names = {key: triggers[0].name for key, triggers in sells.level.openers().items()}
    opener = next(key for key, name in names.items() if name is not None and name.text == sent.name)
    return buyer, Player((sells, construct(sells)), sent.payload, start=opener)


def test_ends_of_a_message_flow_that_name_no_message_agree_on_the_one_that_the_other_end_names() -> None:
    buyer, seller = both()
    assert [fact.name for fact in buyer.all(facts.MessageThrown)] == ["Order"]
    assert seller.open == ["u"]


def test_a_message_flow_without_any_message_is_agreed_on_by_its_id() -> None:
    buyer, seller = both()
    seller.complete("u", "ben", price=3)
    (sent,) = seller.all(facts.MessageThrown)
    buyer.message(sent.name, **sent.payload)
    assert "answered" in buyer.passed


def test_a_message_flow_from_a_pool_without_a_process_is_agreed_on_by_its_name() -> None:
    buyer, _ = both()
    buyer.message("flow2")
    buyer.message("Money", amount=5)
    assert buyer.completed
    assert buyer.variables["amount"] == 5


KEYS = """
    <message id="ask" name="ask"/><message id="tell" name="tell"/>
    <correlationProperty id="number">
      <correlationPropertyRetrievalExpression messageRef="ask"><messagePath>order.number</messagePath>
      </correlationPropertyRetrievalExpression>
      <correlationPropertyRetrievalExpression messageRef="tell"><messagePath>about</messagePath>
      </correlationPropertyRetrievalExpression>
    </correlationProperty>
    <collaboration id="c"><participant id="pool" processRef="p"/>
      <correlationKey id="key"><correlationPropertyRef>number</correlationPropertyRef></correlationKey>
    </collaboration>
"""
LISTENS = '<intermediateCatchEvent id="x"><messageEventDefinition messageRef="tell"/></intermediateCatchEvent>'


def conversation(inside: str) -> tuple[facts.SubscriptionOpened, Player]:
    reading = read(file(f'{KEYS}<process id="p" isExecutable="true">{content(inside)}</process>'))
    refusals = [problem.text for problem in reading.problems if problem.level == "problem"]
    assert refusals == [], refusals
    (process,) = reading.processes
    start = next(iter(process.level.openers()), None)
    player = Player((process, construct(process)), {"order": {"number": 42}}, start=start)
    return player.all(facts.SubscriptionOpened)[-1], player


def test_the_message_that_begins_an_instance_sets_the_key_of_its_conversation() -> None:
    begun = '<startEvent id="s"><messageEventDefinition messageRef="ask"/></startEvent>'
    opened, _ = conversation(f"{begun}\n{LISTENS}\ns -> x")
    assert opened.correlation_key == "42"
    assert opened.key_paths == (("feel", "about"),)


def test_the_first_message_that_an_instance_sends_sets_the_key_of_its_conversation() -> None:
    opened, player = conversation(f"s startEvent\n{ASKS}\n{LISTENS}\ns -> a -> x")
    assert [fact.correlation_key for fact in player.all(facts.MessageThrown)] == ["42"]
    assert opened.correlation_key == "42"


ASKS = (
    '<intermediateThrowEvent id="a"><extensionElements><camunda:inputOutput><camunda:inputParameter name="order">'
    "${order}</camunda:inputParameter></camunda:inputOutput></extensionElements>"
    '<messageEventDefinition messageRef="ask"/></intermediateThrowEvent>'
)
BESIDE = f"s startEvent\ng parallelGateway\nu userTask\n{LISTENS}\n{ASKS}\ns -> g -> x\ng -> u -> a"


def test_who_waits_already_is_told_the_key_that_the_conversation_gets_later() -> None:
    opened, player = conversation(
        f"s startEvent\ng parallelGateway\nu userTask\n{LISTENS}\n{ASKS}\ns -> g -> x\ng -> u -> a"
    )
    assert opened.correlation_key is None
    player.complete("u", "ada")
    assert player.all(facts.SubscriptionClosed) == [facts.SubscriptionClosed(opened.activity, opened.number)]
    told = player.all(facts.SubscriptionOpened)[-1]
    assert (told.activity, told.number, told.correlation_key) == (opened.activity, opened.number, "42")
    assert told.key_paths == (("feel", "about"),)
    player.message("tell", about=42)
    assert "x" in player.passed


def test_a_key_that_the_model_says_itself_is_not_changed_by_a_message() -> None:
    subscription = (
        '<correlationSubscription id="sub" correlationKeyRef="key"><correlationPropertyBinding '
        'correlationPropertyRef="number"><dataPath>order.number + 1</dataPath></correlationPropertyBinding>'
        "</correlationSubscription>"
    )
    _, player = conversation(f"{subscription}\n{BESIDE}")
    player.complete("u", "ada")
    assert [fact.correlation_key for fact in player.all(facts.SubscriptionOpened)] == ["43"]


def test_a_subscription_of_the_process_says_the_key_by_its_own_data() -> None:
    subscription = (
        '<correlationSubscription id="sub" correlationKeyRef="key"><correlationPropertyBinding '
        'correlationPropertyRef="number"><dataPath>order.number + 1</dataPath></correlationPropertyBinding>'
        "</correlationSubscription>"
    )
    opened, _ = conversation(f"{subscription}\ns startEvent\n{LISTENS}\ns -> x")
    assert opened.correlation_key == "43"


def test_without_any_message_yet_the_business_key_counts() -> None:
    opened, _ = conversation(f"s startEvent\n{LISTENS}\ns -> x")
    assert opened.correlation_key is None
    assert opened.key_paths == ()


def test_a_global_task_is_a_process_of_its_own_that_can_be_called() -> None:
    reading = read(
        file(
            '<globalScriptTask id="twice" scriptLanguage="python"><ioSpecification><dataInput id="i" name="n"/>'
            '<dataOutput id="o" name="m"/><inputSet><dataInputRefs>i</dataInputRefs></inputSet><outputSet>'
            "<dataOutputRefs>o</dataOutputRefs></outputSet></ioSpecification><script>m = n * 2</script>"
            '</globalScriptTask><globalUserTask id="look"/>'
            f'<process id="p" isExecutable="true">{content("s startEvent")}</process>'
        )
    )
    assert [problem.text for problem in reading.problems if problem.level == "problem"] == []
    assert [(process.key, process.is_global_task) for process in reading.processes] == [
        ("p", False),
        ("twice", True),
        ("look", True),
    ]
    twice, look = reading.processes[1:]
    assert Player((twice, construct(twice)), {"n": 21}).outputs == {"m": 42}
    assert look.level.elements["look"].kind is Kind.USER_TASK
    asked = Player((look, construct(look)), {})
    asked.complete("look", "ada")
    assert asked.completed
