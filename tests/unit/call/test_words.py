"""What the user is told and what representatives hear."""

import pytest

from custom_components.hold_slayer.engine.call.outcomes import FAILURES, GIVE_UPS, sentence
from custom_components.hold_slayer.engine.call.phrases import phrases
from custom_components.hold_slayer.engine.model.phase import LegFailure, Outcome

LANGUAGES = ("en", "de", "fr", "es", "nl", "it")


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_one_sentence_of_its_own(outcome: Outcome) -> None:
    text = sentence(outcome)
    assert text.endswith(".")
    assert text[0].isupper()
    assert [other for other in Outcome if sentence(other) == text] == [outcome]


def test_what_was_learnt_stands_behind_it() -> None:
    assert sentence(Outcome.CLOSED, "Opens Monday at 8.") == "The company is closed. Opens Monday at 8."
    assert "Speech to text" in sentence(Outcome.NO_ROUTE, is_deaf=True)
    assert "Speech to text" not in sentence(Outcome.BUSY, is_deaf=True)


@pytest.mark.parametrize("failure", LegFailure)
def test_every_failure_of_a_leg_has_an_outcome(failure: LegFailure) -> None:
    outcome, note = FAILURES[failure]
    assert sentence(outcome, note).endswith(".")


def test_failures_that_share_an_outcome_differ_in_words() -> None:
    told = [sentence(*row) for row in FAILURES.values()]
    assert len(set(told)) == len(told)


def test_reasons_of_the_navigator() -> None:
    assert GIVE_UPS["voicemail"] is Outcome.VOICEMAIL
    assert GIVE_UPS["closed"] is Outcome.CLOSED


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_who_calls_and_nothing_is_left_open(language: str) -> None:
    spoken = phrases(language, "Alex")
    assert "Alex" in spoken.connecting
    assert "Alex" in spoken.greeting
    assert len(spoken.challenge.split()) <= 10, "whoever is asked waits for the end of it"
    assert spoken.challenge.endswith("?")
    assert len(set(spoken.all)) == 5
    assert not [text for text in spoken.all if "{" in text or not text]
    assert phrases(f"{language}-XX", "Alex") == spoken


def test_languages_differ() -> None:
    assert len({phrases(language, "Alex").apology for language in LANGUAGES}) == len(LANGUAGES)


def test_who_is_to_be_recorded_is_told_so_in_every_language() -> None:
    notices = set()
    for language in LANGUAGES:
        spoken, plain = phrases(language, "Alex", is_recorded=True), phrases(language, "Alex")
        assert spoken.greeting == f"{plain.greeting} {plain.notice}"
        assert spoken.connecting == f"{plain.connecting} {plain.notice}"
        assert (spoken.challenge, spoken.courtesy, spoken.apology) == (plain.challenge, plain.courtesy, plain.apology)
        notices.add(plain.notice)
    assert len(notices) == len(LANGUAGES)


def test_unknown_languages_and_nameless_users() -> None:
    assert phrases("tlh", "Alex") == phrases("en", "Alex")
    assert "a customer" in phrases("en", " ").greeting
    assert "einem Kunden" in phrases("de", "").connecting


def test_a_name_with_braces_is_only_a_name() -> None:
    assert "{x} {user}" in phrases("en", "{x} {user}").greeting
