"""``hold-slayer analyze``: tell what is heard in recorded audio, or in a report of a misheard call, faster than real time."""

import argparse
from pathlib import Path
import sys

from ..audio.wav import WavError, decode_wav, read_marks, read_wav
from .replay import ENDED, Line, analyze
from .report_file import Report, ReportError, read_report

__all__ = ["ENDED", "Line", "add_parser", "analyze", "run"]


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the sub-command."""
    parser = subparsers.add_parser("analyze", help="tell what is heard in a recorded call")
    parser.add_argument(
        "file",
        metavar="FILE",
        type=Path,
        help="mono WAV (PCM16, A-law or mu-law, 8 or 16 kHz), a recording, or a report",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line, the 100 ms labels included")
    parser.add_argument("--plot", metavar="OUT.png", type=Path, help="draw waveform, classes, cues and states")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Analyze the file; 0 when it could be read; with one line on stderr 1 for a bad report, 2 for other bad input."""
    report: Report | None = None
    is_report = args.file.suffix.lower() == ".zip"
    try:
        if is_report:
            report = read_report(args.file)
            samples, marks = decode_wav(report.audio), read_marks(report.audio)
        else:
            samples, marks = read_wav(args.file), read_marks(args.file.read_bytes())
    except (ReportError, WavError, OSError) as err:
        _complain(f"{args.file}: {getattr(err, 'strerror', None) or err}")
        return 1 if is_report else 2
    if args.plot is not None and not _can_plot():
        return _complain("--plot needs matplotlib, which is not installed")
    lines: list[Line] = []
    try:
        for line in analyze(samples, marks):
            if args.json:
                print(line.as_json())
            elif line.kind != "frame":
                print(line.as_text())
            lines.append(line)
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away; nothing more to say to anybody
        return 0
    if report is not None:
        print(
            f"hold-slayer: {report.compare([line.as_json() for line in lines if line.kind != 'frame'])}",
            file=sys.stderr,
        )
    if args.plot is not None:
        from .analysis_plot import draw  # noqa: PLC0415 - matplotlib takes a second to load and is wanted only here

        try:
            draw(samples, lines, args.plot, marks)
        except (OSError, ValueError) as err:
            return _complain(f"{args.plot}: {err}")
    return 0


def _can_plot() -> bool:
    from importlib.util import find_spec  # noqa: PLC0415 - only for --plot

    return find_spec("matplotlib") is not None


def _complain(message: str) -> int:
    print(f"hold-slayer: {' '.join(message.split())}", file=sys.stderr)
    return 2
