"""``python -m simulator trunk|stt|tts``: each prints where it listens as its first line and ends on SIGINT or SIGTERM."""

import argparse
import asyncio
import json
from pathlib import Path
import signal
import sys
from typing import Any

from .scenario import ScenarioError, load
from .voices import VoiceError

SCENARIOS = Path(__file__).with_name("scenarios")


def main() -> int:
    """Run one server; 0 when it was asked to end, 2 on bad input."""
    parser = argparse.ArgumentParser(prog="simulator", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    servers = parser.add_subparsers(dest="server", required=True)
    trunk = servers.add_parser("trunk", help="SIP trunk with a company and the user's phones")
    trunk.add_argument("--scenario", type=Path, default=SCENARIOS / "demo.yaml")
    for server in (trunk, servers.add_parser("stt"), servers.add_parser("tts")):
        server.add_argument("--port", type=int, default=0)
    args = parser.parse_args()
    try:
        asyncio.run(_run(args))
    except (ScenarioError, VoiceError, OSError) as err:
        print(f"simulator: {err}", file=sys.stderr)
        return 2
    return 0


async def _run(args: argparse.Namespace) -> None:
    def show(item: dict[str, Any]) -> None:
        if args.json:
            print(json.dumps(item), flush=True)
        else:
            details = ", ".join(f"{key}: {value}" for key, value in item.items() if key not in ("t", "at", "event"))
            print(f"{item.get('t', 0.0):7.2f}  {item['event']:<26} {details}".rstrip(), flush=True)

    ending = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ending.set)
    if args.server == "trunk":
        from .trunk import CallCentre  # noqa: PLC0415 - each server loads only what it needs

        centre = CallCentre(load(args.scenario), port=args.port)
        centre.on_event = show
        async with centre:
            await ending.wait()
        return
    from .speech.server import WyomingServer  # noqa: PLC0415

    if args.server == "stt":
        from .speech.stt_server import make_handler  # noqa: PLC0415

        handler = await asyncio.to_thread(make_handler)
    else:
        from .speech.tts_server import TtsHandler  # noqa: PLC0415

        handler = TtsHandler
    async with WyomingServer(handler, port=args.port) as server:
        show({"event": "ready", "address": f"127.0.0.1:{server.port}"})
        await ending.wait()


if __name__ == "__main__":
    sys.exit(main())
