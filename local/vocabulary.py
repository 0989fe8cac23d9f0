"""Writes what the package knows of events and attributes without a catalogue, from `templates/`.

    python -m local.vocabulary

What is deployed reads no YAML: this is its copy, which `tests/intake/test_vocabulary.py` holds to the files.
"""

from __future__ import annotations

import json
from pathlib import Path

from chalicelib.campaigns.word_files import load_words
from chalicelib.intake import vocabulary
from local.package import ROOT

FILE = Path(vocabulary.__file__).with_name("vocabulary.json")


def written() -> str:
    """The file as it should be."""
    return json.dumps(load_words(ROOT / "templates"), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
    print(f"{FILE.relative_to(ROOT)}: {len(json.loads(written()))} documents")
