"""Talking in the browser: one-way delay between card and company, both ways, on loopback.

    script/bench browser_latency [--seconds 30] [--json FILE]

Everything is real and on this machine: simulated company (SIP, RTP), Home Assistant, Chromium with a file for a microphone. Beeps
go both ways; they are timed by one clock where they enter and leave the card's audio graph and the company's RTP. Not in it: what
the browser's microphone (echo cancellation too) and loudspeaker and their drivers take;
what the browser says of its output is named.
"""

import argparse
import asyncio
import json
from pathlib import Path
import platform
import sys
import tempfile
import time
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from simulator.demo.world import DASHBOARD, World
from tests.fakes.browser import Browser
from tests.fakes.delays import both_ways, summary
from tests.fakes.microphone import beeps

SCENARIO = ROOT / "simulator" / "scenarios" / "demo.yaml"


async def measure(folder: Path, seconds: float) -> dict[str, Any]:
    """One call, talked in for ``seconds``."""
    text = SCENARIO.read_text(encoding="utf-8").replace("hold_s: 27", "hold_s: 21")
    lines = [line for line in text.splitlines() if "at_s: 18" not in line]
    text = "\n".join(lines).replace('"2": billing_menu', '"2": billing')
    text = text.replace("talk_s: 5", f"talk_s: {seconds + 60}\n        beeps_hz: 1000\n        wait_for_user_s: 120")
    scenario = folder / "scenario.yaml"
    scenario.write_text(text, encoding="utf-8")
    target = {"name": "Browsers", "kind": "browser"}
    microphone = str(beeps(folder / "microphone.wav"))
    async with (
        World(scenario=scenario, say=lambda words: print(words, file=sys.stderr), target=target) as world,
        Browser(world.url, DASHBOARD, microphone=microphone) as browser,
    ):
        await browser.do("open")
        await browser.do("click", name=world.line.company, exact=False)
        await browser.do("wait", text="Answer here", timeout=85_000)
        await browser.do("click", name="Answer here")
        await browser.do("wait", text="Connected", timeout=30_000)
        await browser.do("tap")
        await asyncio.sleep(5.0)  # the buffers find their depth
        since = time.time()
        await asyncio.sleep(seconds)
        tapped = await browser.do("tapped")
        found = both_ways(tapped, world.events, since)
    return {
        "beeps": {way: len(values) for way, values in found.items()},
        "company_to_browser": summary(found["down"]),
        "browser_to_company": summary(found["up"]),
        "browser_output_ms": round(tapped["latency"]),
        "browser_buffer": {key: round(value, 3) for key, value in tapped["stats"].items()},
    }


def main() -> None:
    """Measure and print, or write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = asyncio.run(measure(Path(folder), args.seconds))
    result |= {"machine": platform.machine(), "command": " ".join(["script/bench browser_latency", *sys.argv[1:]])}
    text = json.dumps(result, indent=1)
    print(text)
    if args.json:
        args.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
