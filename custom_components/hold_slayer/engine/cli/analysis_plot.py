"""The picture of an analysis: waveform, spectrum, score of each tenth of a second, and what follows from it. Needs matplotlib."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray

from ..model.audio_frame import SAMPLE_RATE
from ..model.recording import MarkName, RecordingMark
from .replay import Line

CLASS_COLOURS = {"silence": "#d9d9d9", "tone": "#e6a817", "music": "#7b6fd0", "speech": "#2a9d5c"}
_SCORE_COLOURS = {**CLASS_COLOURS, "speech_over_music": "#7fb8c9"}
_SCORE_ORDER = ("silence", "tone", "music", "speech_over_music", "speech")
_STATE_COLOURS = {"ivr": "#9aa5b1", "hold": "#7b6fd0", "candidate": "#f2a65a", "human": "#c0392b", "ended": "#404040"}
_POINTS = 3000
_BLOCK_S = 0.1
_SPECTRUM_S = 1200.0
"""Longer calls are drawn without their spectrum: nothing could be seen in it."""
_LETTER_SHARE = 0.0065
"""Of the picture's width; a state with less room than its reason's letters goes without."""
_MARKS = {
    MarkName.ANSWERED: ("answered", "#1f6feb"),
    MarkName.SPEAKING: ("we speak", "#b35900"),
    MarkName.KEYS: ("keys", "#000000"),
    MarkName.PAUSED: ("not kept", "#888888"),
}


def draw(
    samples: NDArray[np.int16],
    lines: Sequence[Line],
    path: Path,
    marks: Sequence[RecordingMark] = (),
    *,
    title: str = "",
    size: tuple[float, float] = (14.0, 7.0),
) -> None:
    """Draw ``samples`` (8 kHz) and what was heard in them into an image file; its suffix names the format.

    Raises:
        ValueError: an image format that is not known.
        OSError: the file cannot be written.
    """
    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415 - after the choice of the backend

    seconds = max(len(samples) / SAMPLE_RATE, _BLOCK_S)
    figure, (wave, spectrum, score, strip, states) = plt.subplots(
        5, 1, sharex=True, figsize=size, height_ratios=(1.6, 2.2, 1.8, 0.4, 0.9), layout="constrained"
    )
    try:
        _draw_wave(wave, samples, seconds)
        _draw_marks(wave, marks)
        _draw_spectrum(spectrum, samples, seconds)
        _draw_score(score, lines)
        _draw_strip(strip, lines)
        _draw_states(states, lines, seconds)
        states.set_xlim(0, seconds)
        states.set_xlabel("seconds of audio")
        if title:
            figure.suptitle(title, fontsize=11)
        figure.savefig(path, dpi=100)
    finally:
        plt.close(figure)


def _draw_wave(axes: mpl.axes.Axes, samples: NDArray[np.int16], seconds: float) -> None:
    piece = max(1, len(samples) // _POINTS)
    pieces = samples[: len(samples) // piece * piece].reshape(-1, piece) / 32768
    times = np.linspace(0, seconds, len(pieces))
    axes.fill_between(times, pieces.min(axis=1), pieces.max(axis=1), color="#404040", linewidth=0)
    axes.set_ylabel("waveform")
    axes.set_yticks([])


def _draw_marks(axes: mpl.axes.Axes, marks: Sequence[RecordingMark]) -> None:
    drawn: set[str] = set()
    for mark in marks:
        if mark.name in _MARKS:
            label, colour = _MARKS[mark.name]
            axes.axvline(mark.t_s, color=colour, linewidth=0.9, linestyle="--", label=None if label in drawn else label)
            drawn.add(label)
    if drawn:
        _legend(axes)


def _draw_spectrum(axes: mpl.axes.Axes, samples: NDArray[np.int16], seconds: float) -> None:
    axes.set_ylabel("kHz")
    if seconds > _SPECTRUM_S or len(samples) < 512:
        axes.text(
            0.5, 0.5, "no spectrum of so long or short a call", ha="center", va="center", transform=axes.transAxes
        )
        return
    hop = max(128, len(samples) // _POINTS)
    starts = np.arange(0, len(samples) - 255, hop)
    windows = samples[starts[:, None] + np.arange(256)] * np.hanning(256)
    power = 20 * np.log10(np.abs(np.fft.rfft(windows, axis=1)) + 1.0)
    axes.imshow(
        power.T,
        origin="lower",
        aspect="auto",
        cmap="magma",
        extent=(0, starts[-1] / SAMPLE_RATE + 0.016, 0, SAMPLE_RATE / 2000),
        vmin=float(np.percentile(power, 30)),
        vmax=float(power.max()) + 1.0,
        interpolation="nearest",
    )


def _draw_score(axes: mpl.axes.Axes, lines: Sequence[Line]) -> None:
    frames = [line for line in lines if line.kind == "frame" and "speech" in line.cues]
    axes.set_ylabel("score")
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.5, 1])
    if not frames:
        return
    step = max(1, len(frames) // _POINTS)
    count = len(frames) // step * step
    times = np.array([line.t - _BLOCK_S for line in frames[:count:step]])
    rows = [
        np.array([line.cues[name] for line in frames[:count]]).reshape(-1, step).mean(axis=1) for name in _SCORE_ORDER
    ]
    colours = [_SCORE_COLOURS[name] for name in _SCORE_ORDER]
    axes.stackplot(times, rows, colors=colours, labels=[name.replace("_", " ") for name in _SCORE_ORDER], step="post")
    _legend(axes)


def _draw_strip(axes: mpl.axes.Axes, lines: Sequence[Line]) -> None:
    frames = [line for line in lines if line.kind == "frame"]
    for label, colour in CLASS_COLOURS.items():
        spans = [(line.t - _BLOCK_S, _BLOCK_S) for line in frames if line.values["label"] == label]
        axes.broken_barh(spans, (0, 1), color=colour, linewidth=0)
    axes.set_yticks([])
    axes.set_ylim(0, 1)
    axes.set_ylabel("class", rotation=0, ha="right", va="center")


def _draw_states(axes: mpl.axes.Axes, lines: Sequence[Line], seconds: float) -> None:
    changes = [line for line in lines if line.kind == "state"]
    ends = [line.t for line in changes[1:]] + [seconds]
    drawn: set[str] = set()
    for line, end in zip(changes, ends, strict=True):
        state = str(line.values["state"])
        width = max(end - line.t, seconds / 500)
        colour = _STATE_COLOURS[state]
        axes.broken_barh([(line.t, width)], (0, 0.55), color=colour, label=None if state in drawn else state)
        drawn.add(state)
        text = str(line.values["reason"]).replace("_", " ")
        if width >= len(text) * seconds * _LETTER_SHARE:
            axes.text(line.t + width / 2, 0.27, text, ha="center", va="center", fontsize=7, color="white")
    for names, t in _tones(lines, seconds):
        axes.plot(t, 0.72, "v", color="black", markersize=4)
        side = "left" if t < seconds * 0.05 else "center"
        axes.text(t, 0.82, " ".join(names), ha=side, va="bottom", fontsize=7)
    axes.set_ylim(0, 1.15)
    axes.set_yticks([])
    axes.set_ylabel("state")
    if drawn:
        _legend(axes)


def _tones(lines: Sequence[Line], seconds: float) -> list[tuple[list[str], float]]:
    """Names of tones and their time, those too close for a name of their own together."""
    groups: list[tuple[list[str], float]] = []
    for line in lines:
        if line.kind == "tone":
            name = str(line.values["name"]).removeprefix("dtmf:")
            if groups and line.t - groups[-1][1] < seconds * 0.05:
                if len(name) == 1 or groups[-1][0][-1] != name:
                    groups[-1][0].append(name)
            else:
                groups.append(([name], line.t))
    return groups


def _legend(axes: mpl.axes.Axes) -> None:
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, fontsize=8)
