"""Tests are named as sentences, so that the list of tests reads as what the product promises."""

from pathlib import Path

from tests.architecture.source import TESTS, sample, sources

WORDS_OF_A_SENTENCE = 4


def nameless_tests(root: Path) -> list[str]:
    return [
        f"{source.at(function)} {function.name}"
        for source in sources(root)
        for function in source.functions()
        if function.name.startswith("test_") and len(function.name.split("_")) - 1 < WORDS_OF_A_SENTENCE
    ]


def test_every_test_is_named_by_a_sentence() -> None:
    assert nameless_tests(TESTS) == []


def test_a_test_named_by_a_mere_noun_is_found(tmp_path: Path) -> None:
    text = "def test_user_tasks(): ...\ndef test_a_completed_task_cannot_be_completed_again(): ...\n"
    assert nameless_tests(sample(tmp_path, "test_a.py", text)) == ["test_a.py:1 test_user_tasks"]
