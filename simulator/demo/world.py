"""Everything the demo runs: trunk, speech servers, Home Assistant; and the account set up in it as a person would."""

import asyncio
from collections.abc import Callable
import contextlib
from dataclasses import dataclass
from pathlib import Path
import shutil
import tempfile
from typing import Any, Self

from .client import HomeAssistantClient
from .processes import Child, DemoError, free_port, python

_READY_S = 60.0
_START_S = 120.0
DASHBOARD = "hold-slayer"


@dataclass(frozen=True, slots=True)
class Line:
    """The telephone line that is set up: account ``alice`` at ``trunk``, whom to call and where the user is."""

    trunk: str = ""
    """``host:port``; empty: the simulator's."""
    company: str = "Acme Bank"
    number: str = "5550100"
    goal: str = "There is a charge on my bill that I do not know. I want to speak with a representative."
    user_number: str = "5550123"


class World:
    """An asynchronous context manager: inside it everything is up and set up."""

    def __init__(
        self,
        *,
        scenario: Path,
        port: int = 0,
        say: Callable[[str], None],
        line: Line | None = None,
        stt: str = "",
        tts: str = "",
        record: str = "",
        target: dict[str, Any] | None = None,
    ) -> None:
        """``stt`` and ``tts`` are ``host:port`` of Wyoming servers to use instead of the embedded ones.

        ``record``: what is recorded, as the option has it; nothing by default. ``target``: the hand-over target as its form takes
        it; a phone of the trunk by default.
        """
        self._record = record
        self._target = target
        self._scenario = scenario
        self.line = line or Line()
        self._own_speech = {"stt": stt, "tts": tts}
        self._port = port or free_port()
        self._say = say
        self._children: list[Child] = []
        self._directory = Path(tempfile.mkdtemp(prefix="hold-slayer-demo-"))
        self._tasks: list[asyncio.Task[None]] = []
        self.events: list[dict[str, Any]] = []
        """The simulator's log."""
        self.changed = asyncio.Event()
        self._client: HomeAssistantClient | None = None
        self._home: Child | None = None

    @property
    def url(self) -> str:
        """Home Assistant's address."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def directory(self) -> Path:
        """Home Assistant's configuration directory; gone afterwards."""
        return self._directory

    async def stop_home_assistant(self) -> None:
        """End Home Assistant as a restart would; everything else stays."""
        if self._home is not None:
            await self._home.stop(30.0)

    @property
    def client(self) -> HomeAssistantClient:
        """The connection to Home Assistant."""
        if self._client is None:
            raise DemoError("not started")
        return self._client

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._client is not None:
            await self._client.__aexit__()
        for child in reversed(self._children):
            await child.stop(20.0)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        shutil.rmtree(self._directory, ignore_errors=True)
        self._directory.with_suffix(".err").unlink(missing_ok=True)

    async def _start(self) -> None:
        command = python("-m", "simulator.demo.home", str(self._directory), str(self._port))
        prepare = await Child.start("preparation", command, self._directory.with_suffix(".err"), is_read=True)
        self._children.append(prepare)
        self._say("starting the call centre, the speech servers and Home Assistant")
        trunk, stt, tts = await asyncio.gather(
            self._server("trunk", "--scenario", str(self._scenario)), self._server("stt"), self._server("tts")
        )
        status, output = await prepare.output()
        if status != 0:
            raise DemoError(f"Home Assistant cannot be prepared: {self._last_error()}")
        token = output.splitlines()[-1]
        log = self._directory / "home-assistant.out"
        command = python("-m", "homeassistant", "--config", str(self._directory), "--skip-pip", "--log-no-color")
        home = self._home = await Child.start("Home Assistant", command, log)
        self._children.append(home)
        self._client = HomeAssistantClient(self.url, token)
        await self._client.wait_running(_START_S, lambda: home.is_running)
        await self._client.connect()
        self._say("setting up the account")
        await self._set_up(self.line.trunk or trunk, stt, tts)

    async def _server(self, name: str, *arguments: str) -> str:
        """Start one of the simulator's servers and return its ``host:port``; or name the person's own."""
        if own := self._own_speech.get(name):
            return own
        command = python("-m", "simulator", "--json", name, *arguments)
        child = await Child.start(name, command, self._directory.with_suffix(".err"), is_read=True)
        self._children.append(child)
        ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._tasks.append(asyncio.create_task(self._read(child, ready, keep=name == "trunk")))
        try:
            async with asyncio.timeout(_READY_S):
                return await ready
        except TimeoutError as err:
            raise DemoError(f"the {name} server was not ready in time") from err

    async def _read(self, child: Child, ready: asyncio.Future[str], *, keep: bool) -> None:
        async for item in child.json_lines():
            if item["event"] == "ready" and not ready.done():
                ready.set_result(item["address"])
            if keep:
                self.events.append(item)
                self.changed.set()
        if not ready.done():
            ready.set_exception(DemoError(self._last_error() or f"the {child.name} server ended"))

    def _last_error(self) -> str:
        """Last line that a child wrote to its standard error."""
        path = self._directory.with_suffix(".err")
        lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines() if path.exists() else []
        return lines[-1] if lines else ""

    # --- as a person would set it up ----------------------------------------------------------------------------

    async def _set_up(self, trunk: str, stt: str, tts: str) -> None:
        for address in (stt, tts):
            host, _, port = address.rpartition(":")
            await self.client.config_flow("wyoming", {"host": host, "port": int(port)})
        engines = await self._wait_for_engines()
        host, _, port = trunk.rpartition(":")
        account = {
            "host": host,
            "username": "alice",
            "password": "secret",
            "transport": "udp",
            "advanced": {"port": int(port), "local_port": 0},
        }
        entry = (await self.client.config_flow("hold_slayer", {"provider": "other"}, account))["result"]
        options = {
            "user_name": "Alex",
            "speech": {"stt_entity": engines["stt"], "tts_entity": engines["tts"], "language": "en"},
            "model": {"llm": "none"},
        } | ({"recording": {"record": self._record}} if self._record else {})
        await self.client.options_flow(entry["entry_id"], options)
        contact = {"name": self.line.company, "number": self.line.number, "goal": self.line.goal, "language": "en"}
        await self.client.subentry_flow(entry["entry_id"], "contact", contact)
        target = self._target or {"name": "My phone", "number": self.line.user_number}
        await self.client.subentry_flow(entry["entry_id"], "hand_over_target", target)
        await self._wait_for_state("sensor", "registration", "registered")
        await self._save_dashboard()

    async def _wait_for_engines(self) -> dict[str, str]:
        for _ in range(100):
            names = [state["entity_id"] for state in await self.client.states()]
            found = {domain: next((n for n in names if n.startswith(f"{domain}.")), "") for domain in ("stt", "tts")}
            if all(found.values()):
                return found
            await asyncio.sleep(0.1)  # polling: entities appear some moments after the flow ends
        raise DemoError("Home Assistant has not made the speech entities")

    async def _wait_for_state(self, domain: str, suffix: str, wanted: str) -> None:
        state = ""
        for _ in range(200):
            entity_id = await self.entity(domain, suffix)
            states = {item["entity_id"]: item["state"] for item in await self.client.states()}
            state = states.get(entity_id, "")
            if state == wanted:
                return
            await asyncio.sleep(0.1)  # polling: the options flow reloads the entry behind our back
        raise DemoError(f"the {suffix} stayed {state!r}")

    async def entity(self, domain: str, key: str) -> str:
        """Entity id by the integration's own key."""
        entities = await self.client.command("config/entity_registry/list")
        for item in entities:
            is_ours = item["platform"] == "hold_slayer" and item["translation_key"] == key
            if is_ours and item["entity_id"].startswith(f"{domain}."):
                return str(item["entity_id"])
        return ""

    async def _save_dashboard(self) -> None:
        names = {key: await self.entity(domain, key) for domain, key in _SHOWN}
        await self.client.command(
            "lovelace/dashboards/create",
            url_path=DASHBOARD,
            title="Hold Slayer",
            icon="mdi:phone-clock",
            show_in_sidebar=True,
            require_admin=False,
        )
        await self.client.command("lovelace/config/save", url_path=DASHBOARD, config=dashboard(names))

    def errors(self) -> str:
        """What Home Assistant wrote, for when something went wrong."""
        log = self._directory / "home-assistant.out"
        with contextlib.suppress(OSError):
            return log.read_text(encoding="utf-8")
        return ""


_SHOWN = (
    ("sensor", "status"),
    ("binary_sensor", "human"),
    ("sensor", "hold_time"),
    ("sensor", "last_transcript"),
    ("sensor", "registration"),
    ("event", "call_event"),
    ("button", "hang_up"),
)


def dashboard(names: dict[str, str]) -> dict[str, Any]:
    """The card, and beside it the plain entities."""
    card = {"type": "custom:hold-slayer-card", "grid_options": {"columns": 12}}
    status = {"type": "tile", "entity": names["status"], "name": "Status", "grid_options": {"columns": 12}}
    human = {"type": "tile", "entity": names["human"], "name": "Human on the line", "color": "green"}
    hold_time = {"type": "tile", "entity": names["hold_time"], "name": "Hold time"}
    registration = {"type": "tile", "entity": names["registration"], "name": "Registration"}
    last_event = {"type": "tile", "entity": names["call_event"], "name": "Last event", "state_content": "event_type"}
    log = {"type": "logbook", "target": {"entity_id": [names["status"], names["human"]]}, "hours_to_show": 1}
    return {
        "views": [
            {
                "title": "Calls",
                "path": "calls",
                "type": "sections",
                "max_columns": 2,
                "sections": [
                    {"type": "grid", "cards": [card]},
                    {"type": "grid", "cards": [status, human, hold_time, last_event, registration, log]},
                ],
            }
        ]
    }
