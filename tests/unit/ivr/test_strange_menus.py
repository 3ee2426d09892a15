"""Classes of menus that calls were lost at: time spans, yes and no, offers nobody asked for, advice for emergencies."""

import pytest

from custom_components.hold_slayer.engine.ivr.decision import DecisionKind
from custom_components.hold_slayer.engine.ivr.spans import fits_span, spans_in
from custom_components.hold_slayer.engine.ivr.words import LANGUAGES, plain, words_of
from custom_components.hold_slayer.engine.model.call_brief import CallPolicy
from tests.fakes.callers import way


def pressed(goal: str, language: str, menu: str) -> str:
    """The key by rules alone."""
    navigator = way(goal, language)
    decision = navigator.heard([menu])
    return (navigator.advice_failed() if decision.do is DecisionKind.ASK_MODEL else decision).value


@pytest.mark.parametrize(
    ("language", "goal", "fitting", "other"),
    [
        ("en", "I applied five weeks ago.", "if you applied more than three weeks ago", "within the last 3 weeks"),
        (
            "de",
            "Die Heizung ist acht Monate alt.",
            "wenn das Gerät weniger als zwei Jahre alt ist",
            "älter als zwei Jahre",
        ),
        ("fr", "J'attends depuis dix jours.", "si vous attendez depuis plus de 5 jours", "depuis moins de cinq jours"),
        ("es", "Lo compré hace dos años.", "hace más de un año", "hace menos de seis meses"),
        ("nl", "Ik wacht al vier weken.", "langer dan twee weken", "minder dan 14 dagen"),
        ("it", "L'ho comprato tre mesi fa.", "da meno di un anno", "da più di un anno"),
    ],
)
def test_a_span_of_time_decides_between_more_and_less(language: str, goal: str, fitting: str, other: str) -> None:
    spans = spans_in(goal, language)
    assert spans
    assert fits_span(plain(fitting), spans, language) is True
    assert fits_span(plain(other), spans, language) is False
    assert fits_span(plain(fitting), [], language) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("between 1 and 5 years", True), ("between 3 and 5 years", False), ("our last 10 transactions", None)],
)
def test_ranges_and_what_is_no_comparison(text: str, expected: bool | None) -> None:
    assert fits_span(text, spans_in("I bought it two years ago.", "en"), "en") is expected


def test_the_key_of_the_right_span_is_pressed() -> None:
    decision = way("My claim was sent in two months ago and nobody answers.").heard(
        ["If you sent your claim in the last two weeks, press 1.", "If you sent it more than two weeks ago, press 2."]
    )
    assert (decision.do, decision.value) == (DecisionKind.PRESS, "2")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "This call may be recorded. If you consent, press 1. If you do not consent, press 2."),
        (
            "de",
            "Wir zeichnen Gespräche auf. Wenn Sie zustimmen, drücken Sie die 1. Wenn Sie nicht zustimmen, drücken Sie die 2.",
        ),
        ("fr", "L'appel peut être enregistré. Si vous consentez, tapez 1. Si vous ne consentez pas, tapez 2."),
        ("es", "Grabamos las llamadas. Si consiente, pulse 1. Si no consiente, pulse 2."),
        ("nl", "Het gesprek wordt opgenomen. Als u instemt, toets 1. Als u niet instemt, toets 2."),
        ("it", "La telefonata può essere registrata. Se acconsente prema 1, se non acconsente prema 2."),
    ],
)
@pytest.mark.parametrize("may_record", [True, False])
def test_the_same_with_and_without_not_are_a_yes_and_a_no(language: str, text: str, *, may_record: bool) -> None:
    policy = CallPolicy(accept_recording=may_record)
    decision = way("…", language, policy=policy).heard([text])
    assert (decision.do, decision.value) == (DecisionKind.PRESS, "1" if may_record else "2")


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Shall I add our streaming pack to your plan?"),
        ("de", "Möchten Sie eine Zusatzversicherung für Ihr Gerät?"),
        ("fr", "Souhaitez-vous une protection pour vos appareils ?"),
        ("es", "Le regalamos 50 gigas. ¿Le interesa?"),
        ("nl", "Zal ik een verzekering voor uw toestel toevoegen?"),
        ("it", "Le regaliamo tre mesi. Le interessa?"),
    ],
)
def test_what_nobody_asked_for_is_declined(language: str, question: str) -> None:
    decision = way("42", language).heard([question])
    if decision.do is DecisionKind.LISTEN:
        decision = way("42", language).heard([question, question])
    assert (decision.do, decision.value) == (DecisionKind.SAY, words_of(language).no)


def test_to_be_put_through_is_not_declined() -> None:
    decision = way("My lamp flickers.").heard(["Okay.", "Would you like to speak with an advisor?"])
    assert (decision.do, decision.value) == (DecisionKind.SAY, "yes")


def test_advice_for_emergencies_offers_no_key() -> None:
    navigator = way("I have a question about my bill.")
    navigator.heard(
        ["If this is an emergency, hang up and dial 911.", "For billing, press 1.", "For repairs, press 2."]
    )
    assert [option.key for option in navigator.menu] == ["1", "2"]


def test_examples_alone_are_an_open_question() -> None:
    decision = way("My umbrella was left on the ferry.").heard(
        ["The ferry leaves on the hour.", 'You can say things like "timetable", "fares", or "group bookings".']
    )
    assert (decision.do, decision.reason) == (DecisionKind.SAY, "open_question")


def test_a_number_named_by_its_length_alone_is_given_when_one_fits() -> None:
    facts = {"phone_number": "5035550151", "zip_code": "97221"}
    decision = way("No dial tone.", facts=facts).heard(["Please enter the ten digit number that is out of order."])
    assert decision.value.startswith("5035550151")
    both = facts | {"other_number": "5035550199"}
    decision = way("No dial tone.", facts=both).heard(["Please enter the ten digit number that is out of order."])
    assert decision.do is not DecisionKind.PRESS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_knows_offers_and_negations(language: str) -> None:
    words = words_of(language)
    assert words.patterns["offering"].pattern
    assert words.has("negation", {"en": "do not", "de": "nicht", "fr": "ne pas", "nl": "niet"}.get(language, "no non"))


@pytest.mark.parametrize(
    ("language", "goal", "menu"),
    [
        (
            "en",
            "My debit card was blocked abroad, it was not stolen. Please unblock it.",
            "If your card is lost or stolen, press 1. For help with cards, press 2.",
        ),
        (
            "it",
            "Mi hanno bloccato il bancomat. Vorrei sbloccarlo, non è stato rubato.",
            "Se la carta è stata rubata prema 1. Per i privati prema 2. Per le imprese prema 3.",
        ),
        (
            "de",
            "Meine Karte wurde gesperrt, sie ist nicht gestohlen. Bitte entsperren.",
            "Für verlorene oder gestohlene Karten drücken Sie die 1. Für Fragen zu Karten drücken Sie die 2.",
        ),
    ],
)
def test_what_did_not_happen_is_not_reported(language: str, goal: str, menu: str) -> None:
    assert pressed(goal, language, menu) == "2"


@pytest.mark.parametrize(
    ("language", "goal", "menu"),
    [
        (
            "en",
            "A wire went to the wrong account.",
            "To send a wire, press 1. To report a problem with a wire, press 2.",
        ),
        (
            "fr",
            "Un virement est parti deux fois.",
            "Pour faire un virement, tapez 1. Une anomalie sur un virement, tapez 2.",
        ),
        (
            "it",
            "Il bonifico è partito due volte.",
            "Per fare un bonifico prema 1. Per problemi con un bonifico prema 2.",
        ),
    ],
)
def test_money_is_not_sent_again(language: str, goal: str, menu: str) -> None:
    assert pressed(goal, language, menu) == "2"


def test_what_the_user_refuses_by_name_is_refused_whatever_the_goal_sounds_like() -> None:
    policy = CallPolicy(accept_other={"upsell": False})
    decision = way("Mon téléphone est en réparation. Pas d'offre, merci.", "fr", policy=policy).heard(
        ["Avant de continuer.", "Un smartphone neuf à 1 euro, ça vous intéresse ?"]
    )
    assert (decision.do, decision.value) == (DecisionKind.SAY, "non")


def test_a_yes_to_a_refused_offer_is_refused_though_the_key_names_it_not() -> None:
    decision = way("My deposit is on hold.").heard(
        ["I can text you a link now.", "Press 1 for yes.", "Press 2 to speak with us."]
    )
    assert (decision.do, decision.value) == (DecisionKind.PRESS, "2")


def test_longer_than_what_was_named_before() -> None:
    spans = spans_in("I paid five days ago.", "en")
    assert fits_span("if it's been longer", spans, "en") is True
    assert (
        pressed(
            "I paid five days ago.", "en", "If you paid less than 2 days ago, press 1. If it's been longer, press 2."
        )
        == "2"
    )


PASSPORT = "I mailed my passport renewal eight weeks ago and I leave in three weeks."


@pytest.mark.parametrize(
    ("option", "fits"),
    [
        ("if you leave within the next 2 business days", False),
        ("if you leave within the next 2 months", True),
        ("if you applied less than 20 business days ago", False),
        ("if you applied more than 20 business days ago", True),
    ],
)
def test_what_has_gone_by_is_not_what_is_to_come(option: str, *, fits: bool) -> None:
    assert fits_span(option, spans_in(PASSPORT, "en"), "en") is fits


@pytest.mark.parametrize(
    ("language", "goal", "option"),
    [
        ("de", "Ich habe vor sechs Wochen bestellt.", "wenn Sie vor mehr als zehn Werktagen bestellt haben"),
        ("fr", "J'ai commandé il y a six semaines.", "si vous avez commandé il y a plus de dix jours ouvrés"),
        ("es", "Lo pedí hace seis semanas.", "si lo pidió hace más de diez días hábiles"),
        ("nl", "Ik heb zes weken geleden besteld.", "als u meer dan tien werkdagen geleden besteld heeft"),
        ("it", "Ho ordinato sei settimane fa.", "se ha ordinato da più di dieci giorni lavorativi"),
    ],
)
def test_working_days(language: str, goal: str, option: str) -> None:
    assert fits_span(plain(option), spans_in(goal, language), language) is True


def test_a_line_that_did_not_get_an_entry_does_not_ask_to_wait() -> None:
    navigator = way("I'd like to ask about my mortgage.")
    decision = navigator.heard(
        ["I didn't get your entry.", "If you already bank with us, press 1, to open an account, press 2."]
    )
    assert (decision.do, decision.value) == (DecisionKind.PRESS, "1")


def test_either_or_is_answered_by_one_of_the_two() -> None:
    decision = way("My letter to Norway came back, it is an international one.").heard(
        ["Is this about a package within the United States, or an international one?"]
    )
    assert (decision.do, decision.value) == (DecisionKind.SAY, "international one")


def test_a_person_for_everything_does_not_come_before_the_department() -> None:
    menu = "Admisiones, pulse 1. Pagos y adeudos, pulse 2. Operadora, pulse 0."
    assert pressed("Ya hice el pago y todavía figura una deuda.", "es", menu) == "2"


@pytest.mark.parametrize(
    ("language", "menu"),
    [
        ("en", "If someone is stuck inside, press 1. Otherwise, press 2."),
        ("de", "Wenn jemand eingeschlossen ist, drücken Sie die 1. Andernfalls drücken Sie die 2."),
        ("fr", "Si une personne est bloquée dans la cabine, tapez 1. Sinon, tapez 2."),
        ("nl", "Zit iemand vast in de lift, toets 1. Anders toets 2."),
    ],
)
def test_no_alarm_is_raised_that_the_goal_does_not_name(language: str, menu: str) -> None:
    navigator = way("…", language)
    decision = navigator.heard([menu])
    if decision.do is DecisionKind.ASK_MODEL:
        decision = navigator.advised({"do": "press", "value": "1"})
    assert decision.value == "2"


@pytest.mark.parametrize(
    "option", ["for a card that was lost, stolen or damaged", "if your card was stolen", "to block your card"]
)
def test_that_a_goal_is_about_a_card_blocks_none(option: str) -> None:
    goal = "My credit card still shows my old last name, I'd like the new one on it. The card itself works fine."
    menu = f"For your balance, press 1. {option.capitalize()}, press 2. To make a payment, press 3."
    assert pressed(goal, "en", menu) != "2"
    assert pressed("My credit card was stolen.", "en", menu) == "2"


@pytest.mark.parametrize(
    ("language", "goal", "menu"),
    [
        (
            "en",
            "I want to keep my place on the list.",
            "If you no longer need your place, 1. If you do still need it, 2.",
        ),
        ("de", "Ich will meinen Platz behalten.", "Benötigen Sie den Platz nicht mehr, 1. Brauchen Sie ihn noch, 2."),
        ("fr", "Je veux garder ma place.", "Si vous n'avez plus besoin de la place, 1. Si vous la gardez, 2."),
        ("es", "Quiero conservar mi plaza.", "Si ya no necesita la plaza, 1. Si la necesita todavía, 2."),
        ("nl", "Ik wil mijn plaats houden.", "Hebt u de plaats niet meer nodig, 1. Wilt u die houden, 2."),
        ("it", "Voglio tenere il mio posto.", "Se non ha più bisogno del posto, 1. Se lo vuole tenere, 2."),
    ],
)
def test_nothing_is_given_up_that_the_goal_keeps(language: str, goal: str, menu: str) -> None:
    press = {"en": "press", "de": "drücken Sie die", "fr": "tapez", "es": "pulse", "nl": "toets", "it": "prema"}[
        language
    ]
    navigator = way(goal, language)
    decision = navigator.heard([menu.replace(", 1.", f", {press} 1.").replace(", 2.", f", {press} 2.")])
    decision = navigator.advice_failed() if decision.do is DecisionKind.ASK_MODEL else decision
    assert decision.value != "1"


def test_a_figure_that_nobody_named_is_not_agreed_to() -> None:
    question = ["You want to raise your deductible to 2500 dollars.", "Is that right?"]
    assert way("I want to change my deductible.").heard(question).value == "no"
    assert way("I want to raise my deductible to 2500 dollars.").heard(question).value == "yes"


def test_a_number_is_keyed_in_where_a_name_only_tells_the_place() -> None:
    facts = {"name": "Dana Reyes", "juror_number": "20418837"}
    decision = way("Move my jury duty.", facts=facts).heard(["Enter the juror number above your name, then pound."])
    assert (decision.value, decision.shown) == ("20418837#", "{juror_number}#")


def test_a_name_is_spelt_with_keys_and_ends_as_asked_in_the_next_sentence() -> None:
    facts = {"contact_last_name": "Okafor"}
    heard = ["Spell the last name with the letters on your keypad.", "Four letters are enough.", "Then dial pound."]
    assert way("I need Ms. Okafor.", facts=facts).heard(heard).value == "6523#"


def test_an_entry_without_a_verb() -> None:
    heard = ["Die acht Ziffern Ihres Versicherungsscheins bitte, und zum Schluss die Raute."]
    assert way("Ein Schaden.", "de", facts={"versicherungsschein": "77102845"}).heard(heard).value == "77102845#"


def test_a_number_to_dial_after_hanging_up_is_no_option() -> None:
    heard = [
        "Our clinic is closed and reopens on Tuesday.",
        "To speak with a nurse, hang up and dial 811.",
        "Press 2 for fees.",
    ]
    decision = way("Can I have a shot today?").heard(heard)
    assert (decision.do, decision.reason) == (DecisionKind.GIVE_UP, "closed")


def test_a_company_that_is_not_the_one_called() -> None:
    heard = ["Thanks for calling Dale Caravans.", "We're not part of Dale Council.", "For used caravans, press 1."]
    decision = way("Register a birth.").heard(heard)
    assert (decision.do, decision.reason) == (DecisionKind.GIVE_UP, "wrong_number")


def test_what_is_believed_to_be_understood_is_no_open_question() -> None:
    heard = ["He entendido que quiere un certificado.", "¿Es así?"]
    assert way("Necesito cita para darme de alta en el padrón.", "es").heard(heard).value == "no"


@pytest.mark.parametrize(
    ("language", "goal", "menu"),
    [
        (
            "en",
            "A fee is wrong, I'd like someone to look at it.",
            "To hear our fees, press 1. To speak to an agent, press 2.",
        ),
        (
            "en",
            "I want a banker to stop payment on one check.",
            "To stop payment on all checks with our automated system, press 1. To speak with a banker, press 2.",
        ),
        ("de", "Eine Gebühr ist falsch.", "Um die Gebühren anzuhören, drücken Sie die 1. Für einen Mitarbeiter die 2."),
        ("fr", "Des frais sont faux.", "Pour écouter nos frais, tapez 1. Pour parler à un conseiller, tapez 2."),
        (
            "es",
            "Una comisión es errónea.",
            "Para escuchar las comisiones, pulse 1. Para hablar con un agente, pulse 2.",
        ),
        ("it", "Una commissione è sbagliata.", "Per ascoltare le commissioni, prema 1. Per un operatore, prema 2."),
        ("nl", "De kosten kloppen niet.", "Om de kosten te horen, toets 1. Voor een medewerker, toets 2."),
    ],
)
def test_a_person_comes_before_what_a_machine_reads_out(language: str, goal: str, menu: str) -> None:
    assert pressed(goal, language, menu) == "2"


def test_hearing_aids_are_nothing_to_listen_to() -> None:
    menu = "For hearing aids, press 1. To speak to the receptionist, press 2."
    assert pressed("My hearing aid whistles.", "en", menu) == "1"


def test_help_with_what_is_online_is_no_machine() -> None:
    menu = "For help with online banking, press 1. To speak to an agent about anything else, press 2."
    assert pressed("I'm locked out of online banking.", "en", menu) == "1"


def test_another_proof_than_the_secret_one() -> None:
    facts = {"card_last4": "8035", "zip_code": "97405"}
    heard = [
        "To verify your account, enter your Social Security number.",
        "If you'd rather use your ZIP code, press star.",
    ]
    assert way("Add my wife to my card.", facts=facts).heard(heard).value == "*"
    assert way("Add my wife to my card.", facts={"card_last4": "8035"}).heard(heard).value != "*"


def test_a_doctor_on_call_is_no_way_on_for_those_without_pain() -> None:
    heard = [
        "Our office is now closed.",
        "If you have severe pain, press 1 for the dentist on call.",
        "For directions, press 2.",
    ]
    assert way("My crown came loose. It doesn't hurt.").heard(heard).reason == "closed"
    assert way("I have an emergency, my tooth is bleeding.").heard(heard).value == "1"


def test_who_is_not_cancelling_is_not_asked_to_leave() -> None:
    menu = "To cancel your service, press 1. For questions about your bill, press 2."
    assert pressed("My bill jumped because a promotion ended. I'm not cancelling.", "en", menu) == "2"


def test_what_was_left_somewhere_is_lost() -> None:
    menu = "For a lost, stolen or damaged phone, press 1. For technical help, press 2. For plans, press 3."
    assert pressed("I left my phone in a taxi, please suspend the line.", "en", menu) == "1"


@pytest.mark.parametrize(
    ("language", "goal", "menu"),
    [
        (
            "en",
            "The plumber you sent did not fix the leak.",
            "Your repair is recorded as finished. If that's correct, press 1. If it did not turn out well, press 2.",
        ),
        (
            "de",
            "Der Klempner hat das Leck nicht repariert.",
            "Ihre Reparatur ist als abgeschlossen vermerkt. Wenn das stimmt, drücken Sie die 1. Wenn nicht, drücken Sie die 2.",
        ),
        (
            "es",
            "El fontanero no arregló la fuga y sigue goteando.",
            "Su reparación consta como terminada. Si es correcto, pulse 1. Si no ha quedado bien, pulse 2.",
        ),
        (
            "fr",
            "Le plombier n'a pas réparé la fuite.",
            "Votre réparation est notée comme terminée. Si c'est exact, tapez 1. Sinon, tapez 2.",
        ),
    ],
)
def test_nothing_is_done_with_while_somebody_calls_about_it(language: str, goal: str, menu: str) -> None:
    assert pressed(goal, language, menu) == "2"


@pytest.mark.parametrize(
    ("goal", "menu"),
    [
        (
            "A letter says I never filed my return, but I did.",
            "If you agree with the notice, press 1. If you have filed that return already, press 2.",
        ),
        (
            "You changed the times of my trip and I can't make the connection.",
            "If the new times work for you, press 1 to accept them. If they don't work for you, press 2.",
        ),
        (
            "A check I deposited is on hold, please release it sooner.",
            "To stop payment on a check, press 1. If a deposit isn't available yet, press 2.",
        ),
    ],
)
def test_nothing_is_conceded_or_stopped_that_is_not_to_be(goal: str, menu: str) -> None:
    assert pressed(goal, "en", menu) != "1"


def test_who_wants_a_check_stopped_may_stop_it() -> None:
    menu = "For a copy of a check, press 1. To stop payment on a check, press 2."
    assert pressed("I want to stop payment on a check I mailed.", "en", menu) == "2"


def test_words_to_say_one_of() -> None:
    heard = ["Please say one of these: benefits, claims, referrals, or continuing care with your doctor."]
    assert way("I want to keep seeing my doctor.").heard(heard).value == "continuing care with your doctor"
