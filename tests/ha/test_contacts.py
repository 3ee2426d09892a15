"""What is known of a contact before it is called: hours, several numbers, matters, facts, a way through the menu."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.engine.agent import CallRefusedError
from custom_components.hold_slayer.engine.model.call_brief import CallBrief
from custom_components.hold_slayer.engine.model.call_event import OccurrenceKind
from custom_components.hold_slayer.engine.model.phase import Outcome
from custom_components.hold_slayer.facts import FactScope, KeptFact
from custom_components.hold_slayer.house import find_contact, start_call
from custom_components.hold_slayer.opening import OpeningHours
from tests.fakes.agent import FakeAgent

from .conftest import ACCOUNT, OPTIONS, subentry
from .test_history_actions import past
from .test_subentries import CONTACT, add, change

ZONE = ZoneInfo("Europe/Berlin")
OFFICE = [
    {"days": ["mon", "tue", "wed", "thu", "fri"], "opens": "08:00:00", "closes": "18:00:00"},
    {"days": ["sat"], "opens": "22:00", "closes": "02:00"},
]
HOURS = OpeningHours.of(OFFICE)


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026; the 20th is a Friday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "is_open", "opens"),
    [
        (berlin(20, 7, 59), False, berlin(20, 8)),
        (berlin(20, 8), True, berlin(21, 22)),
        (berlin(20, 17, 59), True, berlin(21, 22)),
        (berlin(20, 18), False, berlin(21, 22)),
        (berlin(21, 23), True, berlin(23, 8)),
        (berlin(22, 1, 59), True, berlin(23, 8)),
        (berlin(22, 2), False, berlin(23, 8)),
        # The clock goes back on 25 October: eight o'clock stays eight o'clock.
        (datetime(2026, 10, 24, 12, tzinfo=ZONE), False, datetime(2026, 10, 24, 22, tzinfo=ZONE)),
        (datetime(2026, 10, 25, 12, tzinfo=ZONE), False, datetime(2026, 10, 26, 8, tzinfo=ZONE)),
    ],
)
def test_opening_hours(now: datetime, is_open: bool, opens: datetime) -> None:
    assert HOURS.is_open(now) is is_open
    assert HOURS.next_opening(now) == opens


def test_without_hours_it_is_always_open() -> None:
    assert OpeningHours().is_open(berlin(20, 3))
    assert OpeningHours().next_opening(berlin(20, 3)) is None
    round_the_clock = OpeningHours.of([{"days": [], "opens": "00:00", "closes": "00:00"}])
    assert all(round_the_clock.is_open(berlin(20, hour)) for hour in range(24))


@pytest.mark.parametrize(
    "row", [{"opens": "25:00", "closes": "1:00"}, {"days": ["day"], "opens": "08:00", "closes": "09:00"}]
)
def test_hours_that_are_none(row: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        OpeningHours.of([row])


# --- a contact with everything --------------------------------------------------------------------------------------

ACME = subentry(
    "contact",
    name="Acme Bank",
    number="+1 (555) 0100",
    more_numbers=["+1 555 0101", "+1 555 0102"],
    goal="A charge on my bill",
    goals=["My card is lost", "A new address"],
    facts=["account_number", "forgotten"],
    flow="Acme by night",
    hours=OFFICE,
)


@pytest.fixture
def entry(hass: HomeAssistant, core: None) -> MockConfigEntry:
    """An account with this contact only."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        entry_id="entry-1",
        title="alice@sip.example.com",
        data=ACCOUNT,
        options=OPTIONS,
        subentries_data=[ACME],
        minor_version=2,
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture(autouse=True)
async def friday_noon(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    freezer.move_to(berlin(20, 12))


async def call(hass: HomeAssistant, **data: Any) -> Any:
    return await hass.services.async_call(
        DOMAIN, "call", {"contact": "Acme Bank", **data}, blocking=True, return_response=True
    )


def ends(agent: FakeAgent, outcome: Outcome, sentence: str = "") -> None:
    agent.end(outcome, sentence)
    agent.occur(OccurrenceKind.ENDED, {"outcome": outcome.value, "sentence": sentence})


async def test_when_it_is_closed_nothing_is_dialled(
    hass: HomeAssistant, agent: FakeAgent, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(berlin(20, 19))
    with pytest.raises(ServiceValidationError) as raised:
        await call(hass)
    assert raised.value.translation_key == "contact_closed"
    assert str(raised.value) == "Acme Bank is closed and opens 2026-11-21 22:00"
    assert agent.briefs == []
    await call(hass, ignore_hours=True)
    assert len(agent.briefs) == 1


async def test_it_is_called_when_it_opens_instead(
    hass: HomeAssistant, agent: FakeAgent, freezer: FrozenDateTimeFactory, hass_storage: dict[str, Any]
) -> None:
    freezer.move_to(berlin(22, 12))
    answer = await call(hass, retry_when_closed=True, goal="A refund")
    assert answer == {"call_id": None, "planned_for": "2026-11-23T08:02:00+01:00"}
    assert hass_storage["hold_slayer.entry-1.retry"]["data"]["company"] == "Acme Bank", "survives a restart"
    state = hass.states.get("sensor.alice_sip_example_com_next_retry")
    assert state is not None
    assert state.state == "2026-11-23T07:02:00+00:00"
    freezer.move_to(berlin(23, 8, 2))
    async_fire_time_changed(hass, berlin(23, 8, 2))
    await hass.async_block_till_done(wait_background_tasks=True)
    (brief,) = agent.briefs
    assert (brief.company, brief.goal) == ("Acme Bank", "A refund")


async def test_a_line_that_does_not_say_when_it_opens(hass: HomeAssistant, agent: FakeAgent) -> None:
    """Then the hours that the user has entered are taken."""
    await call(hass, retry_when_closed=True)
    ends(agent, Outcome.CLOSED, "The company is closed.")
    await hass.async_block_till_done(wait_background_tasks=True)
    state = hass.states.get("sensor.alice_sip_example_com_next_retry")
    assert state is not None
    assert state.state == "2026-11-21T21:02:00+00:00"


async def test_one_number_after_another(hass: HomeAssistant, agent: FakeAgent) -> None:
    await call(hass, goal="A refund", facts={"pin": "0471"})
    for outcome in (Outcome.BUSY, Outcome.NO_ANSWER, Outcome.NOT_FOUND):
        ends(agent, outcome)
        await hass.async_block_till_done(wait_background_tasks=True)
    assert [brief.number.value for brief in agent.briefs] == ["+15550100", "+15550101", "+15550102"]
    assert {(brief.goal, brief.facts["pin"], brief.company) for brief in agent.briefs} == {
        ("A refund", "0471", "Acme Bank")
    }


async def test_a_full_queue_is_called_again_only_when_no_other_number_is_left(
    hass: HomeAssistant, agent: FakeAgent
) -> None:
    """Somebody who has been put through by the second number wants no third call a quarter of an hour later."""

    async def place(brief: CallBrief) -> str:
        agent.briefs.append(brief)
        return agent.show(f"call-{len(agent.briefs)}", number=brief.number.value).call_id

    async def full() -> str:
        agent.end(Outcome.QUEUE_FULL, "", agent.calls[0].call_id)
        agent.occur(OccurrenceKind.ENDED, {"outcome": Outcome.QUEUE_FULL.value, "sentence": ""})
        await hass.async_block_till_done(wait_background_tasks=True)
        state = hass.states.get("sensor.alice_sip_example_com_next_retry")
        assert state is not None
        return state.state

    agent.call = place  # type: ignore[method-assign]  # each call with an id of its own
    await call(hass, retry_when_closed=True)
    assert [await full(), await full()] == ["unknown", "unknown"]
    assert [brief.number.value for brief in agent.briefs] == ["+15550100", "+15550101", "+15550102"]
    assert await full() == "2026-11-20T11:15:00+00:00"


async def test_the_next_number_may_be_refused_or_gone(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    await call(hass)
    agent.refusal = CallRefusedError("x", Outcome.REFUSED, "Too many calls today.")
    ends(agent, Outcome.BUSY)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert "The next number of a contact was not called: call_refused" in caplog.text
    assert "555" not in "".join(record.message for record in caplog.records if "next number" in record.message)
    agent.refusal = None
    await call(hass)
    hass.config_entries.async_remove_subentry(entry, "acme_bank")
    ends(agent, Outcome.BUSY)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(agent.briefs) == 2


@pytest.mark.parametrize("outcome", [Outcome.CONNECTED, Outcome.HUNG_UP, Outcome.CLOSED, Outcome.REMOTE_HUNG_UP])
async def test_an_end_that_another_number_does_not_mend(
    hass: HomeAssistant, agent: FakeAgent, outcome: Outcome
) -> None:
    await call(hass)
    ends(agent, outcome)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(agent.briefs) == 1


async def test_a_number_of_a_contact_may_be_chosen(hass: HomeAssistant, agent: FakeAgent) -> None:
    await call(hass, number="+1 555 0102")
    assert (agent.briefs[-1].number.value, agent.briefs[-1].company) == ("+15550102", "Acme Bank")
    with pytest.raises(ServiceValidationError):
        await call(hass, number="+15550999")


async def test_facts_that_it_may_always_know(hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry) -> None:
    await entry.runtime_data.keep_fact(KeptFact("account_number", "12345678"))
    await entry.runtime_data.keep_fact(KeptFact("pin", "0471"))
    await call(hass)
    assert dict(agent.briefs[-1].facts) == {"account_number": "12345678"}, "and nothing else that is kept"
    ends(agent, Outcome.HUNG_UP)
    acme = entry.subentries["acme_bank"]
    typed = {**acme.data, "facts": ["Account number", "account_number", "PIN"]}
    hass.config_entries.async_update_subentry(entry, acme, data=typed)
    await call(hass)
    assert dict(agent.briefs[-1].facts) == {"account_number": "12345678", "pin": "0471"}, "as they were typed"
    hass.config_entries.async_update_subentry(entry, acme, data=acme.data)
    ends(agent, Outcome.HUNG_UP)
    await call(hass, facts={"account_number": "999", "pin": None})
    assert dict(agent.briefs[-1].facts) == {"account_number": "999", "pin": "0471"}


async def test_the_way_that_was_chosen_goes_first(hass: HomeAssistant, agent: FakeAgent) -> None:
    def flow(name: str) -> dict[str, Any]:
        steps = [{"kind": "dtmf", "key": "2", "purpose": "billing", "expect": "For billing press two."}]
        return {"name": name, "number": "+15550100", "language": "en", "goal": ["billing"], "steps": steps}

    flows = {"schema": 1, "flows": [flow("Acme by day"), flow("Acme by night")]}
    await hass.services.async_call(DOMAIN, "import_flow", {"flow": flows}, blocking=True)
    await call(hass, goal="billing")
    names = [flow.name for flow in agent.briefs[-1].flows]
    assert names[0] == "Acme by night"
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("spoken", "goal"),
    [
        ("my card is lost", "My card is lost"),
        ("card", "My card is lost"),
        ("a new adress", "A new address"),
        ("a refund", "a refund"),
        ("", "A charge on my bill"),
    ],
)
async def test_matters_by_voice(hass: HomeAssistant, agent: FakeAgent, spoken: str, goal: str) -> None:
    found = find_contact(hass, "acme")
    assert found is not None
    await start_call(hass, found, spoken, None)
    assert agent.briefs[-1].goal == goal


async def test_figures_are_of_all_its_numbers(hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry) -> None:
    for index, number in enumerate(("+15550100", "+15550101", "+15550199")):
        await past(entry, index, 0.1, number=number, hold_s=60.0 * (index + 1))
    await hass.async_block_till_done(wait_background_tasks=True)
    for action in ("get_statistics", "get_calls"):
        answer: Any = await hass.services.async_call(
            DOMAIN, action, {"contact": "Acme Bank"}, blocking=True, return_response=True
        )
        assert (answer["calls"] if action == "get_statistics" else len(answer["calls"])) == 2
    state = hass.states.get("sensor.acme_bank_usual_wait")
    assert state is not None
    assert float(state.state) == pytest.approx(1.5), "minutes, the median of both"


# --- the form -------------------------------------------------------------------------------------------------------


async def test_the_form_takes_everything(hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry) -> None:
    result = await add(
        hass,
        entry,
        CONTACT,
        name="Town hall",
        number="5550199",
        more_numbers=[" 5550198 ", " "],
        goals=["A passport", ""],
        facts=["id_card"],
        flow="By the back door",
        hours=OFFICE,
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    contact = entry.runtime_data.contact("town hall")
    assert contact.dialled == ("5550199", "5550198")
    assert (contact.goals, contact.facts, contact.flow) == (("A passport",), ("id_card",), "By the back door")
    assert contact.hours == HOURS
    result = await change(hass, entry, "acme_bank", name="Acme Bank", number="5550199")
    assert result["type"] is FlowResultType.ABORT
    assert entry.runtime_data.contact("acme bank").dialled == ("5550199",)


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        ({"more_numbers": ["5550198", "nobody"]}, {"more_numbers": "invalid_number"}),
        ({"more_numbers": ["112"]}, {"more_numbers": "emergency_number"}),
        ({"hours": [{"days": ["mon"], "opens": "08:00:00", "closes": "8 o'clock"}]}, None),
        ({"hours": [{"days": ["mon"], "opens": "8:00", "closes": "18:00"}]}, {"hours": "invalid_hours"}),
    ],
)
async def test_what_is_wrong_in_the_form(
    hass: HomeAssistant,
    agent: FakeAgent,
    entry: MockConfigEntry,
    data: dict[str, Any],
    errors: dict[str, str] | None,
) -> None:
    if errors is None:
        with pytest.raises(Exception, match=r"."):
            await add(hass, entry, CONTACT, name="Town hall", number="5550199", **data)
        return
    result = await add(hass, entry, CONTACT, name="Town hall", number="5550199", **data)
    assert (result["type"], result["errors"]) == (FlowResultType.FORM, errors)


async def test_a_fact_of_its_own_is_kept_in_its_form_and_nowhere_else(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry
) -> None:
    contact_id = next(iter(entry.subentries))

    async def change(**own: str) -> dict[str, Any]:
        form = await entry.start_subentry_reconfigure_flow(hass, contact_id)
        shown: dict[str, Any] = {"name": "Acme Bank", "number": "5550199", "goal": "Talk", "own_fact": own}
        result = await hass.config_entries.subentries.async_configure(form["flow_id"], shown)
        if result["type"] == "form":
            hass.config_entries.subentries.async_abort(form["flow_id"])
        return dict(result)

    for own, error in (
        ({"fact": "my number"}, "fact_incomplete"),
        ({"value": "77"}, "fact_incomplete"),
        ({"fact": "x", "value": "1" * 201}, "bad_fact"),
    ):
        refused = await change(**own)
        assert refused["errors"] == {"base": error}
        assert "1" * 201 not in str(refused), "what is private does not come back"
    assert (await change(fact="My number", value="770123", fact_kind="customer"))["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    kept = KeptFact("my_number", "770123", "customer", FactScope.CONTACT, contact_id)
    assert entry.runtime_data.vault.facts == (kept,)
    assert "770123" not in str(entry.as_dict())
    assert (await change())["reason"] == "reconfigure_successful"
    assert entry.runtime_data.vault.facts == (kept,)
    await hass.services.async_call(DOMAIN, "call", {"contact": "Acme Bank", "goal": "Talk"}, blocking=True)
    await hass.services.async_call(DOMAIN, "call", {"number": "+15550177", "goal": "Talk"}, blocking=True)
    assert [(brief.facts, brief.fact_kinds) for brief in agent.briefs] == [
        ({"my_number": "770123"}, {"my_number": "customer"}),
        ({}, {}),
    ]
