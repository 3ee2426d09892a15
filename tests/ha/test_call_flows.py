"""Ways through menus in Home Assistant: learned when a call ends, given to the next, kept privately; import, export, delete."""

from datetime import date
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import yaml

from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.diagnostics import async_get_config_entry_diagnostics
from custom_components.hold_slayer.engine.model.call_event import OccurrenceKind
from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from tests.fakes.agent import FakeAgent

FILE = "hold_slayer.entry-1.flows"
SECRET = "4417302268"
MENU = "Welcome to Acme. For sales, press 1. For billing, press 2."
GOAL = "A charge on my bill"
WRITTEN = """
schema: 1
flows:
  - name: Town hall, passports
    number: "5550199"
    language: en
    goal: [documents]
    successes: 7
    steps:
      - {kind: dtmf, key: "3", purpose: passports, expect: "For taxes, press 1. For passports, press 3."}
      - {kind: hold}
"""


async def act(hass: HomeAssistant, action: str, **data: Any) -> Any:
    is_answered = action != "delete_flow"
    return await hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=is_answered)


async def refused(hass: HomeAssistant, action: str, **data: Any) -> tuple[str | None, str]:
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, action, **data)
    assert SECRET not in str(raised.value)
    return raised.value.translation_key, str((raised.value.translation_placeholders or {}).get("problem", ""))


async def call(
    hass: HomeAssistant, agent: FakeAgent, *, is_good: bool = True, text: str = MENU, key: str = "2"
) -> None:
    """A call to the contact Acme Bank that presses ``key`` and reaches a person, or ends in the menu."""
    data = {"contact": "Acme Bank", "goal": GOAL, "language": "en"}
    await hass.services.async_call(DOMAIN, "call", data, blocking=True)
    agent.occur(OccurrenceKind.PROMPT_HEARD, {"text": text})
    agent.occur(
        OccurrenceKind.KEY_PRESSED, {"digits": key, "reason": "flow" if agent.briefs[-1].flows else "best_option"}
    )
    outcome = Outcome.CONNECTED if is_good else Outcome.NO_ROUTE
    if is_good:
        agent.occur(OccurrenceKind.HOLD_STARTED, {"reason": "music"})
        agent.occur(OccurrenceKind.HUMAN_ANSWERED, {"reason": "reaction"})
    agent.show(phase=Phase.ENDED, outcome=outcome)
    agent.occur(OccurrenceKind.ENDED, {"outcome": outcome.value, "sentence": "Over."})
    await hass.async_block_till_done()


async def test_learned_from_a_call_given_to_the_next_and_kept(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent, agents: list[FakeAgent], hass_storage: dict[str, Any]
) -> None:
    await call(hass, agent)
    assert agent.briefs[0].flows == ()
    assert hass_storage[FILE]["data"]["flows"][0]["steps"][0]["key"] == "2"
    assert await hass.config_entries.async_reload(entry.entry_id)
    agent = agents[-1]
    await call(hass, agent)
    (flow,) = agent.briefs[0].flows
    assert (flow.number, flow.language, flow.successes) == ("+15550100", "en", 1)
    assert isinstance(flow.last_success, date)
    told = await async_get_config_entry_diagnostics(hass, entry)
    assert told["flows"] == [{"steps": 3, "successes": 2, "failures_in_row": 0}]
    (kept,) = hass_storage[FILE]["data"]["flows"]
    assert kept["successes"] == 2
    await hass.config_entries.async_remove(entry.entry_id)
    assert FILE not in hass_storage


async def test_only_for_the_same_number_and_goal(hass: HomeAssistant, agent: FakeAgent) -> None:
    await call(hass, agent)
    for data in ({"number": "5550177", "goal": GOAL}, {"contact": "Acme Bank", "goal": "Cancel my subscription"}):
        await hass.services.async_call(DOMAIN, "call", {**data, "language": "en"}, blocking=True)
        assert agent.briefs[-1].flows == ()


async def test_failures_count_and_retire(hass: HomeAssistant, agent: FakeAgent) -> None:
    await call(hass, agent)
    for _ in range(3):
        await call(hass, agent, is_good=False)
    (flow,) = (await act(hass, "export_flow"))["flows"]
    assert (flow["successes"], flow["failures"], flow["failures_in_row"]) == (1, 3, 3)
    await call(hass, agent)
    assert agent.briefs[-1].flows == ()


async def test_a_flow_holds_nothing_of_the_vault_nor_the_users_name(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    agent: FakeAgent,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    facts = {"account_number": SECRET, "street": "Juniper Crescent 12", "mother": "Quillfeather"}
    for name, value in facts.items():
        await hass.services.async_call(DOMAIN, "set_fact", {"name": name, "value": value}, blocking=True)
    for company, value in (("Acme Bank", "Wexcombe"), ("Town hall", "Tarradale")):
        own = {"name": "street", "value": value, "contact": company}
        await hass.services.async_call(DOMAIN, "set_fact", own, blocking=True)
    text = f"Hello Alex Quillfeather of Juniper Crescent, Wexcombe or Tarradale, account {SECRET}. {MENU}"
    await call(hass, agent, text=text)
    places = (
        hass_storage[FILE],
        await act(hass, "export_flow"),
        await async_get_config_entry_diagnostics(hass, entry),
        [record.getMessage() for record in caplog.records if record.levelno >= 20],
    )
    for place in places:
        for private in (SECRET, "4417", "juniper", "crescent", "quillfeather", "wexcombe", "tarradale"):
            assert private not in str(place).casefold()
    assert "alex" not in str(places[:2]).casefold()
    assert agent.briefs[0].flows == ()
    assert hass_storage[FILE]["data"]["flows"][0]["steps"][0]["expect"][:2] == ["hello", "account"]


async def test_off_in_the_options_nothing_is_learned(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent], hass_storage: dict[str, Any]
) -> None:
    hass.config_entries.async_update_entry(entry, options={**entry.options, "learn_flows": False})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await call(hass, agents[-1])
    assert FILE not in hass_storage

    await act(hass, "import_flow", flow=WRITTEN.replace("5550199", "+15550100").replace("[documents]", "[]"))
    for _ in range(3):
        await call(hass, agents[-1], is_good=False, text="For taxes, press 1. For passports, press 3.", key="3")
    (flow,) = hass_storage[FILE]["data"]["flows"]
    assert flow["failures_in_row"] == 3, "what is known is judged all the same"


async def test_a_file_that_is_not_understood_is_begun_anew(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    agents: list[FakeAgent],
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    hass_storage[FILE] = {"version": 1, "key": FILE, "data": {"schema": 9, "flows": []}}
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert "not understood" in caplog.text
    await call(hass, agents[-1])
    assert len(hass_storage[FILE]["data"]["flows"]) == 1


# --- actions --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("agent")
@pytest.mark.parametrize("flow", [WRITTEN, yaml.safe_load(WRITTEN)], ids=["text", "fields"])
async def test_import_export_and_delete(hass: HomeAssistant, flow: object, hass_storage: dict[str, Any]) -> None:
    assert await act(hass, "import_flow", flow=flow) == {"names": ["Town hall, passports"]}
    exported = await act(hass, "export_flow", name="town hall, PASSPORTS")
    (shown,) = exported["flows"]
    assert shown["steps"][0]["purpose"] == ["passports"]
    assert shown["successes"] == 0, "what somebody else's calls have shown counts nothing here"
    assert await act(hass, "import_flow", flow=exported) == {"names": ["Town hall, passports"]}
    assert await act(hass, "export_flow") == exported
    assert len(hass_storage[FILE]["data"]["flows"]) == 1
    await act(hass, "delete_flow", name="Town hall, passports")
    assert await act(hass, "export_flow") == {"schema": 1, "flows": []}
    assert hass_storage[FILE]["data"]["flows"] == []


async def test_an_imported_flow_is_followed(hass: HomeAssistant, agent: FakeAgent) -> None:
    await act(hass, "import_flow", flow=WRITTEN.replace("goal: [documents]", "goal: []"))
    data = {"contact": "Town hall", "goal": "Anything", "language": "en"}
    await hass.services.async_call(DOMAIN, "call", data, blocking=True)
    assert [flow.name for flow in agent.briefs[0].flows] == ["Town hall, passports"]


@pytest.mark.usefixtures("agent")
@pytest.mark.parametrize(
    ("flow", "problem"),
    [
        ("{", "this is neither YAML nor JSON"),
        ("[" * 5000, "this is neither YAML nor JSON"),
        ("!include secrets.yaml", "this is neither YAML nor JSON"),
        ("just words", "must be fields with their values"),
        (WRITTEN.replace('"3"', '"33333"'), "flows[0].steps[0].key: more than 4 keys"),
        (WRITTEN.replace("For taxes", f"For {SECRET}"), "flows[0].steps[0].expect: holds a long number"),
        (WRITTEN.replace("For taxes", "For Quillfeather"), "flows[0].steps[0].expect: holds words of a private fact"),
        (WRITTEN.replace("kind: hold", "kind: hold, secret: 1"), "flows[0].steps[1].secret: is not known here"),
    ],
)
async def test_what_is_wrong_with_a_file_is_told(hass: HomeAssistant, flow: str, problem: str) -> None:
    await hass.services.async_call(DOMAIN, "set_fact", {"name": "mother", "value": "Quillfeather"}, blocking=True)
    key, told = await refused(hass, "import_flow", flow=flow)
    assert key == "bad_flow"
    assert told.startswith(problem)
    assert "quillfeather" not in told.casefold()
    assert await act(hass, "export_flow") == {"schema": 1, "flows": []}


@pytest.mark.usefixtures("agent")
@pytest.mark.parametrize("flow", ["", 7, [], True, "x" * 500_001])
async def test_nonsense_is_no_file(hass: HomeAssistant, flow: object) -> None:
    with pytest.raises(probatio.Invalid):
        await act(hass, "import_flow", flow=flow)


@pytest.mark.usefixtures("agent")
async def test_unknown_names_are_told(hass: HomeAssistant) -> None:
    assert (await refused(hass, "export_flow", name="Nobody"))[0] == "unknown_flow"
    assert (await refused(hass, "delete_flow", name="Nobody"))[0] == "unknown_flow"
