"""Speech to text that really hears: the simulator's recogniser without its server."""

import asyncio

import numpy as np

from simulator.speech.stt_server import load_decoder, transcribe


class Recogniser:
    """English telephone menus; one utterance after another."""

    def __init__(self) -> None:
        self._decoder = load_decoder()
        self._lock = asyncio.Lock()

    async def transcribe(self, pcm: bytes, language: str) -> str:
        samples = np.repeat(np.frombuffer(pcm, "<i2").astype(np.float32), 2)
        samples[1:-1:2] = (samples[0:-2:2] + samples[2::2]) / 2
        async with self._lock:
            return await asyncio.to_thread(transcribe, self._decoder, samples.astype("<i2").tobytes())
