"""What costs money to be quicker, what comes as a text or goes onto a tape, and offices where nobody is."""

import pytest

from custom_components.hold_slayer.engine.ivr.decision import DecisionKind
from custom_components.hold_slayer.engine.ivr.menu import Option
from custom_components.hold_slayer.engine.ivr.words import plain
from tests.fakes.callers import judge, way


def refused(language: str, option: str) -> set[str]:
    return judge("x", language).refused_offers(plain(option), is_option=True)


@pytest.mark.parametrize(
    ("language", "option"),
    [
        ("en", "to be answered on priority at 15 rupees"),
        ("en", "for 3 dollars you get to the front of the queue"),
        ("de", "um gegen fünf Euro schneller durchgestellt zu werden"),
        ("de", "bevorzugt behandelt werden für 4,99 Euro"),
        ("fr", "pour être mis en relation plus vite, deux euros"),
        ("es", "para que le atiendan sin esperar por 3 pesos"),
        ("nl", "om voor 2 euro sneller aan de beurt te zijn"),
        ("it", "per avere la precedenza al costo di 2 euro"),
    ],
)
def test_to_be_put_through_sooner_for_money_is_refused_without_permission(language: str, option: str) -> None:
    assert "paid_priority" in refused(language, option)


@pytest.mark.parametrize("option", ["for priority repairs", "to pay a fee", "a faster connection at home"])
def test_neither_priority_nor_money_alone_is_paid_priority(option: str) -> None:
    assert "paid_priority" not in refused("en", option)


def test_the_queue_that_costs_nothing_is_taken() -> None:
    navigator = way("My order was paid twice, please get me a person.")
    menu = [
        "To be connected to our executive on priority for 12 rupees, press 1.",
        "To be connected in the usual queue, without any fee, press 2.",
        "To end this call, press 9.",
    ]
    taken = []
    for _ in range(3):
        decision = navigator.heard(menu)
        taken.append(navigator.advice_failed() if decision.do is DecisionKind.ASK_MODEL else decision)
    assert "2" in [each.value for each in taken]
    assert not {"1", "9"} & {each.value for each in taken}


@pytest.mark.parametrize("option", ["to receive a text with the steps", "to be texted once it's here"])
def test_a_text_is_refused_by_any_verb(option: str) -> None:
    assert "text" in refused("en", option)


def test_whoever_has_had_a_text_is_sent_none() -> None:
    assert "text" not in refused("en", "if you've had a text about a delivery")


@pytest.mark.parametrize(
    ("language", "option"),
    [
        ("en", "to get a message taken for the team"),
        ("fr", "pour enregistrer votre message"),
        ("es", "para que grabemos su mensaje"),
        ("nl", "om een bericht op te nemen"),
        ("it", "per registrare un messaggio"),
    ],
)
def test_a_message_is_refused_by_any_verb(language: str, option: str) -> None:
    assert "voicemail" in refused(language, option)


@pytest.mark.parametrize(
    ("language", "goal", "heard"),
    [
        (
            "en",
            "I need a new inhaler, I want to speak to the nurse.",
            (
                "The nurses take calls on this number from 9 until 11.",
                "No one is here to speak to you at the moment.",
                "Ring back between those times, or press 1 to get your message taken.",
                "For the other choices again, press star.",
            ),
        ),
        (
            "de",
            "Ich brauche eine Überweisung und möchte mit jemandem sprechen.",
            (
                "Diese Leitung ist von acht bis zehn Uhr da.",
                "Im Moment ist niemand im Haus.",
                "Mit der 1 können Sie eine Nachricht aufsprechen.",
                "Um das Menü noch einmal zu hören, drücken Sie die Sterntaste.",
            ),
        ),
        (
            "it",
            "Devo parlare con l'ufficio tributi di una cartella.",
            (
                "Rispondiamo dalle nove alle undici e adesso non c'è nessuno in ufficio.",
                "Per registrare un messaggio prema 1.",
                "Per riascoltare prema asterisco.",
            ),
        ),
    ],
)
def test_where_nobody_is_the_call_ends_with_the_hours(language: str, goal: str, heard: tuple[str, ...]) -> None:
    navigator = way(goal, language)
    decision = navigator.heard(list(heard))
    assert (decision.do, decision.reason) == (DecisionKind.GIVE_UP, "closed")
    assert heard[0] in decision.note


@pytest.mark.parametrize(
    ("language", "goal", "option"),
    [
        ("en", "There is a fee on my bill for a film I never watched.", "to settle your bill from the card on file"),
        ("de", "Auf der Rechnung steht ein Film, den ich nie sah.", "um die Rechnung jetzt vom Konto zu begleichen"),
        ("es", "En la factura hay una película que no vi.", "para liquidar la factura ahora"),
        ("nl", "Op de nota staat een film die ik nooit zag.", "om de nota nu te voldoen"),
    ],
)
def test_what_is_disputed_is_not_settled_at_once_by_whatever_verb(language: str, goal: str, option: str) -> None:
    assert judge(goal, language).appraise(Option("1", plain(option))).is_a("risky")


@pytest.mark.parametrize(
    ("option", "is_survey"),
    [
        ("for feedback", True),
        ("to take a short survey", True),
        ("for feedback, lost property and group tickets", False),
        ("feedback or an invoice", False),
    ],
)
def test_a_department_that_takes_feedback_among_other_things_is_no_survey(option: str, *, is_survey: bool) -> None:
    assert ("survey" in refused("en", option)) is is_survey


@pytest.mark.parametrize(
    ("language", "goal", "matter", "office"),
    [
        (
            "en",
            "My claim was turned down.",
            "Your claim was closed on Tuesday.",
            "Our claims department is closed. Please call back tomorrow.",
        ),
        (
            "de",
            "Mein Antrag wurde abgelehnt.",
            "Ihr Antrag wurde am Montag geschlossen.",
            "Unser Büro ist heute geschlossen. Bitte rufen Sie morgen wieder an.",
        ),
        (
            "fr",
            "Ma demande a été refusée.",
            "Votre dossier a été fermé mardi.",
            "Nos bureaux sont fermés. Rappelez demain.",
        ),
        (
            "es",
            "Han rechazado mi reclamación.",
            "Su reclamación fue cerrada el lunes.",
            "Nuestras oficinas están cerradas. Vuelva a llamar mañana.",
        ),
        (
            "nl",
            "Mijn claim is afgewezen.",
            "Uw claim is dinsdag gesloten.",
            "Ons kantoor is gesloten. Bel morgen terug.",
        ),
        (
            "it",
            "La mia richiesta è stata respinta.",
            "La sua richiesta è stata chiusa martedì.",
            "I nostri uffici sono chiusi. Richiami domani.",
        ),
    ],
)
def test_a_matter_that_was_closed_is_no_closed_office(language: str, goal: str, matter: str, office: str) -> None:
    assert way(goal, language).heard([matter]).reason != "closed"
    navigator = way(goal, language)
    decisions = [navigator.heard([office]), navigator.heard([])]
    assert (DecisionKind.GIVE_UP, "closed") in [(each.do, each.reason) for each in decisions]
