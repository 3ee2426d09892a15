"""A real SIP phone for tests: baresip registers (or stands alone), answers by itself, plays a WAV and records what it hears."""

import asyncio
import json
from pathlib import Path
from typing import Self
import wave

import numpy as np
from numpy.typing import NDArray

from tests.fakes.ports import free_port, free_ports

_RTP_PORTS = 20
MODULES = Path("/usr/lib/baresip/modules")
_CONFIG = """\
module_path {modules}
module stdio.so
module ctrl_tcp.so
{codecs}
module aufile.so
module aubridge.so
module sndfile.so
module_app account.so
module_app menu.so
sip_listen 127.0.0.1:{port}
audio_source aufile,{speech}
audio_player aubridge,nowhere
audio_alert aubridge,nowhere
audio_srate 8000
ausrc_srate 8000
auplay_srate 8000
audio_channels 1
snd_path {recordings}
rtp_ports {rtp}-{rtp_end}
call_max_calls 1
ctrl_tcp_listen 127.0.0.1:{control}
"""


class Baresip:
    """An asynchronous context manager: a phone that says something when it has answered, then something else again and again.

    ``speech`` is 8 kHz audio; ``again`` begins ``pause_s`` after it and is repeated with two seconds between. Without a server's
    port it registers nowhere and is called at `address`.
    """

    def __init__(
        self,
        directory: Path,
        user: str,
        server_port: int | None,
        speech: NDArray[np.int16],
        again: NDArray[np.int16],
        *,
        pause_s: float = 2.0,
        password: str = "secret",
        codecs: tuple[str, ...] = ("g711",),
        answers: bool = True,
    ) -> None:
        self._directory = directory
        self._password = password
        self._user = user
        self._server_port = server_port
        self._codecs = codecs
        self._answers = answers
        self.port, self._control = free_port(), free_port()
        once = [speech, np.zeros(round(8000 * pause_s), np.int16)]
        self._sound = np.concatenate([*once, *[again, np.zeros(16000, np.int16)] * 30])
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        recordings = self._directory / "recordings"
        recordings.mkdir(parents=True)
        speech = self._directory / "speech.wav"
        with wave.open(str(speech), "wb") as writer:
            writer.setparams((1, 2, 8000, 0, "NONE", ""))
            writer.writeframes(self._sound.astype("<i2").tobytes())
        rtp = free_ports(_RTP_PORTS)
        config = _CONFIG.format(
            modules=MODULES, port=self.port, speech=speech, recordings=recordings, rtp=rtp, rtp_end=rtp + _RTP_PORTS - 1,
            codecs="\n".join(f"module {codec}.so" for codec in self._codecs), control=self._control,
        )  # fmt: skip
        (self._directory / "config").write_text(config, encoding="utf-8")
        address = f"<sip:{self._user}@127.0.0.1:{self._server_port or self.port}>"
        mode = "auto" if self._answers else "manual"
        account = f"{address};auth_pass={self._password};answermode={mode};regint={60 if self._server_port else 0}\n"
        (self._directory / "accounts").write_text(account, encoding="utf-8")
        (self._directory / "contacts").write_text("", encoding="utf-8")
        with (self._directory / "stdout").open("wb") as sink:
            self._process = await asyncio.create_subprocess_exec(
                "baresip", "-f", str(self._directory),
                stdin=asyncio.subprocess.DEVNULL, stdout=sink, stderr=sink,
            )  # fmt: skip
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(8):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    @property
    def address(self) -> str:
        """Where it is called, as SIP URI."""
        return f"sip:{self._user}@127.0.0.1:{self.port}"

    async def command(self, name: str, params: str = "") -> None:
        """Have it do something (``dial``, ``hangup``); waits until it can be told."""
        text = json.dumps({"command": name, "params": params})
        async with asyncio.timeout(10):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", self._control)
                except OSError:
                    await asyncio.sleep(0.05)
                    continue
                break
        writer.write(f"{len(text)}:{text},".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    @property
    def output(self) -> str:
        """What it printed."""
        return (self._directory / "stdout").read_text(errors="replace")

    def heard(self) -> NDArray[np.int16]:
        """Everything it received and decoded, at 8 kHz; empty when it had no call."""
        pieces = []
        for path in sorted((self._directory / "recordings").glob("*-dec.wav")):
            data = path.read_bytes()
            pieces.append(np.frombuffer(data[44 : len(data) & ~1], "<i2"))
        return np.concatenate(pieces) if pieces else np.zeros(0, np.int16)
