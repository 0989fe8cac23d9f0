"""Writes the contract of what ships to docs/api/.

    python -m local.contract

`tests/intake/test_contract.py` holds the files to it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from chalicelib.intake import contract
from chalicelib.intake.vocabulary import shipped
from local.package import ROOT

FOLDER = ROOT / "docs" / "api"


def written() -> Mapping[Path, str]:
    """Each file as it should be."""
    documents = {
        "asyncapi.json": contract.asyncapi(shipped()),
        "openapi.json": contract.openapi(shipped()),
    }
    return {
        FOLDER / name: json.dumps(one, ensure_ascii=False, indent=1) + "\n" for name, one in documents.items()
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for path, text in written().items():
        path.write_text(text, encoding="utf-8")
        print(f"{path.relative_to(ROOT)}: {len(text):,} characters")
