"""The key that serves the goal, in menus of many trades and six languages."""

import pytest

from custom_components.hold_slayer.engine.ivr.decision import Decision, DecisionKind
from custom_components.hold_slayer.engine.ivr.goal import CLEAR, WEAK, Goal
from custom_components.hold_slayer.engine.ivr.menu import Option
from custom_components.hold_slayer.engine.ivr.navigator import Navigator
from custom_components.hold_slayer.engine.ivr.words import words_of
from custom_components.hold_slayer.engine.model.call_brief import CallBrief, CallPolicy
from custom_components.hold_slayer.engine.model.phone_number import DialTarget

MENUS = [
    (
        "en",
        "My train was cancelled last Friday and I still haven't got my money back.",
        [
            "For timetables press 1.",
            "For season tickets press 2.",
            "For refunds and compensation press 3.",
            "For lost property press 4.",
        ],
        "3",
    ),
    (
        "en",
        "I left my umbrella on the 8:15 train to Leeds.",
        [
            "For timetables press 1.",
            "For season tickets press 2.",
            "For refunds and compensation press 3.",
            "For lost property press 4.",
        ],
        "4",
    ),
    (
        "en",
        "Somebody hit my parked car and I want to report it to my insurer.",
        [
            "To get a quote, press 1.",
            "To report an accident or make a claim, press 2.",
            "To ask about an existing claim, press 3.",
            "For anything else, press 4.",
        ],
        "2",
    ),
    (
        "en",
        "My mortgage payment went up and I'd like to know why.",
        [
            "For current accounts and savings, press 1.",
            "For credit cards, press 2.",
            "For mortgages and loans, press 3.",
            "For anything else, press 4.",
        ],
        "3",
    ),
    (
        "en",
        "I want to dispute a parking ticket I got last week.",
        ["To pay a parking ticket, press 1.", "To contest a citation, press 2.", "For permits, press 3."],
        "2",
    ),
    (
        "en",
        "I need to renew my passport and I want to ask about the appointment.",
        ["For birth certificates press 1.", "For passports press 2.", "For marriage licenses press 3."],
        "2",
    ),
    (
        "en",
        "The washing machine that was delivered yesterday is dented.",
        [
            "To place an order press 1.",
            "To track a delivery press 2.",
            "If your item arrived damaged press 3.",
            "For store hours press 4.",
        ],
        "3",
    ),
    (
        "en",
        "I think my boiler is broken, there is no hot water.",
        [
            "If you can smell gas, press 1.",
            "To pay your bill, press 2.",
            "For boiler breakdowns and repairs, press 3.",
            "To buy a new boiler, press 4.",
        ],
        "3",
    ),
    (
        "en",
        "I want to cancel my gym membership.",
        ["To join the club, press 1.", "To freeze your membership, press 2.", "To end your membership, press 3."],
        "3",
    ),
    (
        "en",
        "My credit card was stolen from my bag this morning. I need it blocked.",
        [
            "For your balance press 1.",
            "To report a lost or stolen card press 2.",
            "For a credit limit increase press 3.",
            "For all other questions press 4.",
        ],
        "2",
    ),
    (
        "en",
        "I forgot my online banking password and I'm locked out.",
        ["For account balances, press 1.", "For help with online banking, press 2.", "For loans, press 3."],
        "2",
    ),
    (
        "en",
        "I'd like to book a table for six on Saturday.",
        ["For reservations press 1.", "For catering and private events press 2.", "For directions and hours press 3."],
        "1",
    ),
    (
        "en",
        "My TV package keeps freezing.",
        ["For broadband faults press 1.", "For television faults press 2.", "For telephone faults press 3."],
        "2",
    ),
    (
        "en",
        "I moved and need to change the address on my driver's license.",
        ["For license renewals press 1.", "For changes of name or address press 2.", "For road tests press 3."],
        "2",
    ),
    (
        "en",
        "I'm calling to find out the results of my blood test.",
        ["To book or cancel an appointment press 1.", "For test results press 2.", "For repeat prescriptions press 3."],
        "2",
    ),
    (
        "en",
        "I returned a jacket three weeks ago and haven't been refunded.",
        ["to track an order press one", "for returns and refunds press two", "four gift cards press three"],
        "2",
    ),
    (
        "en",
        "My electricity bill is twice what it normally is.",
        [
            "report a power cut press one",
            "for billing questions press to",
            "moving home press three",
            "for everything else press four",
        ],
        "2",
    ),
    (
        "en",
        "I need to move my dentist appointment next week.",
        [
            "New patients, press 1.",
            "To change or cancel an appointment, press 2.",
            "To confirm an appointment, press 3.",
        ],
        "2",
    ),
    (
        "en",
        "The concert I have tickets for was postponed and I can't make the new date.",
        [
            "To buy tickets, press 1.",
            "For rescheduled or cancelled events, press 2.",
            "For accessible seating, press 3.",
        ],
        "2",
    ),
    (
        "en",
        "The hotel charged me twice for the same night.",
        [
            "To make a reservation, press 1.",
            "For questions about a bill from a past stay, press 2.",
            "For rewards, press 3.",
        ],
        "2",
    ),
    (
        "en",
        "My package says delivered but I never got it.",
        ["To schedule a pickup press 1.", "For a missing or late package press 2.", "For rates press 3."],
        "2",
    ),
    (
        "de",
        "Mein Paket ist seit einer Woche unterwegs und nicht angekommen.",
        [
            "Für Preise drücken Sie die 1.",
            "Zur Sendungsverfolgung drücken Sie die 2.",
            "Für Reklamationen und vermisste Sendungen drücken Sie die 3.",
        ],
        "3",
    ),
    (
        "de",
        "Ich möchte meinen Handyvertrag kündigen.",
        [
            "Für neue Verträge drücken Sie die 1.",
            "Bei technischen Störungen drücken Sie die 2.",
            "Für Fragen zu Ihrer Kündigung drücken Sie die 3.",
        ],
        "3",
    ),
    (
        "de",
        "Mein Internet fällt ständig aus.",
        ["Bei Fragen zu Ihrer Rechnung die 1.", "Bei Störungen die 2.", "Für alle anderen Anliegen die 3."],
        "2",
    ),
    (
        "de",
        "Ich muss meinen Termin beim Hausarzt verschieben.",
        ["Für Rezepte drücken Sie die 1, für Termine drücken Sie die 2, für Befunde drücken Sie die 3."],
        "2",
    ),
    (
        "fr",
        "Mon train a été annulé et je voudrais être remboursé.",
        ["Pour les horaires, tapez 1.", "Pour un remboursement, tapez 2.", "Pour les objets trouvés, tapez 3."],
        "2",
    ),
    (
        "fr",
        "Je n'ai plus d'internet depuis hier.",
        ["Pour votre facture, tapez 1.", "Pour une panne, tapez 2.", "Pour souscrire, tapez 3."],
        "2",
    ),
    (
        "fr",
        "Je voudrais déplacer mon rendez-vous chez le dentiste.",
        [
            "Pour prendre rendez-vous, tapez 1.",
            "Pour modifier ou annuler un rendez-vous, tapez 2.",
            "Pour toute autre demande, tapez 3.",
        ],
        "2",
    ),
    (
        "es",
        "Me han cobrado de más en la factura de la luz.",
        ["Para averías, pulse 1.", "Para consultas sobre su factura, pulse 2.", "Para contratar, pulse 3."],
        "2",
    ),
    (
        "es",
        "Quiero darme de baja de mi línea móvil.",
        ["Para contratar nuevos servicios, pulse 1.", "Para bajas, pulse 2.", "Para soporte técnico, pulse 3."],
        "2",
    ),
    (
        "nl",
        "Mijn internet doet het niet.",
        [
            "Voor vragen over uw factuur toetst u 1.",
            "Voor storingen toetst u 2.",
            "Om uw abonnement op te zeggen toetst u 3.",
        ],
        "2",
    ),
    (
        "nl",
        "Ik wil mijn afspraak verzetten.",
        [
            "Voor een nieuwe afspraak, kies 1.",
            "Om een afspraak te wijzigen of af te zeggen, kies 2.",
            "Voor recepten, kies 3.",
        ],
        "2",
    ),
    (
        "it",
        "La bolletta del gas è troppo alta.",
        ["Per guasti prema 1.", "Per informazioni sulla bolletta prema 2.", "Per nuovi contratti prema 3."],
        "2",
    ),
    (
        "it",
        "Internet non funziona da due giorni.",
        ["Per informazioni commerciali prema 1, per assistenza tecnica prema 2, per amministrazione prema 3."],
        "2",
    ),
    (
        "en",
        "I'd like someone to check why my benefit payment hasn't arrived.",
        [
            "If you want to make a new claim press 1.",
            "If you have a claim already and have a question about a payment press 2.",
            "To report a change of circumstances press 3.",
        ],
        "2",
    ),
    (
        "en",
        "My visa application has been pending for six months.",
        [
            "For citizenship, press 1.",
            "To check the status of a pending application, press 2.",
            "To request forms, press 3.",
            "To speak to an officer, press 4.",
        ],
        "2",
    ),
    (
        "en",
        "There is a pothole on my street that I want to report.",
        [
            "For waste and recycling, press 1.",
            "For council tax, press 2.",
            "For roads, pavements and street lighting, press 3.",
            "For housing, press 4.",
        ],
        "3",
    ),
    (
        "en",
        "My rented flat has no heating and I need a repair.",
        ["To pay your rent press 1.", "To report a repair press 2.", "To apply for a home press 3."],
        "2",
    ),
    (
        "en",
        "I never got the confirmation email for my order.",
        [
            "If you're calling about an order you've already placed, press 1.",
            "To place a new order, press 2.",
            "To become a supplier, press 3.",
        ],
        "1",
    ),
    (
        "en",
        "I need a copy of my tax return from 2021.",
        [
            "For refunds, press 1.",
            "For payment plans, press 2.",
            "For transcripts or copies of returns, press 3.",
            "For all other questions, press 4.",
        ],
        "3",
    ),
    (
        "en",
        "I bought a sofa and one leg is missing from the box.",
        [
            "For store locations press 1.",
            "To place an order press 2.",
            "For help with a product you've bought press 3.",
            "For careers press 4.",
        ],
        "3",
    ),
    (
        "en",
        "My bank card got swallowed by the ATM yesterday.",
        [
            "For balances press 1.",
            "For lost or stolen cards press 2.",
            "For ATM and card problems press 3.",
            "For mortgages press 4.",
        ],
        "3",
    ),
    (
        "en",
        "I need to add my newborn to my health plan.",
        [
            "To find a doctor, press 1.",
            "For claims, press 2.",
            "For enrollment or changes to your coverage, press 3.",
            "For ID cards, press 4.",
        ],
        "3",
    ),
    (
        "en",
        "The doctor's office says they sent my referral but the specialist never got it.",
        ["For appointments press 1.", "For prescriptions press 2.", "For referrals press 3.", "For billing press 4."],
        "3",
    ),
    (
        "en",
        "I was overcharged for a toll I already paid.",
        [
            "To replenish your account, press 1.",
            "To dispute a toll or violation, press 2.",
            "To order a transponder, press 3.",
        ],
        "2",
    ),
    (
        "en",
        "My garbage cart has a broken wheel and I need a new one.",
        ["For missed pickups, press 1.", "For cart repair or replacement, press 2.", "For bulk items, press 3."],
        "2",
    ),
    (
        "en",
        "I can't get into my email account that comes with my internet plan.",
        ["For billing, press 1.", "For technical support including email, press 2.", "For sales, press 3."],
        "2",
    ),
    (
        "en",
        "My son will be absent today because he has a fever.",
        ["To report an absence press 1.", "For the nurse press 2.", "For the principal's office press 3."],
        "1",
    ),
    (
        "en",
        "I'd like to return some shoes that don't fit.",
        [
            "for new orders press one",
            "for order status press two",
            "for returns or exchanges press three",
            "for anything else press four",
        ],
        "3",
    ),
    (
        "en",
        "The airline lost my suitcase and it's been four days.",
        ["for new bookings press one", "for delayed or missing bags press two", "for refunds press three"],
        "2",
    ),
    (
        "en",
        "I'd like to pay off my car loan early and need the payoff amount from someone.",
        ["For auto loans, press 1.", "For home equity, press 2.", "For credit cards, press 3."],
        "1",
    ),
    (
        "en",
        "Our water has been brown since this morning.",
        [
            "To pay a bill, press 1.",
            "To report a water quality problem, press 2.",
            "To start or stop service, press 3.",
        ],
        "2",
    ),
    (
        "en",
        "My mother passed away and I need to close her account.",
        [
            "For balances, press 1.",
            "For cards, press 2.",
            "If you are calling about a customer who has died, press 3.",
            "For everything else, press 4.",
        ],
        "3",
    ),
    (
        "en",
        "I missed my jury duty and want to explain.",
        ["For criminal court, press 1.", "For traffic, press 2.", "For jury services, press 3."],
        "3",
    ),
    (
        "en",
        "Can somebody tell me whether my library fine was waived?",
        ["For opening hours, press 1.", "For renewals and fines, press 2.", "To book a room, press 3."],
        "2",
    ),
    (
        "en",
        "I want to change the name on my gas account after my wedding.",
        [
            "For a gas leak, press 1.",
            "For billing, press 2.",
            "To update your account details, press 3.",
            "To move house, press 4.",
        ],
        "3",
    ),
    (
        "en",
        "My home alarm went off by itself and I cannot reset it.",
        [
            "For billing press 1.",
            "For technical support press 2.",
            "To cancel a false alarm press 3.",
            "For sales press 4.",
        ],
        "2",
    ),
    (
        "en",
        "I have a question about my prescription copay.",
        [
            "For refills, press 1.",
            "To speak with a pharmacist or pharmacy staff, press 2.",
            "For store hours, press 3.",
        ],
        "2",
    ),
    (
        "en",
        "My rental application was declined and I want to know why.",
        ["For leasing, press 1.", "For maintenance, press 2.", "For current residents, press 3."],
        "1",
    ),
    (
        "de",
        "Ich habe meine Zugangsdaten zum Online-Banking vergessen.",
        [
            "Für Kartensperrungen drücken Sie die 1.",
            "Für Online-Banking drücken Sie die 2.",
            "Für Kredite drücken Sie die 3.",
            "Für andere Anliegen drücken Sie die 4.",
        ],
        "2",
    ),
    (
        "de",
        "Meine Waschmaschine ist kaputt und hat noch Garantie.",
        [
            "Für Bestellungen drücken Sie die 1.",
            "Für Reparaturen und Garantie drücken Sie die 2.",
            "Für Filialen drücken Sie die 3.",
        ],
        "2",
    ),
    (
        "de",
        "Ich ziehe um und möchte meinen Stromvertrag mitnehmen.",
        ["Bei Störungen die 1.", "Bei Fragen zur Rechnung die 2.", "Bei Umzug die 3.", "Für alles andere die 4."],
        "3",
    ),
    (
        "de",
        "Die gelieferten Schuhe sind zu klein, ich möchte sie umtauschen.",
        [
            "Für eine neue Bestellung wählen Sie die 1, für Fragen zur Lieferung die 2, für Rücksendung und Umtausch die 3."
        ],
        "3",
    ),
    (
        "fr",
        "Ma carte bancaire a été refusée trois fois aujourd'hui.",
        [
            "Pour une opposition, tapez 1.",
            "Pour consulter votre solde, tapez 2.",
            "Pour un problème avec votre carte, tapez 3.",
        ],
        "3",
    ),
    (
        "fr",
        "Je déménage et je veux transférer mon contrat d'électricité.",
        ["En cas de coupure, tapez 1.", "Pour un déménagement, tapez 2.", "Pour votre facture, tapez 3."],
        "2",
    ),
    (
        "fr",
        "Mon colis est indiqué livré mais je ne l'ai pas reçu.",
        ["Pour expédier un colis, tapez 1.", "Pour un colis non reçu, tapez 2.", "Pour les tarifs, tapez 3."],
        "2",
    ),
    (
        "es",
        "Se me ha roto la lavadora y está en garantía.",
        ["Para ventas, pulse 1.", "Para reparaciones, pulse 2.", "Para otras consultas, pulse 3."],
        "2",
    ),
    (
        "es",
        "Necesito cambiar mi cita con el dentista.",
        [
            "Para pedir una cita nueva, marque 1.",
            "Para cambiar o cancelar una cita, marque 2.",
            "Para urgencias, marque 3.",
        ],
        "2",
    ),
    (
        "es",
        "No me ha llegado el pedido que hice hace dos semanas.",
        ["Para hacer un pedido, pulse 1.", "Para el estado de un pedido, pulse 2.", "Para devoluciones, pulse 3."],
        "2",
    ),
    (
        "nl",
        "Mijn bestelling is beschadigd aangekomen.",
        [
            "Voor een nieuwe bestelling, toets 1.",
            "Voor vragen over een levering of schade, toets 2.",
            "Voor facturen, toets 3.",
        ],
        "2",
    ),
    (
        "nl",
        "Ik ga verhuizen en wil mijn energiecontract meenemen.",
        ["Voor storingen toets 1, voor verhuizingen toets 2, voor rekeningen toets 3."],
        "2",
    ),
    (
        "it",
        "Devo spostare l'appuntamento con il medico.",
        [
            "Per prenotare una visita prema 1.",
            "Per modificare o disdire un appuntamento prema 2.",
            "Per i referti prema 3.",
        ],
        "2",
    ),
    (
        "it",
        "Il pacco risulta consegnato ma non l'ho ricevuto.",
        ["Per spedire prema 1.", "Per mancata consegna prema 2.", "Per tariffe prema 3."],
        "2",
    ),
]


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
