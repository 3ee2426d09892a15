"""Fuzz: nearly right bytes at every edge of the telephone (SIP, streams, SDP, RTP, RTCP, STUN, URIs) for as long as wanted.

    script/bench fuzz [--seconds N] [--seed N] [--json FILE]

The same edges and breakages as `tests/unit/test_fuzz.py`, which tries some hundred inputs each. A fault ends nothing: its kind and
the first input that caused it are told, and the exit status is 1.
"""

import argparse
import asyncio
from collections import Counter
import json
import logging
from pathlib import Path
import platform
import random
import sys
import time

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from tests.fakes.fuzzing import SipEdge, broken, edges

BATCH = 200
"""Inputs before an edge is made anew: a call that was ended tells nothing any more."""


async def fuzz(seconds: float, seed: int) -> dict[str, object]:
    """Take turns between the edges until the time is over."""
    chance = random.Random(seed)
    tried: Counter[str] = Counter()
    slowest_ms: dict[str, float] = {}
    faults: dict[str, str] = {}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for name, (edge, seeds) in edges().items():
            for _ in range(BATCH):
                data = broken(seeds, chance)
                before = time.perf_counter()
                try:
                    edge(data)
                except Exception as err:  # noqa: BLE001 - whatever it is, it is what is looked for
                    faults.setdefault(f"{name}: {type(err).__name__}: {err}", data.hex())
                slowest_ms[name] = max(slowest_ms.get(name, 0.0), (time.perf_counter() - before) * 1000)
                tried[name] += 1
            if isinstance(edge, SipEdge) and not edge.is_alive():
                faults.setdefault("sip: does not answer any more", "")
        await asyncio.sleep(0)
    return {
        "inputs": dict(tried),
        "slowest_ms": {name: round(each, 1) for name, each in slowest_ms.items()},
        "faults": faults,
    }


def main() -> int:
    """Run, tell and write down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)
    result = asyncio.run(fuzz(arguments.seconds, arguments.seed))
    result = {"seconds": arguments.seconds, "seed": arguments.seed, "python": platform.python_version(), **result}
    print(json.dumps(result, indent=2))
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 1 if result["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
