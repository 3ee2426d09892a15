"""Questions that neither yes nor no answers, in what words they come, and short lists after a colon."""

import pytest

from custom_components.hold_slayer.engine.ivr.decision import DecisionKind
from custom_components.hold_slayer.engine.ivr.menu import OptionKind
from custom_components.hold_slayer.engine.ivr.situation import is_asked_freely, read
from custom_components.hold_slayer.engine.ivr.words import words_of
from custom_components.hold_slayer.engine.model.call_brief import CallPolicy
from tests.fakes.callers import way


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "And at which of our workshops is your car?"),
        ("en", "To start with, what have you phoned about?"),
        ("de", "Und um welches Gerät geht es?"),
        ("de", "Wofür brauchen Sie uns?"),
        ("fr", "Et à quelle agence êtes-vous inscrit ?"),
        ("fr", "Où habitez-vous ?"),
        ("es", "¿Y de qué tienda se trata?"),
        ("nl", "Dus, om welke winkel gaat het?"),
        ("it", "E di quale negozio si tratta?"),
    ],
)
def test_who_asks_what_or_which_wants_neither_yes_nor_no(language: str, question: str) -> None:
    words = words_of(language)
    assert read([question], words).is_open
    navigator = way("Die Waschmaschine leckt." if language == "de" else "My order is late.", language)
    navigator.heard([question])
    decision = navigator.heard([])
    assert decision.do is DecisionKind.SAY
    assert decision.value not in (words.yes, words.no)


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "What I understood is a late parcel, is that right?"),
        ("en", "I can book that for Monday. How does that sound?"),
        ("de", "Sind Sie bei uns, wo es um Strom geht, Kunde?"),
        ("fr", "Voulez-vous que je réserve ?"),
        ("es", "¿Quiere que se lo envíe?"),
        ("nl", "Wilt u dat wij langskomen?"),
        ("it", "Vuole che la richiami qualcuno?"),
        ("fr", "Un colis, ou facture ?"),
    ],
)
def test_yes_and_no_are_wanted_whatever_small_words_stand_within(language: str, question: str) -> None:
    assert not read([question], words_of(language)).is_open


def test_a_question_on_hold_is_answered() -> None:
    decision = way("My fridge hums all night.").heard(
        ["We'll find you someone in a moment.", "What have you phoned about?"]
    )
    assert (decision.do, decision.reason) == (DecisionKind.SAY, "open_question")
    assert "fridge" in decision.value


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Just tell us, in your own time, what has happened."),
        ("en", "So, what's on your mind?"),
        ("de", "Erzählen Sie mir einfach kurz, worum es sich handelt."),
        ("de", "Was haben Sie heute auf dem Herzen?"),
        ("fr", "Expliquez-moi simplement ce qui se passe."),
        ("es", "Explíqueme por favor lo que ha pasado."),
        ("nl", "Vertel ons maar, waarover u wilt praten."),
        ("it", "Mi spieghi pure cosa è successo."),
    ],
)
def test_whoever_is_told_to_tell_what_may_speak_freely(language: str, text: str) -> None:
    words = words_of(language)
    assert is_asked_freely(read([text], words), words)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Just tell me one thing: a repair, a part or an invoice.", ["repair", "part", "invoice"]),
        ("de", "Sagen Sie mir nur eins: Strom, Gas oder Wasser.", ["strom", "gas", "wasser"]),
        ("fr", "Indiquez une seule chose : panne, pièce ou facture.", ["panne", "piece", "facture"]),
        ("es", "Dígame una de tres: luz, gas o agua.", ["luz", "gas", "agua"]),
        ("nl", "Noem er maar een: stroom, gas of water.", ["stroom", "gas", "water"]),
        ("it", "Mi indichi solo una cosa: luce, gas o acqua.", ["luce", "gas", "acqua"]),
    ],
)
def test_a_list_after_a_colon_is_to_be_said(language: str, text: str, expected: list[str]) -> None:
    options = read([text], words_of(language)).menu.options
    assert [(o.key, o.kind) for o in options] == [(each, OptionKind.PHRASE) for each in expected]


@pytest.mark.parametrize(
    "text",
    [
        "Please note: we are open on Monday or Tuesday.",
        "Enter your number: with or without the dashes.",
        "This month only: phones or tablets at half price.",
    ],
)
def test_other_colons_offer_nothing_to_say(text: str) -> None:
    assert read([text], words_of("en")).menu.options == ()


def test_a_list_after_an_invitation_to_speak_is_of_examples() -> None:
    text = "Tell us briefly what you'd like: to book a table, to change a booking, or something else."
    decision = way("I left my umbrella under the table.").heard([text])
    assert decision.do is DecisionKind.SAY
    assert "umbrella" in decision.value


def test_the_sides_of_a_question_stand_after_its_colon() -> None:
    decision = way("My invoice is wrong.").heard(
        ["Name me a subject, please: is it parts, repairs, invoices or loans?"]
    )
    assert (decision.do, decision.value) == (DecisionKind.SAY, "invoices")


def test_what_stands_for_a_figure_leaves_no_sign_of_money() -> None:
    decision = way("They took £87 twice for my gym.", facts={"amount": "87"}).heard(["How can I help?"])
    assert (decision.do, decision.value) == (DecisionKind.SAY, "They took twice for my gym")


@pytest.mark.parametrize(
    ("language", "goal", "offer"),
    [
        ("en", "My bill is wrong.", "Your bill could come by post. Would that help?"),
        ("de", "Meine Rechnung stimmt nicht.", "Die Rechnung käme dann mit der Post. Reicht Ihnen das?"),
        ("fr", "Ma facture est fausse.", "La facture peut partir par la poste. Cela vous suffit-il ?"),
        ("es", "Mi factura está mal.", "La factura puede ir por correo. ¿Le basta con eso?"),
        ("nl", "Mijn rekening klopt niet.", "De rekening kan met de post komen. Is dat voldoende?"),
        ("it", "La mia bolletta è sbagliata.", "La bolletta può arrivare per posta. Le basta così?"),
    ],
)
def test_less_than_a_person_does_not_do(language: str, goal: str, offer: str) -> None:
    navigator = way(goal, language)
    navigator.heard([offer])
    assert navigator.heard([]).value == words_of(language).no


@pytest.mark.parametrize("offer", ["put you through to an agent", "call you back within the hour"])
def test_a_person_does_and_a_call_back_that_is_permitted(offer: str) -> None:
    navigator = way("My bill is wrong.", policy=CallPolicy(accept_callback=True))
    navigator.heard([f"I can {offer}. Would that help?"])
    assert navigator.heard([]).value == "yes"
