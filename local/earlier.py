"""The dev package of the project as it was before its template changed last, for updates in place."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from local.package import ROOT, Package


def before_the_last_change(folder: Path) -> Package | None:
    """That package, made in `folder` by its own packager; None where the history does not go back so far."""
    git = ["git", "-C", str(ROOT)]
    last = [*git, "log", "-1", "--format=%H", "--", ".chalice", "local/resources", "local/template.py"]
    found = subprocess.run(last, capture_output=True, text=True, check=False).stdout.strip()
    project = folder / "before"
    project.mkdir()
    archive = subprocess.run([*git, "archive", f"{found}~1"], capture_output=True, check=False)
    if not found or archive.returncode != 0:
        return None
    subprocess.run(["tar", "-x", "-C", str(project)], input=archive.stdout, check=True)
    wheels = ROOT / ".local" / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    (project / ".local").mkdir()
    (project / ".local" / "wheels").symlink_to(wheels)
    out = folder / "package"
    command = [sys.executable, "-m", "local.package", "--stage", "dev", "--out", str(out)]
    subprocess.run(command, cwd=project, check=True, capture_output=True)
    key = json.loads((out / "template.json").read_text())["Parameters"]["CodeKey"]["Default"]
    return Package("dev", out / "template.json", out / "ringback.zip", key)
