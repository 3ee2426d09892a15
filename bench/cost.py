"""Cost: CPU of a call with hearing on, speed of analyze, time to set the integration up in Home Assistant.

    script/bench cost [--json FILE]

Everything is measured in CPU seconds of one process, so that a busy machine changes the figures little.
"""

import argparse
import asyncio
import json
from pathlib import Path
import platform
import sys
import time

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "custom_components" / "hold_slayer")]

from engine.call.hearing import Hearing
from engine.cli.analyze import analyze
from engine.media.session import MediaSession
from engine.model.media_description import Codec, MediaAnswer

from simulator.music import hold_music
from simulator.voices import Voices

CALL_S = 20.0


async def call_cpu() -> float:
    """CPU seconds a call-minute: RTP both ways over loopback, G.711, hearing on one side."""
    hearing = Hearing()
    hearing.answered()
    near = await MediaSession.bind("127.0.0.1", on_frame=lambda frame: hearing.feed(frame) and None)
    far = await MediaSession.bind("127.0.0.1")
    near.connect(MediaAnswer("127.0.0.1", far.offer.port, Codec.PCMU, 0, 101))
    far.connect(MediaAnswer("127.0.0.1", near.offer.port, Codec.PCMU, 0, 101))
    far.play(hold_music(1, CALL_S).tobytes())
    before = time.process_time()
    await asyncio.sleep(CALL_S)
    used = time.process_time() - before
    await near.close()
    await far.close()
    return used / CALL_S * 60.0


async def analyze_speed() -> float:
    """Audio seconds a CPU second on music, announcements and a greeting."""
    voices = Voices()
    speech = await voices.say("rms", "All of our representatives are busy. Please stay on the line.")
    greeting = await voices.say("slt", "Hello, thank you for waiting. How can I help you?")
    parts = []
    for seed in range(4):
        parts += [hold_music(seed, 25.0), np.zeros(4000, np.int16), speech, np.zeros(4000, np.int16)]
    samples = np.concatenate([*parts, greeting, np.zeros(16000, np.int16)])
    before = time.process_time()
    count = sum(1 for _ in analyze(samples))
    used = time.process_time() - before
    if count == 0:
        raise RuntimeError("analyze said nothing")
    return len(samples) / 8000 / used


async def set_up_time() -> dict[str, float]:
    """Wall seconds of the demo: Home Assistant from start to running, and the account from form to registered."""
    from simulator.demo.world import World

    marks: list[tuple[str, float]] = []
    scenario = ROOT / "simulator" / "scenarios" / "demo.yaml"
    async with World(scenario=scenario, say=lambda text: marks.append((text, time.monotonic()))):
        marks.append(("ready", time.monotonic()))
    return {
        "home_assistant_running_s": round(marks[1][1] - marks[0][1], 2),
        "speech_and_account_set_up_s": round(marks[2][1] - marks[1][1], 2),
    }


def main() -> None:
    """Measure, print, and keep with ``--json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    results: dict[str, object] = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cpu_seconds_per_call_minute_with_hearing": round(asyncio.run(call_cpu()), 3),
        "analyze_audio_seconds_per_cpu_second": round(asyncio.run(analyze_speed()), 1),
        **asyncio.run(set_up_time()),
    }
    text = json.dumps(results, indent=2)
    print(text)
    if args.json:
        args.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
