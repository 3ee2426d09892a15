"""``hold-slayer call``: place one call from a terminal, without Home Assistant."""

import argparse
import asyncio
from dataclasses import dataclass
import json
import os
from pathlib import Path
import shutil
import signal
import sys
from urllib.parse import urlsplit

from ..agent import Agent, AgentSettings, CallRefusedError, Services
from ..model.call_brief import CallBrief, HandOverTarget
from ..model.call_event import CallOccurrence
from ..model.phase import Outcome
from ..model.phone_number import DialTarget, InvalidTargetError
from ..model.recording import RecordingScope, RecordingTracks
from ..model.snapshot import CallSnapshot
from ..sip.account import TrunkAccount
from ..sip.errors import TrunkError

PASSWORD_VARIABLE = "HOLD_SLAYER_PASSWORD"  # noqa: S105 - the name of a variable, not a password
_DISK_FLOOR = 500 << 20
"""So much of the disk is never used for a recording."""


class _UsageError(Exception):
    """Bad input: one line, exit 2."""


@dataclass(frozen=True, slots=True)
class _Endpoint:
    host: str
    port: int

    @classmethod
    def parse(cls, text: str, what: str) -> _Endpoint:
        """Read ``tcp://host:port``."""
        try:
            parts = urlsplit(text)
            host, port = parts.hostname, parts.port
        except ValueError as err:
            raise _UsageError(f"{what}: {err}") from err
        if parts.scheme != "tcp" or not host or not port:
            raise _UsageError(f"{what}: expected tcp://HOST:PORT")
        return cls(host, port)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the sub-command."""
    parser = subparsers.add_parser("call", help="place a call and wait on hold, without Home Assistant")
    parser.add_argument("target", metavar="SIP-URI", help="SIP address, or a number together with --registrar")
    parser.add_argument("--goal", required=True, help="what the call is for, in your words")
    parser.add_argument("--company", default="")
    parser.add_argument("--language", default="en")
    parser.add_argument("--name", default="", help="on whose behalf the call is made")
    parser.add_argument("--fact", action="append", default=[], metavar="NAME=VALUE", help="may be told when asked for")
    parser.add_argument(
        "--hand-over", action="append", default=[], metavar="NUMBER", help="where to ring you; repeatable"
    )
    parser.add_argument(
        "--registrar", default="", metavar="HOST[:PORT]", help="trunk; without it the address is called directly"
    )
    parser.add_argument("--user", default="hold-slayer", help=f"account; the password comes from ${PASSWORD_VARIABLE}")
    parser.add_argument("--transport", choices=("udp", "tcp", "tls"), default="udp")
    parser.add_argument("--stt", default="", metavar="tcp://HOST:PORT", help="Wyoming speech-to-text server")
    parser.add_argument("--tts", default="", metavar="tcp://HOST:PORT", help="Wyoming text-to-speech server")
    parser.add_argument("--llm-url", default="", help="OpenAI-compatible endpoint, asked when the rules are unsure")
    parser.add_argument("--llm-model", default="")
    parser.add_argument(
        "--record", type=Path, metavar="FILE.wav", help="record menus and hold: company, this side, both mixed"
    )
    parser.add_argument("--record-talk", action="store_true", help="the talk too, once the human has been told")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Place the call; 0 when the user was put through, 1 when not, 2 on bad input."""
    try:
        brief, account, services = _brief(args), _account(args), _services(args)
    except (_UsageError, InvalidTargetError) as err:
        print(f"hold-slayer: {err}", file=sys.stderr)
        return 2
    try:
        outcome = asyncio.run(_call(brief, account, services, as_json=args.json))
    except TrunkError as err:
        print(f"hold-slayer: {err}", file=sys.stderr)
        return 1
    return 0 if outcome is Outcome.CONNECTED else 1


def _brief(args: argparse.Namespace) -> CallBrief:
    facts: dict[str, str] = {}
    for item in args.fact:
        name, separator, value = item.partition("=")
        if not separator or not name.isidentifier():
            raise _UsageError("--fact: expected NAME=VALUE")
        facts[name] = value
    targets = tuple(HandOverTarget(text, DialTarget.parse(text)) for text in args.hand_over)
    return CallBrief(
        number=DialTarget.parse(args.target),
        goal=args.goal,
        company=args.company,
        language=args.language.partition("-")[0],
        locale=args.language if "-" in args.language else "",
        facts=facts,
        user_name=args.name,
        hand_over=targets,
        record=_scope(args),
    )


def _scope(args: argparse.Namespace) -> RecordingScope:
    if args.record is None:
        if args.record_talk:
            raise _UsageError("--record-talk needs --record FILE.wav")
        return RecordingScope.OFF
    if args.record.exists() or not args.record.parent.is_dir():
        raise _UsageError("--record: the file must be new, in a folder that is there")
    return RecordingScope.ALL if args.record_talk else RecordingScope.WAITING


@dataclass(frozen=True, slots=True)
class _OneRecording:
    """A shelf with one place on it."""

    path: Path
    tracks: RecordingTracks = RecordingTracks.ALL

    async def place(self, call_id: str) -> Path:
        """See `RecordingShelf.place`: one call a run."""
        return self.path

    def make_room(self, path: Path, wanted: int) -> bool:
        """See `RecordingShelf.make_room`."""
        return shutil.disk_usage(path.parent).free > wanted + _DISK_FLOOR


def _account(args: argparse.Namespace) -> TrunkAccount:
    place = args.registrar or _place_of(args.target)
    host, separator, port = place.rpartition(":")
    if not separator:
        host, port = place, ""
    if not host or (port and not port.isdecimal()):
        raise _UsageError("a number needs --registrar HOST[:PORT]; a SIP address needs a host")
    return TrunkAccount(
        username=args.user,
        password=os.environ.get(PASSWORD_VARIABLE, ""),
        registrar_host=host,
        registrar_port=int(port) if port else None,
        transport=args.transport,
        register=bool(args.registrar),
    )


def _place_of(target: str) -> str:
    """Host and port of a SIP address, empty for a number."""
    scheme, separator, rest = target.partition(":")
    if not separator or scheme.lower() not in ("sip", "sips"):
        return ""
    return rest.rpartition("@")[2].partition(";")[0]


def _services(args: argparse.Namespace) -> Services:
    from ..voice.openai_llm import OpenAiLanguageModel  # noqa: PLC0415 - slow to import, wanted only here
    from ..voice.wyoming_stt import WyomingSpeechToText  # noqa: PLC0415
    from ..voice.wyoming_tts import WyomingTextToSpeech  # noqa: PLC0415

    stt = tts = llm = None
    if args.stt:
        place = _Endpoint.parse(args.stt, "--stt")
        stt = WyomingSpeechToText(place.host, place.port)
    if args.tts:
        place = _Endpoint.parse(args.tts, "--tts")
        tts = WyomingTextToSpeech(place.host, place.port)
    if args.llm_url:
        if not args.llm_model:
            raise _UsageError("--llm-url needs --llm-model")
        llm = OpenAiLanguageModel(args.llm_url, os.environ.get("OPENAI_API_KEY", "none"), args.llm_model)
    recordings = _OneRecording(args.record) if args.record is not None else None
    return Services(stt=stt, tts=tts, llm=llm, recordings=recordings)


async def _call(brief: CallBrief, account: TrunkAccount, services: Services, *, as_json: bool) -> Outcome | None:
    agent = Agent(account, services, settings=AgentSettings())
    over = asyncio.Event()
    final: list[CallSnapshot] = []

    def listen(snapshot: CallSnapshot, occurrence: CallOccurrence | None) -> None:
        if occurrence is not None:
            print(_line(occurrence, as_json=as_json), flush=True)
        if not snapshot.is_active:
            final[:] = [snapshot]
            over.set()

    await agent.start()
    agent.subscribe(listen)
    try:
        call_id = await agent.call(brief)
        loop = asyncio.get_running_loop()

        def hang_up() -> None:
            if not over.is_set():
                agent.hang_up(call_id)

        loop.add_signal_handler(signal.SIGINT, hang_up)
        await over.wait()
    except CallRefusedError as err:
        print(f"hold-slayer: {err.sentence}", file=sys.stderr)
        return err.outcome
    finally:
        await agent.stop()
    return final[0].outcome


def _line(occurrence: CallOccurrence, *, as_json: bool) -> str:
    if as_json:
        return json.dumps({"t": round(occurrence.t_s, 2), "event": occurrence.kind, **occurrence.data})
    details = ", ".join(f"{key}: {value}" for key, value in occurrence.data.items())
    return f"{occurrence.t_s:7.2f}  {occurrence.kind:<20} {details}".rstrip()
