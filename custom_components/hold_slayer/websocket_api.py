"""Websocket commands for dashboards: everything that is to be seen, as it changes, and the history. See docs/websocket.md.

Who may read an account's status entity sees its calls; who may control it is told so (``can_control``). Acting is by actions.
"""

from collections.abc import Callable
from datetime import timedelta
import time
from typing import Any

from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.const import ERR_NOT_FOUND
from homeassistant.components.websocket_api.decorators import async_response, websocket_command
from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange, ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.util import dt as dt_util
import probatio

from .browser_phone import watch
from .const import DOMAIN, SIGNAL_BROWSER
from .engine.ports import ServiceError
from .feed import FIGURES_DAYS, SIGNAL_FEED, Message, account_stub, summary, transcript_line
from .permissions import may
from .reason_texts import told, told_call
from .retention import purge_call
from .runtime import HoldSlayerConfigEntry
from .storage.queries import MOST_A_PAGE, PageQuery
from .storage.statistics import statistics
from .websocket_audio import ws_ack, ws_listen
from .websocket_phone import ws_decline, ws_leave, ws_talk
from .websocket_recording import ws_delete_recording, ws_misheard, ws_peaks, ws_url

type Connection = ActiveConnection

_ERR_HISTORY = "history_unusable"
_LANGUAGE: dict[Any, Any] = {probatio.Optional("language"): cv.string}
"""Of the sentences in the answers; without it Home Assistant's."""


@callback
def async_setup_websocket(hass: HomeAssistant) -> None:
    """Register all commands; they look accounts up when called."""
    for command in (ws_subscribe, ws_list, ws_get, ws_delete, ws_statistics, ws_listen, ws_ack):
        async_register_command(hass, command)
    for command in (ws_url, ws_peaks, ws_delete_recording, ws_misheard, ws_talk, ws_leave, ws_decline):
        async_register_command(hass, command)


def readable_entries(
    hass: HomeAssistant, connection: Connection, entry_id: str | None = None
) -> list[HoldSlayerConfigEntry]:
    """Accounts that the user may see: all of them or the one named."""
    return [
        entry
        for entry in hass.config_entries.async_entries(DOMAIN)
        if entry_id in (None, entry.entry_id) and may(hass, connection, entry.entry_id, POLICY_READ)
    ]


def loaded(entries: list[HoldSlayerConfigEntry]) -> list[HoldSlayerConfigEntry]:
    """Those that run."""
    return [entry for entry in entries if entry.state is ConfigEntryState.LOADED]


@websocket_command({probatio.Required("type"): f"{DOMAIN}/subscribe", **_LANGUAGE})
@callback
def ws_subscribe(hass: HomeAssistant, connection: Connection, msg: dict[str, Any]) -> None:
    """Send a whole picture, then every change of it."""
    number = msg["id"]
    language = msg.get("language") or hass.config.language

    def account(entry: HoldSlayerConfigEntry) -> Message:
        feed = entry.runtime_data.feed if entry.state is ConfigEntryState.LOADED else None
        picture = feed.account() if feed is not None else account_stub(hass, entry)
        return {**picture, "can_control": may(hass, connection, entry.entry_id, POLICY_CONTROL)}

    @callback
    def on_message(entry_id: str, message: Message) -> None:
        if not may(hass, connection, entry_id, POLICY_READ):
            return
        if message["kind"] == "account":
            can_control = may(hass, connection, entry_id, POLICY_CONTROL)
            message = {**message, "account": {**message["account"], "can_control": can_control}}
        connection.send_event(number, told(message, language))

    @callback
    def on_browser(entry_id: str) -> None:
        entry = hass.config_entries.async_get_entry(entry_id)
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            return
        if may(hass, connection, entry_id, POLICY_CONTROL):
            connection.send_event(number, entry.runtime_data.browser.picture(id(connection)))

    @callback
    def on_entry(change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry.domain != DOMAIN:
            return
        if change is ConfigEntryChange.REMOVED:
            connection.send_event(number, {"kind": "account_removed", "entry_id": entry.entry_id})
        elif may(hass, connection, entry.entry_id, POLICY_READ):
            connection.send_event(number, {"kind": "account", "account": account(entry)})

    stops: list[Callable[[], None]] = [
        async_dispatcher_connect(hass, SIGNAL_FEED, on_message),
        async_dispatcher_connect(hass, SIGNAL_BROWSER, on_browser),
        async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, on_entry),
        watch(hass, connection),
    ]

    @callback
    def unsubscribe() -> None:
        for stop in stops:
            stop()

    connection.subscriptions[number] = unsubscribe
    connection.send_result(number)
    entries = readable_entries(hass, connection)
    feeds = [entry.runtime_data.feed for entry in loaded(entries) if entry.runtime_data.feed is not None]
    recent = [{**call, "entry_id": entry.entry_id} for entry in loaded(entries) for call in _recent_of(entry)]
    steered = [entry for entry in loaded(entries) if may(hass, connection, entry.entry_id, POLICY_CONTROL)]
    picture = told(
        {
            "kind": "snapshot",
            "now": time.time(),
            "accounts": [account(entry) for entry in entries],
            "calls": [call for feed in feeds for call in feed.calls()],
            "phones": [entry.runtime_data.browser.picture(id(connection)) for entry in steered],
            "recent": sorted(recent, key=lambda call: float(call["started_at"]), reverse=True),
        },
        language,
    )
    connection.send_event(number, picture)


def _recent_of(entry: HoldSlayerConfigEntry) -> list[Message]:
    feed = entry.runtime_data.feed
    return feed.recent if feed is not None else []


def _numbers(msg: dict[str, Any]) -> tuple[str, ...] | None:
    return (msg["number"],) if "number" in msg else None


@websocket_command(
    {
        probatio.Required("type"): f"{DOMAIN}/calls/list",
        probatio.Optional("entry_id"): cv.string,
        probatio.Optional("limit", default=25): probatio.All(int, probatio.Range(min=1, max=MOST_A_PAGE)),
        probatio.Optional("before"): probatio.Coerce(float),
        probatio.Optional("number"): cv.string,
        probatio.Optional("outcome"): cv.string,
        **_LANGUAGE,
    }
)
@async_response
async def ws_list(hass: HomeAssistant, connection: Connection, msg: dict[str, Any]) -> None:
    """A page of ended calls, newest first, of all accounts or of one."""
    language = msg.get("language") or hass.config.language
    query = PageQuery(msg["limit"], msg.get("before"), _numbers(msg), msg.get("outcome"))
    calls: list[Message] = []
    has_more = False
    try:
        for entry in loaded(readable_entries(hass, connection, msg.get("entry_id"))):
            rows, more = await entry.runtime_data.call_log.page(query)
            calls += [told_call({**summary(row), "entry_id": entry.entry_id}, language) for row in rows]
            has_more = has_more or more
    except ServiceError as err:
        connection.send_error(msg["id"], _ERR_HISTORY, str(err))
        return
    calls.sort(key=lambda call: float(call["started_at"]), reverse=True)
    connection.send_result(msg["id"], {"calls": calls[: query.limit], "has_more": has_more or len(calls) > query.limit})


@websocket_command(
    {probatio.Required("type"): f"{DOMAIN}/calls/get", probatio.Required("call_id"): cv.string, **_LANGUAGE}
)
@async_response
async def ws_get(hass: HomeAssistant, connection: Connection, msg: dict[str, Any]) -> None:
    """One call whole, in progress or past."""
    language = msg.get("language") or hass.config.language
    for entry in loaded(readable_entries(hass, connection)):
        runtime = entry.runtime_data
        running = next(
            (call for call in runtime.agent.calls if call.call_id == msg["call_id"] and call.is_active), None
        )
        if running is not None and runtime.feed is not None:
            connection.send_result(msg["id"], {"call": told_call(runtime.feed.whole(running), language)})
            return
        try:
            row = await runtime.call_log.call(msg["call_id"])
        except ServiceError as err:
            connection.send_error(msg["id"], _ERR_HISTORY, str(err))
            return
        if row is not None:
            connection.send_result(msg["id"], {"call": told_call(past_call(row), language)})
            return
    connection.send_error(msg["id"], ERR_NOT_FOUND, "no such call")


def past_call(row: Message) -> Message:
    """A call of the history in the layout of a running one."""
    lines = [
        transcript_line(index, event["kind"], event["t_s"], event["data"])
        for index, event in enumerate(sorted(row["events"], key=lambda event: float(event["t_s"])))
    ]
    heard = [line["text"] for line in lines if line["speaker"] == "far"]
    return {
        **summary(row),
        "entry_id": row["entry_id"],
        "phase": "ended",
        "phase_since": row["ended_at"],
        "audio_at": row["ended_at"] - (row["strip"][-1][0] if row["strip"] else 0.0),
        "question": None,
        "menu": [],
        "quality": None,
        "queue_position": None,
        "announced_wait_s": None,
        "estimated_wait_s": None,
        "hold_started_at": None,
        "is_human": False,
        "target": next((line["data"].get("target", "") for line in reversed(lines) if line["kind"] == "connected"), ""),
        "last_action": "",
        "last_heard": heard[-1] if heard else "",
        "strip": row["strip"],
        "legs": row["legs"],
        "transcript": lines,
    }


@websocket_command({probatio.Required("type"): f"{DOMAIN}/calls/delete", probatio.Required("call_id"): cv.string})
@async_response
async def ws_delete(hass: HomeAssistant, connection: Connection, msg: dict[str, Any]) -> None:
    """Delete an ended call and its recording; for those who may control the account."""
    for entry in loaded(readable_entries(hass, connection)):
        if not may(hass, connection, entry.entry_id, POLICY_CONTROL):
            continue
        try:
            is_gone = await purge_call(hass, entry.runtime_data, msg["call_id"])
        except ServiceError as err:
            connection.send_error(msg["id"], _ERR_HISTORY, str(err))
            return
        if is_gone is not None:
            connection.send_result(msg["id"])
            return
    connection.send_error(msg["id"], ERR_NOT_FOUND, "no such call, or it may not be deleted")


@websocket_command(
    {
        probatio.Required("type"): f"{DOMAIN}/statistics",
        probatio.Optional("entry_id"): cv.string,
        probatio.Optional("number"): cv.string,
        probatio.Optional("days", default=FIGURES_DAYS): probatio.All(int, probatio.Range(min=1, max=3650)),
    }
)
@async_response
async def ws_statistics(hass: HomeAssistant, connection: Connection, msg: dict[str, Any]) -> None:
    """Hold times and outcomes, of all numbers or of one."""
    since = (dt_util.utcnow() - timedelta(days=msg["days"])).timestamp()
    figures = []
    try:
        for entry in loaded(readable_entries(hass, connection, msg.get("entry_id"))):
            figures += await entry.runtime_data.call_log.figures(since)
    except ServiceError as err:
        connection.send_error(msg["id"], _ERR_HISTORY, str(err))
        return
    found = statistics(figures, dt_util.get_default_time_zone(), _numbers(msg))
    connection.send_result(msg["id"], found.as_dict())
