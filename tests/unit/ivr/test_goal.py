"""The key that serves the goal, in menus of many trades and six languages."""

import json
from pathlib import Path

import pytest

from custom_components.hold_slayer.engine.ivr.decision import Decision, DecisionKind
from custom_components.hold_slayer.engine.ivr.goal import CLEAR, WEAK, Goal
from custom_components.hold_slayer.engine.ivr.menu import Option
from custom_components.hold_slayer.engine.ivr.navigator import Navigator
from custom_components.hold_slayer.engine.ivr.words import plain, words_of
from custom_components.hold_slayer.engine.model.call_brief import CallBrief, CallPolicy
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from tests.fakes.callers import best, judge

MENUS = json.loads((Path(__file__).resolve().parents[2] / "data" / "menus.json").read_text(encoding="utf-8"))


def by_rules(language: str, goal: str, menu: list[str]) -> Decision:
    navigator = Navigator(CallBrief(DialTarget("5550100"), goal, language=language))
    decision = navigator.heard(menu)
    return navigator.advice_failed() if decision.do is DecisionKind.ASK_MODEL else decision


@pytest.mark.parametrize(("language", "goal", "menu", "key"), MENUS, ids=[f"{row[0]}-{row[1][:40]}" for row in MENUS])
def test_key_that_serves_the_goal(language: str, goal: str, menu: list[str], key: str) -> None:
    decision = by_rules(language, goal, menu)
    assert (decision.do, decision.value) == (DecisionKind.PRESS, key)


def score(goal: str, purpose: str, language: str = "en", policy: CallPolicy | None = None) -> float:
    brief = CallBrief(DialTarget("5550100"), goal, language=language, policy=policy or CallPolicy())
    return Goal(brief, words_of(language)).appraise(Option("1", purpose)).score


@pytest.mark.parametrize(
    ("goal", "harmful"),
    [
        ("My renewed card never came. I want to know where it is.", "to report a lost or stolen card"),
        ("I need to move my appointment to another day.", "to cancel your appointment"),
        ("I can't pay the whole bill and need installments.", "to pay your bill in full"),
        ("My internet is slow every evening.", "to cancel your service"),
        ("My internet is slow every evening.", "to upgrade to a faster plan"),
        ("There is a charge on my card that I never made. I still have the card.", "to block your card"),
    ],
)
def test_what_cannot_be_undone_is_not_taken_for_what_is_wanted(goal: str, harmful: str) -> None:
    assert score(goal, harmful) < WEAK


@pytest.mark.parametrize(
    ("goal", "purpose"),
    [
        ("My card was stolen this morning.", "to report a lost or stolen card"),
        ("I want to cancel my subscription.", "to cancel your service"),
        ("I want to dispute a charge.", "questions about a transaction"),
    ],
)
def test_the_same_options_are_right_for_those_who_want_them(goal: str, purpose: str) -> None:
    assert score(goal, purpose) >= CLEAR


@pytest.mark.parametrize(
    ("language", "goal", "right", "wrong"),
    [
        ("nl", "Ik heb een vraag over de premie van mijn auto.", "uw autoverzekering", "een andere verzekering"),
        ("de", "Meine Krankenversicherung zahlt eine Rechnung nicht.", "Versicherungsfragen", "Wohnungsfragen"),
    ],
)
def test_a_compound_is_about_its_parts(language: str, goal: str, right: str, wrong: str) -> None:
    assert score(goal, right, language) > score(goal, wrong, language)


def test_who_says_to_be_one_is_one_of_them() -> None:
    goal = "I'm a sole trader and there is a wrong figure on my form."
    assert score(goal, "businesses, including sole traders") > WEAK > score(goal, "businesses")


def test_a_participle_is_of_its_noun() -> None:
    goal = "Ich habe mein Auto online abgemeldet, aber die Steuer wird weiter eingezogen."
    assert score(goal, "zur Abmeldung", "de") > score(goal, "zur Anmeldung", "de")


@pytest.mark.parametrize(
    ("language", "goal"),
    [
        ("nl", "Mijn vlucht is geannuleerd en ik wil mijn geld terug, geen voucher."),
        ("en", "You cancelled my flight. I want my money back, no voucher."),
    ],
)
def test_what_the_goal_adds_that_it_does_not_want(language: str, goal: str) -> None:
    assert "voucher" in Goal(CallBrief(DialTarget("5550100"), goal, language=language), words_of(language)).unwanted


@pytest.mark.parametrize(
    ("language", "goal", "concept"),
    [
        ("en", "No hot water. Please send somebody.", "no_hot_water"),
        ("en", "My router blinks, no internet. Please send somebody.", "internet"),
        ("de", "Seit gestern kein Internet. Bitte schicken Sie jemanden.", "internet"),
        ("es", "El internet no va, no funciona.", "internet"),
    ],
)
def test_what_somebody_lacks_is_what_they_want(language: str, goal: str, concept: str) -> None:
    found = Goal(CallBrief(DialTarget("5550100"), goal, language=language), words_of(language))
    assert concept in found.wanted
    assert not found.unwanted


def test_what_cannot_be_paid_is_not_paid() -> None:
    goal = "I lost my job and can't make my loan payment next month. I want to talk to somebody about lowering it."
    brief = CallBrief(DialTarget("5550100"), goal)
    assert Goal(brief, words_of("en")).appraise(Option("1", "to make that payment")).is_a("risky")


def test_a_department_for_discounts_is_no_offer_of_one() -> None:
    goal = "I live alone now and would like to pay less council tax."
    assert score(goal, "for discounts and exemptions, including people who live alone") > -1.0
    assert score(goal, "you could save 20 percent, for this special offer") < -1.0


def test_what_is_refused_in_the_goal_counts_against_an_option() -> None:
    wanted = "My new card is late. I don't want to close my account, just to know where it is."
    assert score(wanted, "to close your account") < 0


def test_other_callers_doors_are_not_ours() -> None:
    for purpose in (
        "if you are a doctor or calling from a pharmacy",
        "businesses",
        "new customers",
        "if you are a contractor",
    ):
        assert score("There is an error on my bill", purpose) < 0
    assert score("There is an error on my bill", "if you are already a customer") >= WEAK


@pytest.mark.parametrize(
    "name", ["callback", "survey", "text", "upsell", "marketing", "voiceprint", "voicemail", "paid_priority"]
)
def test_offers_are_refused_unless_allowed(name: str) -> None:
    purpose = {
        "callback": "to be called back", "survey": "to take part in our survey", "text": "to get a link by text",
        "upsell": "to hear about our special offer", "marketing": "to get our newsletter",
        "voiceprint": "to set up your voice print",
        "voicemail": "to leave a message", "paid_priority": "priority service for 5 dollars",
    }[name]  # fmt: skip
    assert score("My bill is wrong", purpose) < -1
    allowed = (
        CallPolicy(accept_other={name: True})
        if name not in ("callback", "voicemail")
        else CallPolicy(**{f"accept_{name}": True})
    )
    assert score("My bill is wrong", purpose, policy=allowed) > -1


@pytest.mark.parametrize(
    ("language", "goal", "menu", "key"),
    [
        (
            "en",
            "I want my money back for a bouquet that came too late.",
            "To order flowers, press 1. To find out where your order is, press 2. If you're not happy with your flowers, press 3.",
            "3",
        ),
        ("en", "My dog has eaten a sock.", "For cats and small animals, press 1. For dogs, press 2.", "2"),
        (
            "nl",
            "Er lekt water door het plafond.",
            "Zoekt u een woning, toets 1. Wilt u een reparatie melden, toets 2.",
            "2",
        ),
        (
            "es",
            "Hay una farola fundida.",
            "Para impuestos, pulse 1. Para averías y alumbrado, pulse 2. Para cultura, pulse 3.",
            "2",
        ),
        ("fr", "L'ascenseur est en panne.", "Pour vos charges, tapez 1. Pour un incident technique, tapez 2.", "2"),
    ],
)
def test_first_contact_with_trades_that_were_new(language: str, goal: str, menu: str, key: str) -> None:
    way = Navigator(CallBrief(DialTarget("5550100"), goal, language=language))
    assert way.heard([menu]).value == key


@pytest.mark.parametrize(
    ("language", "goal", "did", "did_not"),
    [
        (
            "en",
            "My card got declined at the garden centre, and it was me who tried to pay. Please remove the block.",
            "if it was you who made this payment",
            "if you didn't make this payment",
        ),
        (
            "en",
            "Your bank declined my card at the pump today.",
            "if this was you",
            "if you do not recognise this payment",
        ),
        (
            "de",
            "Meine Karte wurde an der Kasse abgelehnt. Das war ich.",
            "wenn Sie es waren",
            "wenn Sie sie nicht erkennen",
        ),
        ("es", "Me han rechazado la tarjeta en la ferretería, pero fui yo.", "si fue usted", "si no reconoce el pago"),
    ],
)
def test_who_did_it_themself_does_not_say_that_it_was_somebody_else(
    language: str, goal: str, did: str, did_not: str
) -> None:
    assert best(goal, language, [did_not, did]) == did
    assert score(goal, did_not, language) < WEAK


def test_who_does_not_know_a_charge_says_so() -> None:
    options = ["if you made this payment yourself", "if you don't recognize it"]
    assert best("There is a payment on my card that I never made.", "en", options) == options[1]


@pytest.mark.parametrize(
    ("language", "goal", "options", "right"),
    [
        (
            "en",
            "I want my niece to be the one who gets the money from my funeral plan.",
            ["if somebody has died", "to name a beneficiary"],
            "to name a beneficiary",
        ),
        (
            "en",
            "The radiator in my council house is stone cold.",
            ["if you are homeless or about to lose your home", "if you live in one of our homes"],
            "if you live in one of our homes",
        ),
        (
            "en",
            "My twins were born last week. Put them on my health plan, please.",
            [
                "to talk to a nurse at any hour, including newborn care",
                "for your premium, or for changes to who is covered",
            ],
            "for your premium, or for changes to who is covered",
        ),
        (
            "en",
            "My two-year certificate has matured and I want the money in my checking account.",
            ["to transfer between your checking and savings accounts", "for your term deposits with us"],
            "for your term deposits with us",
        ),
        (
            "en",
            "My father needs a wheelchair for his flight.",
            ["for seats and upgrades", "for passengers who need extra help"],
            "for passengers who need extra help",
        ),
        (
            "en",
            "I loaded twenty pounds on the prepay meter last night. The top-up has not been credited.",
            ["to top up now by card", "if you have topped up and your credit hasn't been added"],
            "if you have topped up and your credit hasn't been added",
        ),
        (
            "en",
            "I sold my car. Please put my policy on the new car.",
            ["if your car policy is due to renew soon", "anything else about a policy"],
            "anything else about a policy",
        ),
        (
            "it",
            "Mi hanno mandato la stessa multa due volte per la casa al mare.",
            ["per dichiarare una casa nuova", "per un avviso che ha già ricevuto"],
            "per un avviso che ha già ricevuto",
        ),
        (
            "en",
            "I switched supplier and you still hold 90 euro of mine.",
            ["if you are a customer of ours", "if you have left us"],
            "if you have left us",
        ),
        (
            "nl",
            "Ik heb betaald om mijn post te laten nasturen, maar hij wordt niet doorgestuurd.",
            ["post verzenden", "verhuizen en doorzenden", "betalen"],
            "verhuizen en doorzenden",
        ),
        (
            "de",
            "Mein Krankengeld für März ist nicht auf dem Konto.",
            ["um eine Krankmeldung einzureichen", "für Geldleistungen bei Krankheit"],
            "für Geldleistungen bei Krankheit",
        ),
        (
            "nl",
            "Ik heb vorige week 90 euro naar de verkeerde overgemaakt.",
            ["overboekingen", "iets anders"],
            "overboekingen",
        ),
        (
            "en",
            "The shower in my dorm is broken and nobody came.",
            ["for academic departments", "for life on campus"],
            "for life on campus",
        ),
        (
            "en",
            "I asked for a gas meter in May and nobody has fitted it.",
            ["to give a meter reading", "for metering and anything else"],
            "for metering and anything else",
        ),
        (
            "en",
            "My new shelf came without the brackets, please send the missing parts.",
            ["to track a delivery", "if something arrived broken or incomplete"],
            "if something arrived broken or incomplete",
        ),
        (
            "en",
            "I left my last phone company and my old number is not here yet.",
            ["setting up your phone", "bringing your number with you"],
            "bringing your number with you",
        ),
        (
            "de",
            "Ich habe den Wagen zurückgegeben und meine Kaution fehlt noch.",
            ["wenn Sie etwas im Wagen vergessen haben", "Rechnungen, Kautionen und Erstattungen"],
            "Rechnungen, Kautionen und Erstattungen",
        ),
        (
            "en",
            "My hire is over and I still wait for my deposit back, a member of staff please.",
            ["to have a copy of your invoice emailed", "to speak to our accounts team"],
            "to speak to our accounts team",
        ),
    ],
)
def test_the_matter_and_not_a_word_of_it_decides(language: str, goal: str, options: list[str], right: str) -> None:
    assert best(goal, language, options) == right
    assert best(goal, language, options[::-1]) == right


@pytest.mark.parametrize(
    ("language", "goal", "option"),
    [
        (
            "en",
            "My mother's doctor stopped her drops. I want to ask the pharmacist.",
            "doctors, hospitals and care homes",
        ),
        ("es", "Los hospitales me han cambiado la receta y tengo una duda.", "hospitales y residencias de mayores"),
    ],
)
def test_an_option_that_begins_with_who_it_is_for_is_not_about_them(language: str, goal: str, option: str) -> None:
    assert score(goal, option, language) < WEAK


@pytest.mark.parametrize(
    ("language", "goal", "option"),
    [
        ("en", "My top-up with the bank card has not been credited.", "to top up now with a bank card"),
        ("it", "La mia ricarica con la carta non è stata accreditata.", "per ricaricare ora con la carta"),
        ("nl", "Ik heb opgewaardeerd met de pas maar het is niet bijgeschreven.", "nu opwaarderen met de pas"),
    ],
)
def test_what_is_paid_for_and_lacking_is_not_paid_for_again(language: str, goal: str, option: str) -> None:
    assert score(goal, option, language) < WEAK


@pytest.mark.parametrize(
    ("language", "goal", "option", "is_risky"),
    [
        ("de", "Ich hätte gern einen Termin beim Zahnarzt.", "wenn Sie einen Termin absagen möchten", True),
        ("en", "I'd like an appointment with the dentist.", "to cancel an appointment", True),
        ("en", "I need to call off my appointment, please cancel it.", "to cancel an appointment", False),
        ("en", "I'd like to move my appointment.", "to change or cancel an appointment", False),
    ],
)
def test_that_a_thing_is_wanted_is_no_wish_to_cancel_it(
    language: str, goal: str, option: str, *, is_risky: bool
) -> None:
    assert judge(goal, language).appraise(Option("1", plain(option))).is_a("risky") is is_risky
