"""Cut the recorded clips of the hearing's tests (tests/data/clips) from the telephone hold corpus, with their attribution.

    python bench/clips.py [--sources ../shared/corpus/sources]

Only clips of a stated free licence are taken. mu-law at 8 kHz, unchanged but for the cut; ``-gsm`` and ``-amr`` (5.9 kbit/s)
have been through that codec. Needs ``sox`` with gsm and amr-nb.
"""

import argparse
import csv
from pathlib import Path
import subprocess
import sys

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests/data/clips"
CLIPS = (
    ("prompt-en", "d00153", 0.0, 7.0, ("gsm", "amr")),
    ("prompt-es", "d00261", 0.0, 7.0, ()),
    ("prompt-fr", "d00344", 0.0, 7.0, ()),
    ("prompt-it", "d00420", 0.0, 7.0, ()),
    ("person-agent", "d01179", 127.8, 7.0, ()),
    ("person-reader", "d01985", 0.0, 7.0, ()),
    ("person-libri", "d01431", 0.0, 7.0, ("gsm",)),
    ("person-radio", "d01962", 0.0, 7.0, ()),
    ("people-meeting", "d01228", 3.0, 6.0, ()),
    ("sung-folk", "d00100", 40.0, 12.0, ("gsm",)),
    ("sung-rock", "d00102", 40.0, 12.0, ()),
    ("music-orchestra", "d00095", 0.0, 25.0, ("gsm",)),
    ("music-ambient", "d00088", 20.0, 10.0, ()),
    ("music-robot", "d00089", 20.0, 10.0, ()),
    ("music-trumpet", "d00099", 0.0, 3.2, ()),
    ("noise-kitchen", "d02028", 5.0, 6.0, ()),
    ("noise-machine", "d02023", 5.0, 6.0, ()),
)
"""Name, the corpus's clip, begin and length in seconds, codecs of further versions."""
_CODECS = {"gsm": ("gsm",), "amr": ("amr-nb", "-C", "2")}
_RAW = ("-t", "raw", "-r", "8000", "-e", "signed", "-b", "16", "-c", "1", "-")
_HEAD = """# Recorded clips for the tests of the hearing

Real voices, music and noise, 8 kHz mu-law, made by `bench/clips.py` from the sources below; cut, levelled and resampled, otherwise
unchanged (`-gsm`, `-amr`: sent through that codec). Each clip keeps the licence of its source, as stated there; share-alike clips
may be passed on under the same licence only. They are used by tests and are no part of what is installed.

| Clip | Source | Original | Licence as stated |
| --- | --- | --- | --- |
"""


def _sox(sound: bytes, *arguments: str) -> bytes:
    return subprocess.run(["sox", "-D", *arguments], input=sound, check=True, capture_output=True).stdout


def main() -> int:
    """Write clips and attribution; 1 where the corpus is not there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=Path, default=ROOT.parent / "shared/corpus/sources")
    args = parser.parse_args()
    if not (args.sources / "manifest.csv").exists():
        print("clips: the telephone hold corpus is not there", file=sys.stderr)
        return 1
    with (args.sources / "manifest.csv").open(newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    FOLDER.mkdir(parents=True, exist_ok=True)
    lines = []
    for name, clip, begin, length, codecs in CLIPS:
        row = rows[clip]
        if row["licence_class"] != "open":
            raise ValueError(f"{clip} has no free licence")
        sound = _sox(b"", str(args.sources / row["path"]), *_RAW, "trim", str(begin), str(length))
        for codec in ("", *codecs):
            heard = (
                _sox(_sox(sound, *_RAW, "-t", *_CODECS[codec], "-"), "-t", _CODECS[codec][0], "-", *_RAW)
                if codec
                else sound
            )
            path = FOLDER / f"{name}{'-' if codec else ''}{codec}.wav"
            path.write_bytes(_sox(heard, *_RAW, "-t", "wav", "-e", "mu-law", "-"))
        original = " ".join(filter(None, (row["tag"], row["speaker"], row["language"])))
        lines.append(f"| {name} | {row['source']} | {original} | {row['licence']} |")
    (FOLDER / "ATTRIBUTION.md").write_text(_HEAD + "\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
