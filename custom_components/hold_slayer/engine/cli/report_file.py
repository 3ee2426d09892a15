"""The file of a report: one ZIP (PKWARE APPNOTE 6.3) with the sound of a call and what was heard in it.

    report.json    format, versions, how the call ended, settings without anything private
    audio.wav      the far end, 8 kHz PCM16, with the marks of the recording
    cues.jsonl     per 100 ms: class, level, score, repeat
    verdicts.jsonl states and tones as ``analyze --json`` prints them
    strip.json     the strip of the call
    events.jsonl   what the history says happened; words only when the user has said so

Reading trusts nothing: names, sizes and kinds are checked before anything is unpacked, and nothing is written to the disk.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
import json
from pathlib import Path
import zipfile
import zlib

FORMAT = "hold-slayer-report"
VERSION = 1
REPORT, AUDIO, CUES, VERDICTS, STRIP, EVENTS = (
    "report.json", "audio.wav", "cues.jsonl", "verdicts.jsonl", "strip.json", "events.jsonl",
)  # fmt: skip
_MOST_BYTES = {REPORT: 1 << 20, AUDIO: 512 << 20, CUES: 128 << 20, VERDICTS: 32 << 20, STRIP: 1 << 20, EVENTS: 32 << 20}
"""Four hours fit with room to spare; what is larger is no report."""
_NEEDED = (REPORT, AUDIO, VERDICTS)


class ReportError(ValueError):
    """The file is no report that can be read; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class Report:
    """What is needed to hear a report again."""

    about: Mapping[str, object]
    audio: bytes
    verdicts: tuple[str, ...]
    """Lines of JSON as they were when the report was made."""

    def compare(self, lines: Sequence[str]) -> str:
        """Say in one sentence whether ``lines`` are what the report says."""
        if tuple(lines) == self.verdicts:
            return f"the replay gives the same {len(lines)} states and tones as the report"
        pairs = zip(lines, self.verdicts, strict=False)
        first = next(
            (number for number, (new, old) in enumerate(pairs, 1) if new != old),
            min(len(lines), len(self.verdicts)) + 1,
        )
        made_by = str(self.about.get("hold_slayer", "an unknown version"))[:40]
        return f"the replay differs from the report (made by {made_by}) from its state or tone {first} on"


def write_report(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a report; the file appears whole or not at all.

    Raises:
        OSError: it cannot be written, or is there already (`FileExistsError`).
    """
    if path.exists():
        raise FileExistsError(17, "the file exists already", str(path))
    part = path.with_name(path.name + ".part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)


def read_report(path: Path) -> Report:
    """Read and check a report.

    Raises:
        ReportError: no ZIP, damaged, not a report, larger than a report can be, or of a newer version.
        OSError: the file cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            files = {info.filename: _unpack(archive, info) for info in _checked(archive)}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError) as err:
        raise ReportError(f"not a ZIP file that can be read ({err})") from None
    about = _about(files[REPORT])
    verdicts = tuple(files[VERDICTS].decode("utf-8", "replace").splitlines())
    return Report(about, files[AUDIO], verdicts)


def _checked(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    infos = archive.infolist()
    names = [info.filename for info in infos]
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise ReportError(f"not a report of Hold Slayer: {missing[0]} is missing")
    if len(set(names)) != len(names) or not set(names) <= _MOST_BYTES.keys():
        raise ReportError("not a report of Hold Slayer: there is more in it than belongs there")
    for info in infos:
        if info.file_size > _MOST_BYTES[info.filename]:
            raise ReportError(f"{info.filename} would be {info.file_size >> 20} MB: that is no report")
        if info.flag_bits & 1:
            raise ReportError("the file is encrypted")
    return infos


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Unpack, never more than the kind allows, whatever the directory of the file says."""
    limit = _MOST_BYTES[info.filename]
    with archive.open(info) as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise ReportError(f"{info.filename} is larger than a report can be")
    return content


def _about(content: bytes) -> Mapping[str, object]:
    try:
        about = json.loads(content)
    except ValueError:
        raise ReportError("not a report of Hold Slayer: report.json cannot be read") from None
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise ReportError("not a report of Hold Slayer: report.json is something else")
    version = about.get("version")
    if not isinstance(version, int) or version > VERSION:
        raise ReportError("the report was made by a newer version of Hold Slayer")
    return about
