"""A fact never leaves where its scope forbids it: whatever is kept, named and asked, and whatever a language model wants."""

from collections.abc import Mapping, Sequence
import json
from pathlib import Path

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.hold_slayer.engine.ivr.decision import Decision, DecisionKind
from custom_components.hold_slayer.engine.ivr.navigator import Navigator
from custom_components.hold_slayer.engine.ivr.words import LANGUAGES
from custom_components.hold_slayer.engine.model.call_brief import CallBrief, CallPolicy
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.facts import FactScope, FactScopeError, KeptFact, Release, opened, released

DATA = Path(__file__).resolve().parents[1] / "data"
PROMPTS: dict[str, dict[str, list[str]]] = json.loads((DATA / "fact_prompts.json").read_text(encoding="utf-8"))
INJECTIONS: list[tuple[str, str]] = json.loads((DATA / "injections.json").read_text(encoding="utf-8"))
KINDS = ("account", "customer", "pin", "order", "invoice", "reference", "contract")
NAMES = ("account_number", "kundennummer", "pin", "grandmas_thing", "numero_de_pedido")
BANK, SHOP = "contact-1", "contact-2"

VALUE = st.integers(0, 99).map(lambda number: f"{7301 + 13 * number}{4099 + 17 * number}")


@st.composite
def vaults(draw: st.DrawFn) -> list[KeptFact]:
    """Facts with different values."""
    kept: dict[tuple[str, str], KeptFact] = {}
    values = draw(st.lists(VALUE, min_size=6, max_size=6, unique=True))
    for value in values:
        scope = draw(st.sampled_from(FactScope))
        contact = draw(st.sampled_from([BANK, SHOP])) if scope is FactScope.CONTACT else ""
        fact = KeptFact(draw(st.sampled_from(NAMES)), value, draw(st.sampled_from(["", *KINDS])), scope, contact)
        kept[fact.key] = fact
    return list(kept.values())


@st.composite
def lines(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A language, and what a line of it says."""
    language = draw(st.sampled_from(LANGUAGES))
    asked = [text for kind in KINDS for text in PROMPTS[kind][language]]
    orders = [text for code, text in INJECTIONS if code == language]
    return language, draw(st.lists(st.sampled_from([*asked, *asked, *orders, ""]), min_size=1, max_size=8))


ANSWERS = st.lists(
    st.fixed_dictionaries(
        {"do": st.sampled_from(["press", "say", "give_fact", "wait", "give_up", "ask_user"])},
        optional={"value": st.one_of(st.sampled_from(NAMES), st.text(max_size=12), VALUE)},
    ),
    min_size=1,
    max_size=4,
)


def brief(language: str, release: Release) -> CallBrief:
    return CallBrief(
        DialTarget("5550100"), "xylophone", language=language, facts=release.values, fact_kinds=release.kinds,
        ask_first=release.ask_first, policy=CallPolicy(ask_user=True),
    )  # fmt: skip


def given_to(kept: Sequence[KeptFact], named: Sequence[str], contact: str) -> Release:
    """What the call gets of the names that it may have."""
    fine = []
    for name in named:
        try:
            released(kept, [name], contact)
        except FactScopeError, KeyError:
            continue
        fine.append(name)
    return released(kept, fine, contact)


def values_in(decision: Decision) -> str:
    """Everything of a decision that the line would get or anybody would see, digits together."""
    question = "" if decision.question is None else repr(decision.question)
    return f"{decision.value} {decision.shown} {decision.note} {decision.asks} {question}".replace(" ", "")


def allowed(fact: KeptFact, named: Sequence[str], contact: str) -> bool:
    """The rule, said once more and in other words."""
    match fact.scope:
        case FactScope.CONTACT:
            return fact.contact == contact
        case FactScope.ASK:
            return False
        case _:
            return fact.name in named


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(vaults(), st.lists(st.sampled_from(NAMES), max_size=4), st.sampled_from(["", BANK, SHOP]), lines(), ANSWERS)
def test_no_fact_leaves_where_its_scope_forbids_it(
    kept: list[KeptFact],
    named: list[str],
    contact: str,
    line: tuple[str, list[str]],
    answers: list[Mapping[str, object]],
) -> None:
    language, heard = line
    release = given_to(kept, named, contact)
    way = Navigator(brief(language, release))
    forbidden = [fact for fact in kept if not allowed(fact, named, contact)]
    assert not {fact.value for fact in forbidden} & set(release.values.values())
    for number, text in enumerate(heard):
        decision = way.heard([text] if text else [])
        if decision.do is DecisionKind.ASK_MODEL:
            decision = way.advised(answers[number % len(answers)])
        if decision.do is DecisionKind.ASK_USER:
            assert not decision.value
            decision = way.user_answered(decision.fact, None)
        for fact in forbidden:
            assert fact.value not in values_in(decision), (fact, text)
        for value in release.values.values():
            # And what may be told goes by its placeholder everywhere but on the line.
            assert value not in values_in(decision).removeprefix(decision.value.replace(" ", "")), text


@st.composite
def insisting(draw: st.DrawFn) -> tuple[str, str, list[str]]:
    """A line that wants one kind of fact again and again, in changing words."""
    language, kind = draw(st.sampled_from(LANGUAGES)), draw(st.sampled_from(KINDS))
    openings = (
        "",
        "Alpha bravo charlie delta echo foxtrot. ",
        "Golf hotel india juliett kilo lima mike november oscar. ",
    )
    texts = [opening + text for opening in openings for text in PROMPTS[kind][language]]
    return language, kind, draw(st.lists(st.sampled_from(texts), min_size=2, max_size=8))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(insisting(), VALUE, st.lists(st.booleans(), min_size=8, max_size=8))
def test_consent_is_asked_for_each_time_and_counts_for_one_prompt(
    line: tuple[str, str, list[str]], value: str, consents: list[bool]
) -> None:
    language, kind, heard = line
    kept = [KeptFact("thing", value, kind, FactScope.ASK)]
    way = Navigator(brief(language, released(kept, [], "")))
    lent: int | None = None
    for text, is_fine in zip(heard, consents, strict=False):
        decision = way.heard([text])
        if decision.do is DecisionKind.ASK_USER:
            decision = way.user_answered(
                decision.fact, opened(kept, "thing", "") if is_fine else None, "thing" if is_fine else ""
            )
            lent = way._prompt if is_fine else lent
        if value in values_in(decision):
            assert lent == way._prompt, "told at a prompt for which nobody was asked"


@pytest.mark.parametrize(
    ("name", "contact", "value"),
    [("pin", BANK, "1"), ("pin", SHOP, "3"), ("pin", "", "3"), ("code", BANK, "2"), ("code", SHOP, None)],
)
def test_a_contacts_own_fact_goes_before_the_accounts(name: str, contact: str, value: str | None) -> None:
    kept = [
        KeptFact("pin", "3"),
        KeptFact("pin", "1", "", FactScope.CONTACT, BANK),
        KeptFact("code", "2", "", FactScope.CONTACT, BANK),
    ]
    if value is None:
        with pytest.raises(FactScopeError):
            released(kept, [name], contact)
        with pytest.raises(FactScopeError):
            opened(kept, name, contact)
    else:
        assert released(kept, [name], contact).values[name] == value
        assert opened(kept, name, contact) == value
    assert released(kept, [], contact).values == ({"pin": "1", "code": "2"} if contact == BANK else {})


def test_asked_first_told_and_asked_again_at_the_next_prompt() -> None:
    kept = [KeptFact("bank_pin", "0471", "pin", FactScope.ASK)]
    way = Navigator(brief("en", released(kept, [], "")))
    asked = way.heard(["Please enter your PIN, followed by the pound key."])
    assert (asked.do, asked.fact, asked.offers) == (DecisionKind.ASK_USER, "pin", ("bank_pin",))
    assert "0471" not in repr(way.__dict__)
    told = way.user_answered("pin", opened(kept, "bank_pin", ""), "bank_pin")
    assert (told.value, told.shown) == ("0471#", "{bank_pin}#")
    assert way.heard(["Please enter your PIN, followed by the pound key."]).value == "0471#", "it was not heard"
    again = way.heard(["To confirm the transfer of money that you asked for, enter your PIN once more."])
    assert (again.do, again.offers) == (DecisionKind.ASK_USER, ("bank_pin",))
    declined = way.user_answered("pin", None)
    assert "0471" not in declined.value
    assert way.heard(["Please enter your PIN, followed by the pound key."]).do is not DecisionKind.ASK_USER


def test_what_the_user_types_in_place_of_the_kept_fact_is_of_this_call() -> None:
    kept = [KeptFact("bank_pin", "0471", "pin", FactScope.ASK)]
    way = Navigator(brief("en", released(kept, [], "")))
    way.heard(["Please enter your PIN."])
    assert way.user_answered("pin", "9982").value == "9982"
    assert way.heard(["To confirm, enter your PIN once more."]).value == "9982"


def test_if_you_know_your_number_asks_only_who_keeps_one() -> None:
    prompt = "If you know your customer number, please enter it now. Otherwise, please hold."
    kept = [KeptFact("customer_number", "4711", "", FactScope.ASK)]
    assert Navigator(brief("en", released(kept, [], ""))).heard([prompt]).offers == ("customer_number",)
    assert Navigator(brief("en", Release())).heard([prompt]).do is not DecisionKind.ASK_USER


@pytest.mark.parametrize("contact", ["", BANK])
def test_a_contacts_fact_that_lost_its_contact_is_for_nobody(contact: str) -> None:
    kept = [KeptFact("pin", "4711", "pin", FactScope.CONTACT)]
    assert released(kept, [], contact).values == {}
    with pytest.raises(FactScopeError):
        released(kept, ["pin"], contact)
    with pytest.raises(FactScopeError):
        opened(kept, "pin", contact)
