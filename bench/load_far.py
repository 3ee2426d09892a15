"""The far end of the load bench, a process of its own: one UDP port that talks to everybody who sends to it.

    python bench/load_far.py PORT SOUND.ulaw

Whoever sends RTP gets the sound back, 20 ms at a time, each from another place in it. A line of JSON on standard input,
``{"measure": true}``, begins a measurement, ``{"measure": false}`` ends it and answers with how late the packets were that came
meanwhile: their arrival, by the kernel's clock, against their RTP timestamps, the earliest packet of each stream being in time.
Uses no code of the integration.
"""

import json
from pathlib import Path
import select
import socket
import struct
import sys
import time

SO_TIMESTAMPNS = 35
"""Linux: nanoseconds by the real-time clock at which a datagram came in (socket(7))."""
BEAT_S = 0.02


class Stream:
    """What one caller hears."""

    __slots__ = ("place", "sequence", "ssrc", "timestamp")

    def __init__(self, number: int) -> None:
        self.ssrc = 1000 + number
        self.place = number * 7919 * 160
        self.sequence = number & 0xFFFF
        self.timestamp = number * 1000

    def packet(self, sound: bytes) -> bytes:
        start = self.place % (len(sound) - 160)
        self.place += 160
        self.sequence = (self.sequence + 1) & 0xFFFF
        self.timestamp = (self.timestamp + 160) & 0xFFFF_FFFF
        return struct.pack(">BBHII", 0x80, 0, self.sequence, self.timestamp, self.ssrc) + sound[start : start + 160]


class FarEnd:
    """Everything on one socket."""

    def __init__(self, port: int, sound: bytes) -> None:
        self._sound = sound
        self._streams: dict[tuple[str, int], Stream] = {}
        self._came: dict[tuple[str, int], list[float]] | None = None
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        self._socket.setblocking(False)  # noqa: FBT003 - takes no name
        self._socket.bind(("127.0.0.1", port))

    def run(self) -> None:
        """Until standard input ends."""
        next_beat = time.monotonic()
        while True:
            wait = max(0.0, next_beat - time.monotonic())
            ready, _, _ = select.select([self._socket, sys.stdin], [], [], wait)
            if self._socket in ready:
                self._receive()
            if sys.stdin in ready and not self._command(sys.stdin.readline()):
                return
            if time.monotonic() >= next_beat:
                next_beat += BEAT_S
                self._beat()

    def _beat(self) -> None:
        for address, stream in self._streams.items():
            try:
                self._socket.sendto(stream.packet(self._sound), address)
            except OSError:
                continue

    def _receive(self) -> None:
        shift = time.time() - time.monotonic()
        for _ in range(200):
            try:
                data, ancillary, _, address = self._socket.recvmsg(256, 64)
            except BlockingIOError:
                return
            if address not in self._streams:
                self._streams[address] = Stream(len(self._streams))
            if self._came is not None and ancillary and len(data) > 12:
                seconds, nanoseconds = struct.unpack("qq", ancillary[0][2])
                said = int.from_bytes(data[4:8]) / 8000
                self._came.setdefault(address, []).append(seconds + nanoseconds * 1e-9 - shift - said)

    def _command(self, line: str) -> bool:
        if not line:
            return False
        order = json.loads(line)
        if "forget" in order:
            self._streams.clear()
        if order.get("measure"):
            self._came = {}
        elif self._came is not None:
            came, self._came = self._came, None
            lags = sorted(each - min(stream) for stream in came.values() for each in stream)
            report: dict[str, float | int | None] = {"streams": len(came), "packets": len(lags)}
            for name, share in (("p50_ms", 0.5), ("p95_ms", 0.95), ("p99_ms", 0.99)):
                report[name] = round(lags[min(len(lags) - 1, int(share * len(lags)))] * 1000, 2) if lags else None
            print(json.dumps(report), flush=True)
        return True


def main() -> None:
    FarEnd(int(sys.argv[1]), Path(sys.argv[2]).read_bytes()).run()


if __name__ == "__main__":
    main()
