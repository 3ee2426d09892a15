"""``script/demo``: watch Home Assistant call a company; ``--headless`` makes the call, prints it and judges it."""

import argparse
import asyncio
import contextlib
import json
from pathlib import Path
import signal
import sys
from typing import Any
from urllib.parse import urlsplit

from .call import make_call
from .processes import DemoError
from .verdict import judge
from .world import DASHBOARD, World

_SCENARIO = Path(__file__).resolve().parents[1] / "scenarios" / "demo.yaml"
_CALL_S = 150.0


def main() -> int:
    """0 when it worked (headless) or was ended by the person, 1 when not."""
    parser = argparse.ArgumentParser(prog="script/demo", description=__doc__)
    parser.add_argument("--headless", action="store_true", help="make the whole call and exit 0 only if it worked")
    parser.add_argument("--json", action="store_true", help="with --headless: one JSON object a line")
    parser.add_argument("--port", type=int, default=0, help="port of Home Assistant (default: any free one)")
    parser.add_argument("--scenario", type=Path, default=_SCENARIO)
    for name in ("stt", "tts"):
        # No default of "": argparse would have _place refuse it.
        parser.add_argument(f"--{name}", type=_place, metavar="tcp://HOST:PORT", help="your own Wyoming server")
    args = parser.parse_args()
    try:
        return asyncio.run(_main(args))
    except DemoError as err:
        print(f"demo: {err}", file=sys.stderr)
        return 1


def _place(text: str) -> str:
    """``host:port`` of ``tcp://host:port``."""
    parts = urlsplit(text)
    if parts.scheme != "tcp" or not parts.hostname or not parts.port:
        raise argparse.ArgumentTypeError("expected tcp://HOST:PORT")
    return f"{parts.hostname}:{parts.port}"


async def _main(args: argparse.Namespace) -> int:
    work = asyncio.current_task()
    loop = asyncio.get_running_loop()
    if work is not None:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, work.cancel)

    def say(text: str) -> None:
        if not args.json:
            print(text, flush=True)

    try:
        async with World(
            scenario=args.scenario, port=args.port, say=say, stt=args.stt or "", tts=args.tts or ""
        ) as world:
            if args.headless:
                return await _headless(world, as_json=args.json)
            print(f"Open {world.url}/{DASHBOARD} and press the company's tile; Ctrl-C ends the demo.", flush=True)
            await asyncio.Event().wait()
    except asyncio.CancelledError:
        say("ended")
        return 130 if args.headless else 0
    return 0


async def _headless(world: World, *, as_json: bool) -> int:
    def show(item: dict[str, Any]) -> None:
        if as_json:
            print(json.dumps(item), flush=True)
            return
        details = ", ".join(f"{key}: {value}" for key, value in item.items() if key not in _HIDDEN)
        print(f"{item['t']:7.2f}  {item['event']:<20} {details}".rstrip(), flush=True)

    told = await make_call(world, show, _CALL_S)
    with contextlib.suppress(TimeoutError):
        await _wait_for_measures(world)
    findings = judge(world.events, told, _expected_queue(world))
    for name, (held, detail) in findings.checks.items():
        if as_json:
            print(json.dumps({"check": name, "ok": held, "detail": detail}), flush=True)
        else:
            print(f"{'ok  ' if held else 'FAIL'}  {name}{f' ({detail})' if detail else ''}", flush=True)
    return 0 if findings.is_success else 1


_HIDDEN = ("t", "at", "event", "call_id", "phase", "seconds", "company")


async def _wait_for_measures(world: World) -> None:
    """Both far ends measure what they heard when they hang up."""
    async with asyncio.timeout(15):
        while sum(item["event"] == "audio" for item in world.events) < 2:
            world.changed.clear()
            await world.changed.wait()


def _expected_queue(world: World) -> str:
    ready = next(item for item in world.events if item["event"] == "ready")
    return str(ready.get("expected_queue", ""))


if __name__ == "__main__":
    sys.exit(main())
