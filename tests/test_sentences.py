"""Sentences are English for programs and know what other languages need."""

import copy
import json
import pickle

import pytest

from server.languages import language
from server.sentences import Sentence, kept, restored, say, say_many


def test_a_sentence_is_its_english_text_for_whoever_asks_no_more() -> None:
    assert say("Claimed %(called)s", called="PR-1") == "Claimed PR-1"
    assert json.dumps(say("Saved")) == '"Saved"'


@pytest.mark.parametrize(("number", "text"), [(1, "1 Aufgabe übernommen"), (3, "3 Aufgaben übernommen")])
def test_a_sentence_about_a_number_is_said_with_the_plural_of_the_language(number: int, text: str) -> None:
    told = say_many("Claimed %(number)s user task", "Claimed %(number)s user tasks", number)
    assert language("de").say(told) == text


def test_a_sentence_within_a_sentence_is_said_in_the_same_language() -> None:
    told = say("You may not do this: %(what)s.", what=say("move tokens"))
    assert language("de").say(told) == "Das dürfen Sie nicht: Token verschieben."


def test_a_value_is_never_taken_for_a_sentence_or_a_sign() -> None:
    told = say("You may not start %(name)s.", name="100 %(x)s comment")
    assert language("de").say(told) == "Sie dürfen 100 %(x)s comment nicht starten."


def test_a_kept_sentence_comes_back_whole() -> None:
    told = say("%(name)s asks you to look at %(called)s", name="Ada", called=say("a request"))
    again = restored(str(told), kept(told))
    assert again == told
    assert language("de").say(again) == "Ada bittet um Beachtung: ein Vorgang"


def test_a_text_that_is_no_sentence_is_kept_as_it_is() -> None:
    assert (kept("Hello"), restored("Hello", "")) == ("", "Hello")


def test_a_copied_sentence_is_still_its_text() -> None:
    told = say("You may not start %(name)s.", name="Purchase")
    assert [copy.deepcopy(told), pickle.loads(pickle.dumps(told))] == [told, told]  # noqa: S301  # our own bytes
    assert isinstance(copy.deepcopy(told), Sentence)
