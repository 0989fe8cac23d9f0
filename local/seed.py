"""What a local run begins with: the templates, live, and sample subscribers.

    python -m local.seed catalogue | subscribers N

It uses the stack that RINGBACK_STACK names, as the `ringback` commands do. On AWS campaigns arrive
as drafts and a second person approves them; here the files are taken as approved.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chalicelib import clock
from chalicelib.campaigns.files import load_folder
from chalicelib.commands.place import stack
from chalicelib.store import catalogue, versions
from local.handsets.introduce import introduce
from local.package import ROOT

BY = "local run"
# Nobody trying this out waits half an hour for a survey; the templates say what ships.
LOCAL_AFTER = {"campaign#post-complaint-survey": "5s"}
RINGBACK = (sys.executable, "-m", "chalicelib.cli")


def publish(folder: Path, gateway: str = "aws") -> list[str]:
    """Make the documents of a templates folder live, but for those that a kept run has live already; texts go
    out through `gateway`.

    Returns their catalogue names. Raises BadFiles.
    """
    live = catalogue.control().live
    at = clock.iso(clock.now())
    made = {
        name: versions.save(
            name, at_local_pace(name, through(gateway, document)), by=BY, at=at, status="live"
        )
        for name, document in load_folder(folder).items()
        if name not in live
    }
    catalogue.go_live(made)
    return sorted(made)


def at_local_pace(name: str, document: Any) -> Any:
    """The document with the waits that a local run shortens."""
    if name not in LOCAL_AFTER:
        return document
    return {**document, "trigger": {**document["trigger"], "after": LOCAL_AFTER[name]}}


def through(gateway: str, document: Any) -> Any:
    """The document, in which a brand's originators use the run's gateway."""
    if not isinstance(document, Mapping) or "originators" not in document:
        return document
    return {**document, "originators": [{**one, "gateway": gateway} for one in document["originators"]]}


def import_samples(count: int, found: Mapping[str, Any]) -> None:
    """Bring `count` believable subscribers in, the way an engineer would; the same ones every day."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "samples.csv"
        with file.open("wb") as out:
            subprocess.run([*RINGBACK, "subscribers", "sample", str(count)], stdout=out, check=True)
        subprocess.run([*RINGBACK, "subscribers", "import", str(file)], check=True)
        introduce(file, found["handsets_url"])  # so that the phones have names


def main(arguments: list[str]) -> None:
    """Fill in what the command line names."""
    found = stack().local
    if found is None:
        raise SystemExit("local.seed: RINGBACK_STACK names no stack file")
    match arguments:
        case ["catalogue"]:
            gateway = found.get("gateway", "aws")
            print("live now:", ", ".join(publish(ROOT / "templates", gateway)))
        case ["subscribers", count]:
            import_samples(int(count), found)
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
