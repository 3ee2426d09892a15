"""Questions that hold their answers, what to do when all else is refused, and lines that only tell."""

import pytest

from custom_components.hold_slayer.engine.ivr.alternatives import question_in, sides_of
from custom_components.hold_slayer.engine.ivr.decision import Decision, DecisionKind
from custom_components.hold_slayer.engine.ivr.navigator import Navigator
from custom_components.hold_slayer.engine.ivr.situation import read, tells_only
from custom_components.hold_slayer.engine.ivr.words import LANGUAGES, words_of
from custom_components.hold_slayer.engine.model.call_brief import CallPolicy
from tests.fakes.callers import way


def without_model(navigator: Navigator, *heard: str) -> Decision:
    decision = navigator.heard(list(heard))
    return navigator.advice_failed() if decision.do is DecisionKind.ASK_MODEL else decision


def sides(language: str, *heard: str) -> list[str]:
    words = words_of(language)
    return [each.key for each in sides_of(question_in(read(heard, words).menu.context, words), words)]


@pytest.mark.parametrize(
    ("language", "question", "expected"),
    [
        ("en", "Did you send this parcel or receive it?", ["send this parcel", "receive it"]),
        ("en", "Are you a tenant, an owner, or a contractor?", ["a tenant", "an owner", "a contractor"]),
        ("en", "Will you wait, or shall we call you?", ["wait", "call you"]),
        ("de", "Haben Sie das Paket verschickt oder empfangen?", ["das paket verschickt", "empfangen"]),
        ("fr", "Êtes-vous locataire ou propriétaire ?", ["locataire", "proprietaire"]),
        ("es", "¿Es usted titular o beneficiario?", ["titular", "beneficiario"]),
        ("it", "Ha spedito il pacco oppure lo ha ricevuto?", ["ha spedito il pacco", "lo ha ricevuto"]),
        ("nl", "Bent u huurder of eigenaar?", ["huurder", "eigenaar"]),
    ],
)
def test_a_question_that_holds_its_answers(language: str, question: str, expected: list[str]) -> None:
    assert sides(language, question) == expected


def test_a_bare_question_points_back_to_what_was_offered() -> None:
    heard = ("I can send you a form by text, or you can wait for a specialist.", "Which would you like?")
    assert sides("en", *heard) == ["send you a form by text", "wait for a specialist"]


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Do you have your account number or card number handy?"),
        ("en", "Is your washing machine two years old or older?"),
        ("en", "Is that correct, or would you like to change it?"),
        ("en", "Did you say billing or building?"),
        ("en", "What is the name or number on the account?"),
        ("en", "For sales or service please hold."),
        ("de", "Haben Sie Ihre Kundennummer oder Vertragsnummer zur Hand?"),
        ("fr", "Où avez-vous acheté le produit ?"),
        ("nl", "Wilt u weten of uw pakket onderweg is?"),
    ],
)
def test_questions_that_want_something_else(language: str, question: str) -> None:
    assert sides(language, question) == []


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        ("The mirror I received is broken, I want to claim.", "receive it"),
        ("I want to send a parcel to my son.", "send this parcel"),
    ],
)
def test_the_side_that_the_goal_speaks_of_is_said(goal: str, expected: str) -> None:
    decision = without_model(way(goal), "Did you send this parcel or receive it?")
    assert (decision.do, decision.value) == (DecisionKind.SAY, expected)


def test_a_side_that_was_not_understood_is_not_said_again() -> None:
    navigator, question = way("My shower leaks."), "Are you the tenant or the owner?"
    said = [without_model(navigator, question).value for _ in range(3)]
    assert set(said[:2]) == {"the tenant", "the owner"}
    assert said[2] not in said[:2]


def test_a_refused_side_leaves_the_other() -> None:
    navigator = way("Where is my parcel?", policy=CallPolicy(accept_callback=False))
    decision = without_model(navigator, "Will you wait, or shall we call you back?")
    assert decision.value == "wait"


def test_where_all_else_is_refused_the_one_option_left_is_taken() -> None:
    navigator = way("A payment is not mine.", policy=CallPolicy(accept_callback=False))
    decision = without_model(
        navigator,
        "Our disputes team is popular.",
        'Say "ring me back" if you\'d like us to call you.',
        'Or say "I\'m fine".',
    )
    assert (decision.do, decision.value) == (DecisionKind.SAY, "i'm fine")


def test_words_to_say_stand_for_the_sides_of_the_question_before_them() -> None:
    heard = ("Has your delivery not come yet, or was it damaged?", 'Say "first" or "second".')
    assert without_model(way("The wardrobe arrived with a damaged door."), *heard).value == "second"


def test_words_of_a_list_that_are_not_taken_are_followed_by_yes_or_no() -> None:
    navigator = way("The season passes I bought never arrived.")
    question = "Is this about tickets or passes you already bought?"
    said = [without_model(navigator, question).value for _ in range(2)]
    assert said == ["passes you already bought", "yes"]


@pytest.mark.parametrize(
    ("language", "heard"),
    [
        ("en", ["Key in your PIN, then pound.", "If you've never had a PIN, just press pound."]),
        ("de", ["Geben Sie Ihre PIN ein.", "Möchten Sie keine angeben, drücken Sie nur die Raute."]),
        ("fr", ["Saisissez votre code secret.", "Si vous n'en avez jamais reçu, appuyez simplement sur dièse."]),
        ("es", ["Introduzca su clave.", "Si prefiere no hacerlo, pulse solo almohadilla."]),
        ("it", ["Digiti il PIN.", "Se preferisce non farlo, prema solo cancelletto."]),
        ("nl", ["Toets uw pincode in.", "Geeft u die liever niet? Toets dan alleen een hekje."]),
    ],
)
def test_the_way_around_what_is_asked_for(language: str, heard: list[str]) -> None:
    decision = without_model(way("Is my bill right?", language), *heard)
    assert (decision.do, decision.value) == (DecisionKind.PRESS, "#")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Calling the tire center.", True),
        ("You're in line for an appeals officer.", True),
        ("For tires, press 1.", False),
        ("Which city are you calling from?", False),
        ("Please say your zip code.", False),
        ("Thank you, goodbye.", False),
        ("Our office is closed.", False),
        ("Please leave a message after the tone.", False),
    ],
)
def test_what_only_tells(text: str, expected: bool) -> None:
    assert tells_only(read([text], words_of("en")), words_of("en")) is expected


def test_silence_after_what_only_tells_is_waited_through() -> None:
    navigator = way("I need new tires.")
    navigator.heard(["For tires, press 1.", "For anything else, press 2."])
    navigator.heard(["Calling the tire center."])
    decisions = [navigator.heard([]) for _ in range(6)]
    assert {decision.do for decision in decisions} == {DecisionKind.WAIT}
    assert decisions[-1].is_hold


def test_silence_after_a_question_is_answered() -> None:
    navigator = way("I need new tires.")
    navigator.heard(["Your call matters.", "Please say your zip code."])
    decisions = [navigator.heard([]) for _ in range(4)]
    assert DecisionKind.SAY in {decision.do for decision in decisions}


def test_another_department_that_is_closed_ends_nothing() -> None:
    heard = (
        "Our billing office is closed for the weekend.",
        "For water quality, press 1.",
        "To leave a message, press 2.",
    )
    assert without_model(way("The water smells of chlorine, is it safe?"), *heard).value == "1"
    assert without_model(way("My last bill is wrong."), *heard).do is DecisionKind.GIVE_UP


def test_a_call_that_is_requested_for_later_is_a_callback() -> None:
    navigator = way("I want to return a box.", policy=CallPolicy(accept_callback=False))
    decision = without_model(
        navigator, "Customer service is closed.", "To hear our deals, press 1.", "To request a call on Monday, press 2."
    )
    assert decision.value != "2"


def test_two_for_to_after_a_star() -> None:
    words = words_of("en")
    options = read(["enter your account number then pound or press star two go back"], words).menu.options
    assert [(option.key, option.purpose) for option in options] == [("*", "two go back")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_words(language: str) -> None:
    words = words_of(language)
    assert all(words.sources[name] for name in ("or", "or_so", "yes_no", "so", "can"))


@pytest.mark.parametrize(
    "question",
    [
        "Would you like to hear about our streaming or security packages?",
        "Do you want to add travel insurance or an extra bag?",
    ],
)
def test_neither_side_of_an_offer_that_nobody_asked_for_is_taken(question: str) -> None:
    decision = without_model(way("My last bill is wrong."), question)
    assert (decision.do, decision.value) == (DecisionKind.SAY, "no")


def test_no_side_is_taken_that_ends_what_the_goal_keeps() -> None:
    decision = without_model(
        way("My bill is wrong, but I'm keeping the contract."), "Do you want to cancel now or pay now?"
    )
    assert not {"cancel", "pay"} & set(decision.value.split())


def test_a_side_that_fits_is_taken_though_it_sounds_like_an_offer() -> None:
    assert (
        without_model(way("My last bill is wrong."), "Would you like billing or technical support?").value == "billing"
    )
