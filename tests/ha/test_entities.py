"""What the user sees of a call, from an agent's pictures."""

from datetime import timedelta
import time

from homeassistant.const import ATTR_ENTITY_ID, STATE_UNAVAILABLE, STATE_UNKNOWN, EntityCategory
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.hold_slayer.engine.model.call_event import OccurrenceKind
from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from custom_components.hold_slayer.engine.sip.errors import ForbiddenError, NoAnswerError
from custom_components.hold_slayer.engine.sip.registration import RegistrationState
from tests.fakes.agent import FakeAgent

PREFIX = "alice_sip_example_com"
STATUS = f"sensor.{PREFIX}_status"
HOLD = f"sensor.{PREFIX}_hold_time"
HEARD = f"sensor.{PREFIX}_last_heard"
REGISTRATION = f"sensor.{PREFIX}_registration"
HUMAN = f"binary_sensor.{PREFIX}_human_on_the_line"
EVENT = f"event.{PREFIX}_call"
BUTTON = f"button.{PREFIX}_hang_up"
FOLLOWING = (STATUS, HOLD, HEARD, HUMAN, BUTTON)


def state(hass: HomeAssistant, entity_id: str) -> State:
    found = hass.states.get(entity_id)
    assert found is not None, entity_id
    return found


async def test_before_the_first_call(hass: HomeAssistant, agent: FakeAgent) -> None:
    assert state(hass, STATUS).state == "idle"
    assert state(hass, STATUS).attributes["options"] == [phase.value for phase in Phase]
    assert float(state(hass, HOLD).state) == 0.0
    assert state(hass, HEARD).state == STATE_UNKNOWN
    assert state(hass, HUMAN).state == "off"
    assert state(hass, EVENT).state == STATE_UNKNOWN
    assert state(hass, REGISTRATION).state == "unregistered"


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.IDLE])
async def test_status_shows_every_phase(hass: HomeAssistant, agent: FakeAgent, phase: Phase) -> None:
    agent.show(phase=phase)
    await hass.async_block_till_done()
    assert state(hass, STATUS).state == phase.value


async def test_status_tells_the_story_of_the_call(hass: HomeAssistant, agent: FakeAgent) -> None:
    agent.show(phase=Phase.TRANSFERRING, target_name="Kitchen phone", last_action="1")
    attributes = state(hass, STATUS).attributes
    assert attributes["call_id"] == "call-1"
    assert (attributes["company"], attributes["goal"]) == ("Acme Bank", "a charge")
    assert (attributes["target"], attributes["last_action"]) == ("Kitchen phone", "1")
    assert attributes["outcome"] is None
    agent.end(Outcome.BUSY, "The line is busy.")
    assert state(hass, STATUS).state == "ended"
    attributes = state(hass, STATUS).attributes
    assert (attributes["outcome"], attributes["sentence"]) == ("busy", "The line is busy.")


async def test_a_key_pressed_shows_at_once(hass: HomeAssistant, agent: FakeAgent) -> None:
    """The agent changes the picture and tells an occurrence, without a second call for the picture."""
    snapshot = agent.show(phase=Phase.NAVIGATING)
    agent.calls = (type(snapshot)(**{**_fields(snapshot), "last_action": "2"}),)
    agent.occur(OccurrenceKind.KEY_PRESSED, {"digits": "2"})
    assert state(hass, STATUS).attributes["last_action"] == "2"


def _fields(snapshot: object) -> dict[str, object]:
    return {name: getattr(snapshot, name) for name in snapshot.__slots__}  # type: ignore[attr-defined]


async def test_hold_time_runs_while_waiting_and_stays_after(hass: HomeAssistant, agent: FakeAgent) -> None:
    assert state(hass, HOLD).attributes["device_class"] == "duration"
    assert state(hass, HOLD).attributes["unit_of_measurement"] == "min"
    now = time.time()
    agent.show(phase=Phase.ON_HOLD, hold_started_at=now - 60.0, hold_s=30.0)
    assert float(state(hass, HOLD).state) == pytest.approx(1.5, abs=0.05)
    agent.show(phase=Phase.ENDED, hold_s=120.0)
    assert float(state(hass, HOLD).state) == pytest.approx(2.0)


@pytest.mark.parametrize(("phase", "runs"), [(Phase.ON_HOLD, True), (Phase.CANDIDATE, True), (Phase.NAVIGATING, False)])
async def test_hold_time_is_renewed_by_the_clock_only_on_hold(
    hass: HomeAssistant, agent: FakeAgent, phase: Phase, runs: bool
) -> None:
    agent.show(phase=phase, hold_started_at=time.time())
    before = state(hass, HOLD)
    # Another time to show, of which nobody is told: only the clock can find it.
    snapshot = agent.calls[0]
    other = {"hold_started_at": time.time() - 600.0} if runs else {"hold_s": 600.0}
    agent.calls = (type(snapshot)(**{**_fields(snapshot), **other}),)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=6))
    await hass.async_block_till_done()
    expected = 10.0 if runs else float(before.state)
    assert float(state(hass, HOLD).state) == pytest.approx(expected, abs=0.05)


async def test_long_transcripts_fit_the_state_and_are_whole_beside_it(hass: HomeAssistant, agent: FakeAgent) -> None:
    agent.show(last_heard="Press one.")
    assert state(hass, HEARD).state == "Press one."
    text = "for opening hours press one " * 30
    agent.show(last_heard=text, language="de")
    assert state(hass, HEARD).attributes["language"] == "de"
    assert len(state(hass, HEARD).state) == 255
    assert state(hass, HEARD).state.endswith("…")
    assert state(hass, HEARD).attributes["text"] == text


async def test_what_was_announced_and_done_last(hass: HomeAssistant, agent: FakeAgent) -> None:
    announced, action = f"sensor.{PREFIX}_announced_wait", f"sensor.{PREFIX}_last_action"
    assert {state(hass, announced).state, state(hass, action).state} == {STATE_UNKNOWN}
    agent.show(phase=Phase.ON_HOLD, announced_wait_s=600.0, announced_at=1000.0, last_action="pressed 2")
    assert float(state(hass, announced).state) == 10.0
    assert state(hass, announced).attributes["announced_at"] == "1970-01-01T00:16:40+00:00"
    assert state(hass, action).state == "pressed 2"
    agent.show(last_action="word " * 100)
    assert len(state(hass, action).state) == 255
    agent.end(Outcome.HUNG_UP, "")
    assert state(hass, announced).state == STATE_UNKNOWN


@pytest.mark.parametrize(
    ("button", "changes", "order", "refusal"),
    [
        ("connect_me", {"phase": Phase.ON_HOLD, "answered_at": 1001.0}, "transfer", None),
        ("connect_me", {"phase": Phase.RINGING}, None, "not_answered"),
        ("connect_me", {"phase": Phase.CONNECTED, "answered_at": 1001.0}, None, "already_connected"),
        ("connect_me", None, None, "no_active_call"),
        ("wait_again", {"phase": Phase.CONNECTED, "answered_at": 1001.0}, "resume_waiting", None),
        ("wait_again", {"phase": Phase.ON_HOLD, "answered_at": 1001.0}, None, "not_connected"),
    ],
)
async def test_buttons(
    hass: HomeAssistant,
    agent: FakeAgent,
    button: str,
    changes: dict[str, object] | None,
    order: str | None,
    refusal: str | None,
) -> None:
    if changes is not None:
        agent.show(**changes)
    press = hass.services.async_call("button", "press", {ATTR_ENTITY_ID: f"button.{PREFIX}_{button}"}, blocking=True)
    if refusal is None:
        await press
    else:
        with pytest.raises(ServiceValidationError) as raised:
            await press
        assert raised.value.translation_key == refusal
    assert [each[0] for each in agent.orders] == ([] if order is None else [order])


async def test_human_is_on_until_the_call_ends(hass: HomeAssistant, agent: FakeAgent) -> None:
    agent.show(phase=Phase.CANDIDATE)
    assert state(hass, HUMAN).state == "off"
    agent.show(phase=Phase.HUMAN, is_human=True)
    assert state(hass, HUMAN).state == "on"
    agent.show(phase=Phase.CONNECTED)
    assert state(hass, HUMAN).state == "on"
    agent.end(Outcome.CONNECTED, "You were put through.")
    assert state(hass, HUMAN).state == "off"


@pytest.mark.parametrize("kind", OccurrenceKind.ALL)
async def test_every_occurrence_is_an_event(hass: HomeAssistant, agent: FakeAgent, kind: str) -> None:
    assert kind in state(hass, EVENT).attributes["event_types"]
    agent.show(phase=Phase.NAVIGATING)
    agent.occur(kind, {"digits": "{account_number}", "confidence": 0.9}, t_s=12.345)
    attributes = state(hass, EVENT).attributes
    assert attributes["event_type"] == kind
    assert attributes["call_id"] == "call-1"
    assert attributes["company"] == "Acme Bank"
    assert attributes["phase"] == "navigating"
    assert attributes["seconds"] == pytest.approx(12.345, abs=0.006)
    assert (attributes["digits"], attributes["confidence"]) == ("{account_number}", 0.9)


async def test_events_that_come_together_are_all_seen(hass: HomeAssistant, agent: FakeAgent) -> None:
    seen: list[str] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        new = event.data["new_state"]
        if new is not None:
            seen.append(new.attributes["event_type"])

    stop = async_track_state_change_event(hass, EVENT, note)
    agent.show()
    for kind in ("started", "ringing", "answered", "prompt_heard", "prompt_heard"):
        agent.occur(kind)
    await hass.async_block_till_done()
    stop()
    assert seen == ["started", "ringing", "answered", "prompt_heard", "prompt_heard"]


async def test_button_hangs_up_the_active_call(hass: HomeAssistant, agent: FakeAgent) -> None:
    agent.show()
    await hass.services.async_call("button", "press", {ATTR_ENTITY_ID: BUTTON}, blocking=True)
    assert agent.orders == [("hang_up", "call-1")]
    agent.end(Outcome.HUNG_UP, "You ended the call.")
    with pytest.raises(ServiceValidationError) as raised:
        await hass.services.async_call("button", "press", {ATTR_ENTITY_ID: BUTTON}, blocking=True)
    assert raised.value.translation_key == "no_active_call"


async def test_registration_shows_state_and_reason(hass: HomeAssistant, agent: FakeAgent) -> None:
    agent.trunk(RegistrationState.REGISTERED)
    assert state(hass, REGISTRATION).state == "registered"
    agent.trunk(RegistrationState.FAILED, ForbiddenError("no"))
    assert (state(hass, REGISTRATION).state, state(hass, REGISTRATION).attributes["error"]) == ("failed", "forbidden")
    entity = er.async_get(hass).async_get(REGISTRATION)
    assert entity is not None
    assert entity.entity_category is EntityCategory.DIAGNOSTIC


async def test_a_dead_trunk_makes_the_call_entities_unavailable_until_it_is_back(
    hass: HomeAssistant, agent: FakeAgent
) -> None:
    agent.trunk(RegistrationState.REGISTERED)
    agent.trunk(RegistrationState.FAILED, NoAnswerError("gone"))
    assert {state(hass, entity_id).state for entity_id in FOLLOWING} == {STATE_UNAVAILABLE}
    assert state(hass, REGISTRATION).state == "failed"
    assert state(hass, EVENT).state != STATE_UNAVAILABLE
    agent.trunk(RegistrationState.REGISTERING)
    assert {state(hass, entity_id).state for entity_id in FOLLOWING} == {STATE_UNAVAILABLE}
    agent.trunk(RegistrationState.REGISTERED)
    assert state(hass, STATUS).state == "idle"


async def test_a_call_that_is_up_is_shown_though_the_trunk_is_down(hass: HomeAssistant, agent: FakeAgent) -> None:
    agent.show(phase=Phase.ON_HOLD)
    agent.trunk(RegistrationState.FAILED, NoAnswerError("gone"))
    agent.show(phase=Phase.HUMAN, is_human=True)
    assert (state(hass, STATUS).state, state(hass, HUMAN).state) == ("human", "on")
    agent.end(Outcome.REMOTE_HUNG_UP, "They hung up.")
    assert state(hass, STATUS).state == STATE_UNAVAILABLE


async def test_the_newest_active_call_is_shown(hass: HomeAssistant, agent: FakeAgent) -> None:
    agent.show("old", phase=Phase.ENDED, company="Old")
    agent.show("new", phase=Phase.RINGING, company="New")
    assert (state(hass, STATUS).state, state(hass, STATUS).attributes["company"]) == ("ringing", "New")
