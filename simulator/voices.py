"""Speech of the simulator: sentences rendered by flite or espeak-ng, kept in a cache directory."""

import asyncio
import hashlib
import io
import os
from pathlib import Path
import shutil
import tempfile
import wave

import numpy as np

from .g711 import Samples
from .rtp import RATE

_COMMANDS = {
    "slt": ("flite", "-voice", "slt"),
    "rms": ("flite", "-voice", "rms"),
    "awb": ("flite", "-voice", "awb"),
    "kal16": ("flite", "-voice", "kal16"),
}
_TIMEOUT_S = 20.0
PEAK = 0.4


class VoiceError(Exception):
    """A sentence cannot be rendered."""


def command_of(voice: str, text: str, output: str) -> list[str]:
    """Command line that speaks ``text`` into a WAV file; voices other than flite's are espeak-ng's languages."""
    flite = _COMMANDS.get(voice)
    if flite is not None:
        return [*flite, "-t", text, "-o", output]
    return ["espeak-ng", "-v", voice, "-s", "150", "-w", output, "--", text]


async def render_wav(voice: str, text: str) -> bytes:
    """WAV file of a sentence. Raises VoiceError."""
    if shutil.which(command_of(voice, "", "")[0]) is None:
        raise VoiceError(f"the program {command_of(voice, '', '')[0]} is not installed")
    with tempfile.TemporaryDirectory() as directory:
        output = Path(directory) / "speech.wav"
        process = await asyncio.create_subprocess_exec(
            *command_of(voice, text, str(output)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                status = await process.wait()
        except TimeoutError as err:
            process.kill()
            await process.wait()
            raise VoiceError("the speech program did not end in time") from err
        if status != 0:
            raise VoiceError(f"the speech program ended with status {status}")
        return await asyncio.to_thread(output.read_bytes)


class Voices:
    """Sentences at 8 kHz, rendered once."""

    def __init__(self, cache: Path | None = None) -> None:
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        self._cache = cache or home / "hold-slayer-simulator"

    async def say(self, voice: str, text: str) -> Samples:
        """Samples of a sentence. Raises VoiceError."""
        path = self._cache / f"{hashlib.sha256(f'{voice}|{text}|{PEAK}'.encode()).hexdigest()[:24]}.npy"
        if (kept := await asyncio.to_thread(_load, path)) is not None:
            return kept
        samples = telephone(await render_wav(voice, text))
        await asyncio.to_thread(_keep, path, samples)
        return samples


def _load(path: Path) -> Samples | None:
    return np.asarray(np.load(path), dtype=np.int16) if path.exists() else None


def _keep(path: Path, samples: Samples) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npy", delete=False) as partial:
        np.save(partial, samples)
    Path(partial.name).replace(path)


def telephone(wav: bytes) -> Samples:
    """A WAV file's audio at 8 kHz, telephone band, levelled."""
    with wave.open(io.BytesIO(wav)) as reader:
        rate = reader.getframerate()
        samples = np.frombuffer(reader.readframes(reader.getnframes()), "<i2")[:: reader.getnchannels()]
    signal = samples.astype(np.float64)
    size = len(signal)
    spectrum = np.fft.rfft(signal)
    frequency = np.fft.rfftfreq(size, 1 / rate)
    spectrum[(frequency < 200) | (frequency > 3500)] = 0
    length = int(size * RATE / rate)
    bins = length // 2 + 1
    resized = np.zeros(bins, complex)
    resized[: min(bins, len(spectrum))] = spectrum[:bins]
    signal = np.fft.irfft(resized, length) * length / size
    return (signal / max(1.0, float(np.abs(signal).max())) * PEAK * 32767).astype(np.int16)
