"""Menus said in other shapes: lists without verbs, keys after a status, objections, two languages in one breath."""

import pytest

from custom_components.hold_slayer.engine.ivr.decision import DecisionKind
from custom_components.hold_slayer.engine.ivr.goal import Goal
from custom_components.hold_slayer.engine.ivr.menu import Option, parse_menu
from custom_components.hold_slayer.engine.ivr.navigator import Navigator
from custom_components.hold_slayer.engine.ivr.words import words_of
from custom_components.hold_slayer.engine.model.call_brief import CallBrief, CallPolicy
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from tests.fakes.callers import way


def test_the_caller_s_keypad_is_not_the_caller_s_name() -> None:
    heard = ("Using the letters on your keypad, enter the first three letters of the last name.",)
    assert way("I'm trying to reach Mrs Adeyemi, who is handling the sale of my flat.").heard(heard).value == "233"


@pytest.mark.parametrize(
    ("language", "facts", "text", "value"),
    [
        ("nl", {"zaaknummer": "2024771"}, "Wat is het zaaknummer? Sluit af met een hekje.", "2024771#"),
        (
            "de",
            {"versichertennummer": "8056113"},
            "Tippen Sie bitte Ihre siebenstellige Versichertennummer ein, oder sagen Sie sie.",
            "8056113",
        ),
    ],
)
def test_an_entry_asked_for_in_other_words(language: str, facts: dict[str, str], text: str, value: str) -> None:
    brief = CallBrief(DialTarget("5550100"), "Mijn aanvraag / mein Antrag", language=language, facts=facts)
    assert Navigator(brief).heard((text,)).value == value


@pytest.mark.parametrize(
    ("language", "goal", "heard", "key"),
    [
        (
            "en",
            "Please print my son's shot record.",
            ("Refills, 2.", "Lab reports, 3.", "Forms and shot records, 4."),
            "4",
        ),
        (
            "en",
            "A charge looks too high.",
            ("1, to pay by card.", "2, for a meter reading.", "3, where a charge looks too high."),
            "3",
        ),
        ("fr", "Je veux annuler ma commande.", ("Vous l'attendez encore : 1.", "Vous voulez l'annuler : 2."), "2"),
        (
            "en",
            "My old number still hasn't come across.",
            (
                "You're on our plan.",
                "Press 1 now for double the data for 5 dollars more, or press 2 for other choices.",
            ),
            "2",
        ),
    ],
)
def test_lists_in_other_shapes(language: str, goal: str, heard: tuple[str, ...], key: str) -> None:
    assert way(goal, language).heard(heard).value == key


def test_figures_of_a_queue_are_no_list_of_keys() -> None:
    for heard in (("Callers ahead of you: 2.", "Minutes: 5."), ("Callers ahead of you: 2.", "Wait time: 3.")):
        assert not parse_menu(heard, words_of("en")).options


def test_who_is_not_to_be_recorded_objects() -> None:
    heard = (
        "Wij nemen gesprekken op om ervan te leren.",
        "Hebt u daar bezwaar tegen, toets dan 9.",
        "Zo niet, toets dan 1.",
    )
    for may_record, key in ((False, "9"), (True, "1")):
        policy = CallPolicy(accept_recording=may_record)
        brief = CallBrief(DialTarget("5550100"), "Mijn nota klopt niet.", language="nl", policy=policy)
        assert Navigator(brief).heard(heard).value == key


def test_another_language_s_key_after_ours_is_not_ours() -> None:
    heard = ("twin rivers tollway", "four english stay on the line para español marque nueve")
    assert way("A toll invoice.").heard(heard).do is DecisionKind.WAIT


def test_states_are_no_request_to_state_a_number() -> None:
    heard = (
        "Copper Hollow Home Loans, licensed in 38 states.",
        "If we already service your mortgage, press 2.",
        "Realtors, press 3.",
    )
    assert way("My house payment jumped.", facts={"loan_number": "6602914853"}).heard(heard).shown == "2"


def test_whoever_is_ringing_is_not_being_put_through() -> None:
    heard = ("are you ringing about your own home press one or about a business press to",)
    assert way("The meter of my house stopped.").heard(heard).value == "1"


def test_a_status_before_keys_is_no_option() -> None:
    heard = [
        "an agent will be with you in about eighteen minutes press one to keep waiting or press two and we'll call you back"
    ]
    navigator = way("My house insurance went up at renewal. I want to talk to an agent.")
    assert navigator.heard(heard).value == "1"
    assert [option.key for option in navigator.menu if "call you" in option.purpose] == ["2"]


def test_what_goes_on_and_then_agrees_is_refused() -> None:
    goal = Goal(CallBrief(DialTarget("5550100"), "My bill is wrong."), words_of("en"))
    assert goal.appraise(Option("2", "to keep waiting, and we'll call you tomorrow")).is_a("refused")
    assert not goal.appraise(Option("2", "to keep waiting without being called back")).is_a("refused")


def test_what_is_no_emergency_goes_to_nobody_s_emergency_line() -> None:
    heard = [
        "If your pet is having trouble breathing, has collapsed or is bleeding heavily, press 9 now.",
        "Press 1 to make, change or cancel a booking.",
        "Press 2 for the nurse.",
    ]
    assert (
        way("Our dog's wound has opened. I'd like to speak to a vet nurse, it isn't life threatening.")
        .heard(heard)
        .value
        == "2"
    )


def test_a_thing_that_is_closed_is_not_the_line() -> None:
    heard = (
        "Welcome to Silverhorn Railways.",
        "The summit lift is closed until Friday.",
        "For tickets and prices, press 1.",
        "For groups, press 2.",
        "For refunds after your visit, press 3.",
    )
    decision = way("The train stood still yesterday and I want a refund for two tickets.").heard(heard)
    assert (decision.do, decision.value) == (DecisionKind.PRESS, "3")
