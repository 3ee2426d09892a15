"""The picture of an analysis: waveform, classes as a coloured strip, states. Needs matplotlib."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray

from ..model.audio_frame import SAMPLE_RATE

if TYPE_CHECKING:
    from .replay import Line

_COLOURS = {"silence": "#d9d9d9", "tone": "#e6a817", "music": "#7b6fd0", "speech": "#2a9d5c"}
_LEVELS = ("ivr", "hold", "candidate", "human", "ended")
_POINTS = 3000
_STRIP_S = 0.1


def draw(samples: NDArray[np.int16], lines: Sequence[Line], path: Path) -> None:
    """Draw ``samples`` (8 kHz) and what was heard in them into an image file; its suffix names the format.

    Raises:
        ValueError: an image format that is not known.
        OSError: the file cannot be written.
    """
    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415 - after the choice of the backend

    seconds = len(samples) / SAMPLE_RATE
    figure, (wave, strip, states) = plt.subplots(
        3, 1, sharex=True, figsize=(14, 5), height_ratios=(3, 0.5, 1.6), layout="constrained"
    )
    try:
        _draw_wave(wave, samples, seconds)
        _draw_strip(strip, lines)
        _draw_states(states, lines, seconds)
        states.set_xlim(0, seconds)
        states.set_xlabel("seconds")
        figure.savefig(path, dpi=110)
    finally:
        plt.close(figure)


def _draw_wave(axes: mpl.axes.Axes, samples: NDArray[np.int16], seconds: float) -> None:
    piece = max(1, len(samples) // _POINTS)
    pieces = samples[: len(samples) // piece * piece].reshape(-1, piece) / 32768
    times = np.linspace(0, seconds, len(pieces))
    axes.fill_between(times, pieces.min(axis=1), pieces.max(axis=1), color="#404040", linewidth=0)
    axes.set_ylabel("waveform")


def _draw_strip(axes: mpl.axes.Axes, lines: Sequence[Line]) -> None:
    frames = [line for line in lines if line.kind == "frame"]
    for label, colour in _COLOURS.items():
        spans = [(line.t - _STRIP_S, _STRIP_S) for line in frames if line.values["label"] == label]
        axes.broken_barh(spans, (0, 1), color=colour, label=label, linewidth=0)
    for line in lines:
        if line.kind == "tone":
            axes.axvline(line.t, color="black", linewidth=0.6)
    axes.set_yticks([])
    axes.set_ylabel("class")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.4), frameon=False)


def _draw_states(axes: mpl.axes.Axes, lines: Sequence[Line], seconds: float) -> None:
    changes = [line for line in lines if line.kind == "state"]
    times = [line.t for line in changes]
    heights = [_LEVELS.index(str(line.values["state"])) for line in changes]
    if changes:
        axes.step([*times, max(seconds, times[-1])], [*heights, heights[-1]], where="post", color="#b3261e")
    axes.set_yticks(range(len(_LEVELS)), _LEVELS)
    axes.set_ylim(-0.5, len(_LEVELS) - 0.5)
    axes.set_ylabel("state")
    axes.grid(axis="y", linewidth=0.3)
