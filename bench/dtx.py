"""What silence suppression at the far end does to the hearing: calls of the corpus, sent with gaps, through the receiving half.

    script/bench dtx CALLS_FOLDER [--limit 30] [--gate energy] [--json bench/results/dtx.json] [--work FOLDER]

Each call goes as mu-law packets of 20 ms through `engine.media.receiver` and its playout, by three senders: one that sends
everything; one that leaves quiet stretches out and tells the level of the noise in them (RFC 3389), as a gateway with voice
activity detection does that was offered comfort noise; and one that leaves them out without a word. What comes out is heard and
scored by `bench/hearing.py`, with the networks that are shipped: the difference between the senders is what counts.

The gate is either a level (``energy``: 6 dB above the quietest of the last 10 s, as in gateways) or WebRTC's detector in mode 0
to 3. It opens at once and closes after 200 ms; the level is sent when it closes, and again when it has changed by 3 dB.
"""

import argparse
import json
from pathlib import Path
import subprocess
import sys
import tempfile
from typing import Any
import wave

import audioop
import numpy as np
from numpy.typing import NDArray
import webrtcvad

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "custom_components/hold_slayer"))

from aiortp import RtpPacket
from engine.audio.wav import read_wav
from engine.media.receiver import COMFORT_NOISE_PAYLOAD_TYPE, RtpReceiver
from engine.media.source_filter import SourceFilter
from engine.model.audio_frame import FRAME_SAMPLES, SAMPLE_RATE
from engine.model.media_description import Codec, MediaAnswer, MediaOffer

FAR = ("192.0.2.1", 4000)
HANGOVER = 10
"""Frames that the gate stays open after the last active one."""
MEMORY = 500
"""Frames whose quietest is the noise."""
ABOVE_DB = 6.0
QUIETEST_DB, LOUDEST_DB = -62.0, -40.0
"""Between these the threshold of the level's gate lies (dB relative to full scale)."""
NEWS_DB = 3.0
EARLY_S = 0.25
"""A human named so long before the first voice is none yet; the scorer's own tolerance."""
SENDERS = ("everything", "noise told", "nothing told")


def levels_of(frames: NDArray[np.int16]) -> NDArray[np.float64]:
    """Level of each frame relative to full scale, in dB."""
    square = np.mean(frames.astype(np.float64) ** 2, axis=1)
    return 10 * np.log10(np.maximum(square, 0.1) / 32768.0**2)


def activity(frames: NDArray[np.int16], gate: str) -> list[bool]:
    """Whether each frame is sent."""
    levels = levels_of(frames)
    detector = webrtcvad.Vad(int(gate)) if gate != "energy" else None
    sent, hangover = [], 0
    for place, frame in enumerate(frames):
        if detector is not None:
            is_active = detector.is_speech(frame.tobytes(), SAMPLE_RATE)
        else:
            noise = float(levels[max(0, place - MEMORY) : place + 1].min())
            is_active = bool(levels[place] > min(LOUDEST_DB, max(QUIETEST_DB, noise + ABOVE_DB)))
        hangover = HANGOVER if is_active else hangover - 1
        sent.append(hangover > 0)
    return sent


def heard(samples: NDArray[np.int16], sender: str, gate: str) -> tuple[bytes, float]:
    """What the receiving half makes of the call, 16-bit PCM, and the share of frames that were not sent."""
    frames = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    sent = [True] * len(frames) if sender == "everything" else activity(frames, gate)
    levels = levels_of(frames)
    source = SourceFilter()
    source.agree(FAR)
    receiver = RtpReceiver(MediaOffer("192.0.2.2", 4000), source, lambda _digit: None)
    receiver.agree(MediaAnswer(*FAR, Codec.PCMU, 0, 101))
    sequence, was_sent, told, out = 0, True, 0.0, []

    def send(kind: int, payload: bytes, place: int, *, is_first: bool = False) -> None:
        nonlocal sequence
        packet = RtpPacket(
            payload_type=kind,
            marker=int(is_first),
            sequence_number=sequence & 0xFFFF,
            timestamp=(place * FRAME_SAMPLES) & 0xFFFF_FFFF,
            ssrc=1,
            payload=payload,
        )
        sequence += 1
        receiver.receive(packet.serialize(), FAR, place * 0.02)

    for place, (frame, is_sent) in enumerate(zip(frames, sent, strict=True)):
        if is_sent:
            send(0, audioop.lin2ulaw(frame.tobytes(), 2), place, is_first=not was_sent)
        elif sender == "noise told" and (was_sent or abs(levels[place] - told) > NEWS_DB):
            told = float(np.mean(levels[max(0, place - HANGOVER) : place + 1]))
            send(COMFORT_NOISE_PAYLOAD_TYPE, bytes([int(np.clip(-told, 0, 127))]), place)
        was_sent = is_sent
        out.append(receiver.playout.tick()[0])
    return b"".join(out), 1.0 - sum(sent) / max(1, len(sent))


def write(path: Path, pcm: bytes) -> None:
    with wave.open(str(path), "wb") as writer:
        writer.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        writer.writeframes(pcm)


def figures(folder: Path, scored: dict[str, Any], predictions: dict[str, Any], not_sent: float) -> dict[str, object]:
    """What became of the humans, and what was taken for one in vain."""
    delays: list[float] = []
    false = humans = 0
    for name, prediction in predictions.items():
        onset = json.loads((folder / f"{name}.json").read_text())["human_onset"]
        found = [event[0] for event in prediction["events"] if event[1] == "human"]
        false += sum(onset is None or at < onset - EARLY_S for at in found)
        if onset is not None:
            humans += 1
            delays += [at - onset for at in found if at >= onset - EARLY_S][:1]
    candidate = scored["candidate"]
    return {
        "not_sent": round(not_sent, 3),
        "humans": humans,
        "confirmed_within_3s": sum(delay <= 3 for delay in delays),
        "confirmed_within_5s": sum(delay <= 5 for delay in delays),
        "never_confirmed": humans - len(delays),
        "false_humans": false,
        "candidate_within_3s": round(candidate["candidate_within_3s"], 3),
        "candidates_per_hold_hour": round(candidate["candidates_per_hold_hour"], 1),
        "frame_macro_f1": round(scored["score"]["all"]["frame_macro_f1"], 4),
    }


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("calls", type=Path)
    parser.add_argument("--limit", type=int, default=30)
    parser.add_argument("--gate", default="energy", choices=["energy", "0", "1", "2", "3"])
    parser.add_argument("--work", type=Path)
    parser.add_argument("--json", type=Path, help="the run is added to this file, or takes the place of an older one")
    args = parser.parse_args()
    paths = sorted(args.calls.glob("*.wav"))[: args.limit]
    if not paths:
        print(f"dtx: no .wav files in {args.calls}", file=sys.stderr)
        return 2
    work = args.work or Path(tempfile.mkdtemp())
    run: dict[str, object] = {}
    for sender in SENDERS:
        folder = work / sender.replace(" ", "_")
        folder.mkdir(parents=True, exist_ok=True)
        shares = []
        for path in paths:
            pcm, share = heard(read_wav(path), sender, args.gate)
            write(folder / path.name, pcm)
            shares.append(share)
            truth = folder / f"{path.stem}.json"
            truth.unlink(missing_ok=True)
            truth.symlink_to(path.resolve().with_suffix(".json"))
        scored, predicted = work / f"{folder.name}.json", work / f"{folder.name}_pred.json"
        command = [sys.executable, str(ROOT / "bench/hearing.py"), str(folder), "--result", str(scored)]
        subprocess.run([*command, "--pred", str(predicted)], check=True, stdout=subprocess.DEVNULL)
        not_sent = sum(shares) / len(shares)
        run[sender] = figures(folder, json.loads(scored.read_text()), json.loads(predicted.read_text()), not_sent)
        print(json.dumps({sender: run[sender]}))
    if args.json:
        runs = json.loads(args.json.read_text()) if args.json.exists() else {}
        runs[f"group {args.calls.name}, {len(paths)} calls, gate {args.gate}"] = run
        args.json.write_text(json.dumps(runs, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
