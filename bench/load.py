"""Load: calls at once with hearing on, memory a call, what the bridge and dialling add; beside SIPp and bare aiortp.

    script/bench load [--json FILE] [--steps 25,50,75,100] [--first]

Whole agents call a SIPp that answers; another process (`load_far.py`) is the far end of all the audio and measures, by the
kernel's clock, how late packets are. A step lasts until the ears on the answerers have done their work (half a minute), then is
measured. Wall clock counts here, so a machine that does other things must be told to put this first (``--first``, as root).
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
import json
import os
from pathlib import Path
import platform
import resource
import shutil
import socket
import sys
import tempfile
import time

import audioop
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "custom_components" / "hold_slayer")]

from aiortp import RTPSession
from engine.agent import Agent, AgentSettings, Services
from engine.call.budget import BudgetLimits
from engine.media.bridge import Bridge
from engine.media.session import MediaSession
from engine.model.call_brief import CallBrief
from engine.model.call_event import LegAnsweredEvent, LegEndedEvent, LegFailedEvent
from engine.model.media_description import Codec, MediaAnswer, MediaOffer
from engine.model.phase import Phase
from engine.model.phone_number import DialTarget
from engine.sip.account import TrunkAccount
from engine.sip.user_agent import UserAgent

from simulator.music import hold_music
from tests.fakes.ports import free_ports

HERE = Path(__file__).parent
TARGET_LAG_MS = 5.0
SETTLE_S, MEASURE_S = 33.0, 8.0
LOCAL = "127.0.0.1"


def cpu_s() -> float:
    """CPU seconds of this process, its threads included."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def rss_mb() -> float:
    """Memory of this process that is in use now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


class FarEnd:
    """The process at the other end of the audio."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.port = port
        self._process = process

    def tell(self, **order: bool) -> None:
        """Give an order."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")

    async def measured(self, seconds: float) -> dict[str, float]:
        """How late packets were for so long, and what this process used meanwhile."""
        assert self._process.stdout is not None
        self.tell(measure=True)
        before, began = cpu_s(), time.monotonic()
        await asyncio.sleep(seconds)
        used = (cpu_s() - before) / (time.monotonic() - began)
        self.tell(measure=False)
        return {**json.loads(await self._process.stdout.readline()), "cpu_percent": round(100 * used, 1)}


@asynccontextmanager
async def far_end(folder: Path) -> AsyncIterator[FarEnd]:
    """Start it; it ends with its standard input."""
    sound = folder / "sound.ulaw"
    sound.write_bytes(audioop.lin2ulaw(hold_music(1, 60.0).tobytes(), 2))
    port = free_ports(1)
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(HERE / "load_far.py"), str(port), str(sound),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    await asyncio.sleep(0.5)
    try:
        yield FarEnd(process, port)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


@asynccontextmanager
async def sipp(folder: Path, *arguments: str, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """A SIPp on ``port``; told to stop at the end."""
    program = shutil.which("sipp")
    if program is None:
        raise SystemExit("load: SIPp (Debian's sip-tester) is not there")
    process = await asyncio.create_subprocess_exec(
        program, *arguments, "-i", LOCAL, "-p", str(port), "-nostdin", "-watchdog_interval", "0",
        cwd=folder, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    await asyncio.sleep(0.7)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def account(port: int) -> TrunkAccount:
    """One that registers nowhere."""
    return TrunkAccount("load", "load", LOCAL, port, local_address=LOCAL, register=False)


# --- calls at once --------------------------------------------------------------------------------------------------


async def calls_at_once(folder: Path, steps: list[int]) -> dict[str, object]:
    """Whole calls: SIP, RTP both ways, hearing, brain; nobody speaks or transcribes. The steps go on until one is too many."""
    port = free_ports(2)
    rows: list[dict[str, float]] = []
    async with (
        far_end(folder) as far,
        sipp(folder, "-sf", str(HERE / "load_answer.xml"), "-key", "far_port", str(far.port), port=port),
    ):
        limits = BudgetLimits(calls_a_day=0, minutes_a_day=0, same_number_an_hour=0, legs_at_once=10_000)
        agent = Agent(account(port), Services(), settings=AgentSettings(max_calls=10_000, budget=limits))
        await agent.start()
        await asyncio.sleep(3)
        base, calls = rss_mb(), 0
        for wanted in steps:
            while calls < wanted:
                await agent.call(CallBrief(DialTarget(f"5550{calls:04d}"), "a question"))
                calls += 1
                await asyncio.sleep(0.13)
            await asyncio.sleep(SETTLE_S)
            up = sum(call.phase in (Phase.NAVIGATING, Phase.ON_HOLD) for call in agent.calls)
            row = {"calls": wanted, "up": up, **await far.measured(MEASURE_S)}
            row["rss_mb_per_call"] = round((rss_mb() - base) / wanted, 2)
            rows.append(row)
            print(row, flush=True)
            if row["p99_ms"] is None or row["p99_ms"] > 2 * TARGET_LAG_MS:
                break
        await agent.stop()
    good = [row["calls"] for row in rows if row["p99_ms"] is not None and row["p99_ms"] <= TARGET_LAG_MS]
    return {"steps": rows, "most_calls_with_p99_lag_up_to_5_ms": max(good, default=0)}


# --- what this side adds --------------------------------------------------------------------------------------------


async def post_dial_delay(calls: int = 60) -> dict[str, float]:
    """From the request of a call to its INVITE on the wire."""
    loop = asyncio.get_running_loop()
    arrived: asyncio.Queue[float] = asyncio.Queue()

    class Server(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
            if data.startswith(b"INVITE"):
                arrived.put_nowait(time.perf_counter())
                kept = (b"Via", b"From", b"Call-ID", b"CSeq")
                head = b"\r\n".join(line for line in data.split(b"\r\n") if line.startswith(kept))
                to = next(line for line in data.split(b"\r\n") if line.startswith(b"To"))
                answer = b"SIP/2.0 486 Busy Here\r\n" + head + b"\r\n" + to + b";tag=x\r\nContent-Length: 0\r\n\r\n"
                self.transport.sendto(answer, address)  # type: ignore[attr-defined] - a datagram's, set by asyncio

    transport, _ = await loop.create_datagram_endpoint(Server, local_addr=(LOCAL, 0))
    limits = BudgetLimits(calls_a_day=0, minutes_a_day=0, same_number_an_hour=0)
    agent = Agent(
        account(transport.get_extra_info("sockname")[1]),
        Services(),
        settings=AgentSettings(max_calls=100, budget=limits),
    )
    await agent.start()
    await asyncio.sleep(3)
    took = []
    for number in range(calls):
        began = time.perf_counter()
        await agent.call(CallBrief(DialTarget(f"5550{number:04d}"), "a question"))
        took.append((await arrived.get() - began) * 1000)
        await asyncio.sleep(0.05)
    await agent.stop()
    transport.close()
    return percentiles(took)


def percentiles(values: list[float]) -> dict[str, float]:
    """p50, p95 and the worst, in the values' unit."""
    p50, p95, worst = np.percentile(values, [50, 95, 100])
    return {"p50_ms": round(float(p50), 2), "p95_ms": round(float(p95), 2), "worst_ms": round(float(worst), 2)}


async def bridge_delay(jitter_ms: float, impulses: int = 60) -> dict[str, float]:
    """One way through two legs: from a packet's arrival at one to the departure of its samples at the other.

    The far ends are two bare sockets of this process; every half second one packet is loud. ``jitter_ms``: most that a packet
    is late, evenly spread.
    """
    loop = asyncio.get_running_loop()
    near, far = await MediaSession.bind(LOCAL), await MediaSession.bind(LOCAL)
    sender, receiver = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    for each, session in ((sender, near), (receiver, far)):
        each.bind((LOCAL, 0))
        each.setblocking(False)  # noqa: FBT003 - takes no name
        session.connect(MediaAnswer(LOCAL, each.getsockname()[1], Codec.PCMU, 0, 101))
    bridge = Bridge(near, far)
    bridge.start()
    sent: list[float] = []
    delays: list[float] = []

    def heard() -> None:
        data = receiver.recv(512)
        if data[12:] and sum(byte in (0x00, 0x80) for byte in data[12:]) > 40 and len(delays) < len(sent):
            delays.append((time.perf_counter() - sent[-1]) * 1000)

    loop.add_reader(receiver, heard)
    rng = np.random.default_rng(1)
    began = loop.time()

    def send(number: int, *, is_loud: bool) -> None:
        body = b"\x00" * 160 if is_loud else b"\xff" * 160
        head = b"\x80\x00" + number.to_bytes(2) + (number * 160).to_bytes(4) + b"\x00\x00\x00\x01"
        if is_loud:
            sent.append(time.perf_counter())
        sender.sendto(head + body, (LOCAL, near.offer.port))

    for number in range(25 * impulses):
        late_s = rng.uniform(0, jitter_ms / 1000) if jitter_ms else 0.0
        # Not on our grid, and a little off our clock: every phase comes.
        due = began + number * 0.02002 + late_s
        loop.call_at(due, lambda number=number: send(number, is_loud=number % 25 == 24))
    await asyncio.sleep(25 * impulses * 0.02002 + 0.5)
    loop.remove_reader(receiver)
    for session in (near, far):
        await session.close()
    sender.close()
    receiver.close()
    return {**percentiles(delays), "heard": len(delays), "sent": len(sent)}


# --- beside others --------------------------------------------------------------------------------------------------


async def media_cost(folder: Path, sessions: int = 40, seconds: float = 8.0) -> dict[str, float]:
    """CPU of RTP both ways with playout and G.711, without hearing: ours, and aiortp's session that sends back what it hears."""
    async with far_end(folder) as far:
        ours = []
        for _ in range(sessions):
            session = await MediaSession.bind(LOCAL, on_frame=lambda _frame: None)
            session.connect(MediaAnswer(LOCAL, far.port, Codec.PCMU, 0, 101))
            ours.append(session)
        own = await steady(seconds)
        for session in ours:
            await session.close()
        far.tell(forget=True)
        bare = []
        for _ in range(sessions):
            one = await RTPSession.create((LOCAL, 0), (LOCAL, far.port), payload_type=0, playout=True)
            one.on_audio = lambda pcm, _timestamp, one=one: one.send_audio_pcm_auto(pcm)
            one.send_audio_pcm_auto(bytes(320))
            bare.append(one)
        theirs = await steady(seconds)
        for one in bare:
            await one.close()
    each = 100.0 / sessions
    return {
        "hold_slayer_percent_of_a_core_a_call": round(own * each, 3),
        "aiortp_percent_of_a_core_a_call": round(theirs * each, 3),
    }


async def steady(seconds: float) -> float:
    """Share of a core that this process uses."""
    await asyncio.sleep(2)
    before = cpu_s()
    await asyncio.sleep(seconds)
    return (cpu_s() - before) / seconds


async def signalling_cost(folder: Path, calls: int = 200, rate: int = 40) -> dict[str, float]:
    """CPU of placing and ending a call: ours, and SIPp's own caller against the same server."""
    port = free_ports(4)
    async with sipp(folder, "-sf", str(HERE / "load_answer.xml"), "-key", "far_port", "40000", port=port):
        agent = UserAgent(account(port))
        await agent.start()
        await asyncio.sleep(1)
        before = cpu_s()
        over = 0

        def place(number: int) -> None:
            def on_event(event: object) -> None:
                nonlocal over
                if isinstance(event, LegAnsweredEvent):
                    leg.hang_up()
                elif isinstance(event, LegEndedEvent | LegFailedEvent):
                    over += 1

            leg = agent.dial(f"leg-{number}", DialTarget("5550100"), MediaOffer(LOCAL, 40002), on_event)

        for number in range(calls):
            place(number)
            await asyncio.sleep(1 / rate)
        await asyncio.sleep(1)
        own = (cpu_s() - before) / calls * 1000
        await agent.stop()
        before_children = children_s()
        async with sipp(
            folder, "-sn", "uac", f"{LOCAL}:{port}", "-m", str(calls), "-r", str(rate), "-d", "0", port=port + 2
        ) as caller:
            await caller.wait()
        theirs = (children_s() - before_children) / calls * 1000
    return {"calls": over, "hold_slayer_cpu_ms_a_call": round(own, 2), "sipp_cpu_ms_a_call": round(theirs, 2)}


def children_s() -> float:
    """CPU seconds of the children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def measure(steps: list[int], show: Callable[[str, object], None]) -> dict[str, object]:
    """All of it."""
    results: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts = {
            "post_dial_delay_added": post_dial_delay(),
            "bridge_one_way": bridge_delay(0.0),
            "bridge_one_way_with_10_ms_jitter": bridge_delay(10.0),
            "media": media_cost(folder),
            "signalling": signalling_cost(folder),
            "calls": calls_at_once(folder, steps),
        }
        for part, made in parts.items():
            results[part] = await made
            show(part, results[part])
    return results


def main() -> None:
    """Measure, print, and keep with ``--json``."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--steps", default="50,75,100,125,150")
    parser.add_argument("--first", action="store_true", help="before all other programs (SCHED_RR); needs root")
    args = parser.parse_args()
    if args.first:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(10))
    steps = [int(step) for step in args.steps.split(",")]
    results: dict[str, object] = {
        "command": f"script/bench load --steps {args.steps}" + (" --first" if args.first else ""),
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        **asyncio.run(measure(steps, lambda name, result: print(name, result, flush=True))),
    }
    if args.json:
        args.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
