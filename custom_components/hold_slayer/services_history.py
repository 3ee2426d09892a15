"""Actions on the history: read calls, a transcript and figures; delete; export. Answers are for scripts: times are ISO 8601."""

from datetime import datetime, timedelta
from typing import Any

from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import probatio

from . import const
from .const import DOMAIN
from .engine.model.phase import Outcome
from .engine.model.phone_number import DialTarget, InvalidTargetError
from .engine.ports import ServiceError
from .export import MOST_IN_A_RESPONSE, async_export_file, calls_of
from .feed import FIGURES_DAYS, Message, summary, transcript_line
from .lookup import ENTRY_FIELDS, contact_of_device, guarded, invalid as _invalid, runtime_of as _runtime
from .reason_texts import told_call, told_line
from .retention import Purged, purge_before, purge_call
from .runtime import HoldSlayerRuntime
from .storage.queries import MOST_A_PAGE, PageQuery
from .storage.statistics import statistics

_MOST_DAYS = 36_500
_WHOM = {probatio.Optional(const.ATTR_CONTACT): cv.string, probatio.Optional(const.ATTR_NUMBER): cv.string}
_DAYS = probatio.All(probatio.Coerce(int), probatio.Range(min=0, max=_MOST_DAYS))

GET_CALLS_SCHEMA = probatio.Schema(
    {
        **ENTRY_FIELDS,
        **_WHOM,
        probatio.Optional(const.ATTR_OUTCOME): cv.string,
        probatio.Optional(const.ATTR_SINCE): cv.datetime,
        probatio.Optional(const.ATTR_LIMIT, default=25): probatio.All(
            probatio.Coerce(int), probatio.Range(min=1, max=MOST_A_PAGE)
        ),
    }
)
GET_TRANSCRIPT_SCHEMA = probatio.Schema({**ENTRY_FIELDS, probatio.Required(const.ATTR_CALL_ID): cv.string})
GET_STATISTICS_SCHEMA = probatio.Schema(
    {**ENTRY_FIELDS, **_WHOM, probatio.Optional(const.ATTR_DAYS, default=FIGURES_DAYS): _DAYS}
)
PURGE_SCHEMA = probatio.Schema(
    {
        **ENTRY_FIELDS,
        probatio.Optional(const.ATTR_DAYS): _DAYS,
        probatio.Optional(const.ATTR_CALL_ID): cv.string,
        probatio.Optional(const.ATTR_RECORDINGS_ONLY, default=False): cv.boolean,
    }
)
FORGET_NUMBER_SCHEMA = probatio.Schema({**ENTRY_FIELDS, **_WHOM})
EXPORT_SCHEMA = probatio.Schema({**ENTRY_FIELDS, probatio.Optional(const.ATTR_AS_FILE, default=True): cv.boolean})


@callback
def async_register_history(hass: HomeAssistant) -> None:
    """Register them; reading is for those who may read the account, deleting for those who may control it."""

    async def get_calls(service: ServiceCall) -> ServiceResponse:
        runtime = _runtime(hass, service)
        since: datetime | None = service.data.get(const.ATTR_SINCE)
        outcome = service.data.get(const.ATTR_OUTCOME)
        if outcome is not None and outcome not in {each.value for each in Outcome}:
            raise _invalid("unknown_outcome", outcome=outcome)
        query = PageQuery(
            limit=service.data[const.ATTR_LIMIT],
            numbers=_numbers(hass, runtime, service),
            outcome=outcome,
            since=dt_util.as_utc(since).timestamp() if since is not None else None,
        )
        try:
            rows, has_more = await runtime.call_log.page(query)
        except ServiceError as err:
            raise _unusable() from err
        return {"calls": [call_for_scripts(summary(row), hass.config.language) for row in rows], "has_more": has_more}

    async def get_transcript(service: ServiceCall) -> ServiceResponse:
        runtime = _runtime(hass, service)
        call, lines = await _one(runtime, service.data[const.ATTR_CALL_ID])
        told = [told_line(line, hass.config.language) for line in lines]
        shown = [
            {**{key: line[key] for key in ("at_s", "kind", "speaker", "text")}, "why": line["data"].get("why", "")}
            for line in told
        ]
        spoken = [f"{line['speaker']}: {line['text']}" for line in shown if line["text"] and line["speaker"] != "note"]
        return {"call": call_for_scripts(call, hass.config.language), "lines": list(shown), "text": "\n".join(spoken)}

    async def get_statistics(service: ServiceCall) -> ServiceResponse:
        runtime = _runtime(hass, service)
        days = service.data[const.ATTR_DAYS]
        numbers = _numbers(hass, runtime, service)
        try:
            figures = await runtime.call_log.figures(_days_ago(days))
        except ServiceError as err:
            raise _unusable() from err
        return {"days": days, **statistics(figures, dt_util.get_default_time_zone(), numbers).as_dict()}

    async def purge(service: ServiceCall) -> ServiceResponse:
        runtime = _runtime(hass, service)
        days, call_id = service.data.get(const.ATTR_DAYS), service.data.get(const.ATTR_CALL_ID)
        if days is not None and call_id is not None:
            raise _invalid("days_or_call")
        keeps_calls = service.data[const.ATTR_RECORDINGS_ONLY]
        try:
            if days is not None:
                gone: Purged | None = await purge_before(hass, runtime, _days_ago(days), keeps_calls=keeps_calls)
            elif call_id is not None:
                gone = await purge_call(hass, runtime, call_id, keeps_call=keeps_calls)
            else:
                raise _invalid("days_or_call")
        except ServiceError as err:
            raise _unusable() from err
        if gone is None:
            raise _invalid("no_such_call")
        return {"calls": gone.calls, "recordings": gone.recordings} if service.return_response else None

    async def forget_number(service: ServiceCall) -> ServiceResponse:
        runtime = _runtime(hass, service)
        try:
            gone = await runtime.memories.forget(_numbers(hass, runtime, service))
        except ServiceError as err:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="memory_unusable") from err
        return {"numbers": gone} if service.return_response else None

    async def export_history(service: ServiceCall) -> ServiceResponse:
        runtime = _runtime(hass, service)
        try:
            if service.data[const.ATTR_AS_FILE]:
                path, count = await async_export_file(hass, runtime)
                return {"path": str(path), "calls": count}
            calls: list[Any] = []
            async for piece in calls_of(runtime):
                calls += piece
                if len(calls) > MOST_IN_A_RESPONSE:
                    raise _invalid("export_too_long", most=str(MOST_IN_A_RESPONSE))
        except ServiceError as err:
            raise _unusable() from err
        return {"calls": calls}

    only, optional = SupportsResponse.ONLY, SupportsResponse.OPTIONAL
    for name, handler, schema, response, policy in (
        (const.SERVICE_GET_CALLS, get_calls, GET_CALLS_SCHEMA, only, POLICY_READ),
        (const.SERVICE_GET_TRANSCRIPT, get_transcript, GET_TRANSCRIPT_SCHEMA, only, POLICY_READ),
        (const.SERVICE_GET_STATISTICS, get_statistics, GET_STATISTICS_SCHEMA, only, POLICY_READ),
        (const.SERVICE_PURGE, purge, PURGE_SCHEMA, optional, POLICY_CONTROL),
        (const.SERVICE_FORGET_NUMBER, forget_number, FORGET_NUMBER_SCHEMA, optional, POLICY_CONTROL),
        (const.SERVICE_EXPORT, export_history, EXPORT_SCHEMA, only, POLICY_CONTROL),
    ):
        hass.services.async_register(DOMAIN, name, guarded(hass, handler, policy), schema, response)


def _unusable() -> HomeAssistantError:
    return HomeAssistantError(translation_domain=DOMAIN, translation_key="history_unusable")


def _days_ago(days: int) -> float:
    return (dt_util.utcnow() - timedelta(days=days)).timestamp()


def _numbers(hass: HomeAssistant, runtime: HoldSlayerRuntime, service: ServiceCall) -> tuple[str, ...] | None:
    """The numbers as the history has them, of the contact or number given; None: any."""
    name, number = service.data.get(const.ATTR_CONTACT), service.data.get(const.ATTR_NUMBER)
    if name and number:
        raise _invalid("number_or_contact")
    if not name and not number and (meant := contact_of_device(hass, service, runtime)) is not None:
        return meant.dialled
    if name:
        contact = runtime.contact(name)
        if contact is None:
            raise _invalid("unknown_contact", contact=name)
        return contact.dialled
    if not number:
        return None
    try:
        return (DialTarget.parse(number).value,)
    except InvalidTargetError as err:
        raise _invalid("invalid_number", number=number) from err


async def _one(runtime: HoldSlayerRuntime, call_id: str) -> tuple[Message, list[Message]]:
    """A call in progress or of the history, and its transcript."""
    running = next((call for call in runtime.agent.calls if call.call_id == call_id and call.is_active), None)
    if running is not None and runtime.feed is not None:
        whole = runtime.feed.whole(running)
        return whole, whole["transcript"]
    try:
        row = await runtime.call_log.call(call_id)
    except ServiceError as err:
        raise _unusable() from err
    if row is None:
        raise _invalid("no_such_call")
    events = enumerate(row["events"])
    return summary(row), [transcript_line(index, each["kind"], each["t_s"], each["data"]) for index, each in events]


def call_for_scripts(call: Message, language: str) -> dict[str, Any]:
    """A call with times that templates and people can read, and its sentence in a language."""
    times = ("started_at", "answered_at", "ended_at")
    kept = (
        "call_id",
        "company",
        "number",
        "goal",
        "hold_s",
        "outcome",
        "sentence",
        "has_recording",
        "cost",
        "currency",
    )
    return {key: told_call(call, language).get(key) for key in kept} | {
        key: None if call[key] is None else dt_util.utc_from_timestamp(call[key]).isoformat() for key in times
    }
