"""Package the service for one stage: a CloudFormation template and a zip, for AWS and the local run alike.

`chalice package` reads app.py and writes the template; the zip is put together here, because the
one Chalice makes carries botocore (21 of its 28 MB, and the Lambda runtime has it), compiled files
of whoever ran last, and today's time on every entry. The same input gives the same bytes.

Everything is compiled here: a function's folder is read-only on Lambda, so Python would compile all it
imports at every cold start (docs/decisions/package-without-the-sdk.md).

    python -m local.package --stage prod --region eu-north-1
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from chalicelib.i18n.problems import placed
from chalicelib.intake.regions import PACKED, SOURCE, places_of
from chalicelib.intake.values import BadField
from local import messages
from local.regions import LACKING, OTHERWISE, PARTS_OF
from local.resources import rights
from local.template import TemplateError, finished, stage_values, whole

ROOT = Path(__file__).resolve().parent.parent
STAGES = ("dev", "prod")

# What the Lambda runtime for Python carries itself: the SDK and what the SDK needs.
RUNTIME_HAS = frozenset(
    {"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "python_dateutil", "six", "urllib3"}
)
# Files that no function reads: service numbers such as 112 of each country, a tenth of the zip.
UNREAD = ("phonenumbers/shortdata/region_",)
# Written by pip on this machine; says nothing that a function reads.
PIP_LEAVINGS = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"})
WHEEL_PLATFORM = {"arm64": "manylinux2014_aarch64", "x86_64": "manylinux2014_x86_64"}
PYTHON = "{}.{}".format(*sys.version_info)  # Chalice names the runtime after the Python it runs on
MERGED = ".chalice/joined.json"  # the template's parts as one, for Chalice to merge
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip entry can have


class PackageError(Exception):
    """Packaging failed; the text says what to do."""


@dataclass(frozen=True)
class Package:
    """What is deployed: `template` (CloudFormation JSON with SAM), `code` (the zip) and its S3 `key`."""

    stage: str
    template: Path
    code: Path
    key: str

    @property
    def size(self) -> int:
        """Bytes of the zip."""
        return self.code.stat().st_size


def build(
    stage: str,
    root: Path = ROOT,
    out: Path | None = None,
    region: str = "",
    gateway: str = "",
    identity: str = "",
) -> Package:
    """Package the project at `root` into `out` (default `.local/package/<stage>`), replacing what was there.

    What `region` has no types for stays out, what only other gateways than `gateway` need, and with the
    `identity` "oidc" the user pool; without them nothing does. Raises PackageError when Chalice or pip
    refuse, with what they said, or the template's parts do not fit.
    """
    out = out or root / ".local" / "package" / stage
    out.mkdir(parents=True, exist_ok=True)
    config = json.loads((root / ".chalice" / "config.json").read_text())
    architecture = setting(config, stage, "lambda_architecture", "x86_64")
    dependencies = install_dependencies(root / "requirements.txt", architecture, root / ".local" / "wheels")
    template, files = chalices_part(root, stage, replaced(region, identity), only_for_others(gateway))
    files.update(catalogues(root))
    files.update(regions(root))
    files.update(shipped(dependencies))
    files.update(compiled(files))
    code = out / "ringback.zip"
    write_zip(code, files)
    key = f"ringback/{hashlib.sha256(code.read_bytes()).hexdigest()[:20]}.zip"
    template_file = out / "template.json"
    try:
        template = finished(template, stage, key, stage_values(root)[stage])
    except TemplateError as error:
        raise PackageError(str(error)) from error
    template_file.write_text(json.dumps(template, indent=1, ensure_ascii=False) + "\n")
    return Package(stage, template_file, code, key)


def lacking(region: str) -> tuple[str, ...]:
    """The parts that `region` does without; none for "". Raises PackageError for one that is not offered."""
    if region and region not in LACKING:
        raise PackageError(f"region {region!r} is not offered; these are: {', '.join(LACKING)}")
    return LACKING.get(region, ())


def replaced(region: str, identity: str) -> tuple[str, ...]:
    """The parts that something else takes the place of, or nothing: by region and by who signs people in."""
    return tuple(dict.fromkeys((*lacking(region), *OTHERWISE.get(identity, ()))))


def only_for_others(gateway: str) -> tuple[str, ...]:
    """The parts that gateways other than this one need; none for "", which may use all of them."""
    return tuple(part for name, parts in PARTS_OF.items() if gateway not in ("", name) for part in parts)


def chalices_part(
    root: Path, stage: str, without: Collection[str] = (), dropped: Collection[str] = ()
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What `chalice package` makes of the project at `root`: the template with our parts merged, and the
    files of its zip. Raises PackageError."""
    with tempfile.TemporaryDirectory(prefix="ringback-package-") as scratch:
        project = stage_project(root, Path(scratch) / "project")
        write_parts(root, project, without, dropped)
        made = run_chalice(project, stage, Path(scratch) / "made")
        with zipfile.ZipFile(made / "deployment.zip") as chalice_zip:
            files = {name: chalice_zip.read(name) for name in chalice_zip.namelist()}
        return json.loads((made / "sam.json").read_text()), files


def setting(config: dict[str, Any], stage: str, name: str, default: str) -> str:
    """A setting of `.chalice/config.json`: the stage's own, else the project's, else `default`."""
    of_stage = config.get("stages", {}).get(stage)
    if of_stage is None:
        stages = ", ".join(sorted(config.get("stages", {})))
        raise PackageError(f"stage {stage!r} is not in .chalice/config.json, which has: {stages}")
    return str(of_stage.get(name, config.get(name, default)))


def stage_project(root: Path, project: Path) -> Path:
    """A clean copy of what Chalice reads: no compiled files, no cached packages, no dependencies.

    Chalice caches packages by a hash of the contents without the names, so it never gets to see an
    old one; its requirements are empty because `install_dependencies` does that part.
    """
    unwanted = shutil.ignore_patterns("__pycache__", "*.pyc", "*.po", "*.mo", ".DS_Store")
    project.mkdir(parents=True)
    shutil.copy2(root / "app.py", project / "app.py")
    shutil.copytree(root / "chalicelib", project / "chalicelib", ignore=unwanted)
    if (root / "vendor").is_dir():
        shutil.copytree(root / "vendor", project / "vendor", ignore=unwanted)
    shutil.copytree(root / ".chalice", project / ".chalice", ignore=shutil.ignore_patterns("deployments"))
    (project / "requirements.txt").write_text("")
    return project


def write_parts(root: Path, project: Path, without: Collection[str], dropped: Collection[str]) -> None:
    """What Chalice merges, into `project`: the parts but those `without` and `dropped`, and the functions'
    policies. Raises PackageError when the parts do not fit."""
    try:
        parts = whole(root, without, dropped)
    except TemplateError as error:
        raise PackageError(str(error)) from error
    (project / MERGED).write_text(json.dumps(parts))
    for name, document in rights.policies(parts["Resources"]):
        (project / ".chalice" / name).write_text(json.dumps(document))


def run_chalice(project: Path, stage: str, out: Path) -> Path:
    """`chalice package` in `project`; `out` then holds `sam.json` and `deployment.zip`."""
    chalice = Path(sys.executable).parent / "chalice"
    command = [str(chalice), "package", "--stage", stage, "--merge-template", MERGED]
    # Chalice needs a region and nothing else; a RINGBACK_ variable of this shell must not leak into app.py.
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("RINGBACK_", "PYTHON"))}
    environment |= {"AWS_DEFAULT_REGION": "us-east-1", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*command, str(out)], cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise PackageError(f"chalice package failed:\n{done.stdout}{done.stderr}".rstrip())
    return out


def install_dependencies(requirements: Path, architecture: str, cache: Path) -> Path:
    """The folder with what `requirements` names, as wheels for `architecture` ("arm64" | "x86_64").

    It is kept in `cache` under a hash of the file and the architecture, so this is paid once.
    """
    if architecture not in WHEEL_PLATFORM:
        known = " or ".join(sorted(WHEEL_PLATFORM))
        raise PackageError(f"lambda_architecture is {architecture!r} in .chalice/config.json; use {known}")
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    folder = cache / f"{architecture}-py{PYTHON}-{digest}"
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=cache))
    done = subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--no-compile",
            ),
            *("--target", str(fresh), "--implementation", "cp", "--python-version", PYTHON),
            *("--platform", WHEEL_PLATFORM[architecture], "--only-binary", ":all:", "-r", str(requirements)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        shutil.rmtree(fresh)
        raise PackageError(f"pip could not fetch what {requirements.name} names:\n{done.stderr}".rstrip())
    try:
        fresh.rename(folder)
    except OSError:  # somebody else was faster
        shutil.rmtree(fresh)
    return folder


def catalogues(root: Path) -> dict[str, bytes]:
    """The catalogues of words as gettext reads them, by name in the zip; their sources do not ship."""
    folder = root / messages.FOLDER.relative_to(messages.ROOT)
    return {
        messages.path_of(language, folder).with_suffix(".mo").relative_to(root).as_posix(): messages.compiled(
            messages.read(language, folder)
        )
        for language in messages.languages(folder)
    }


def regions(root: Path) -> dict[str, bytes]:
    """The operator's cities and counties as functions read them, by name in the zip. Raises PackageError
    for a file that is none: intake would not run with it."""
    try:
        places_of(root)
    except BadField as bad:
        raise PackageError(f"{SOURCE}: {placed(bad.problem, 'en')}") from bad
    written = root / SOURCE
    if not written.is_file():
        return {}
    document = yaml.safe_load(written.read_text(encoding="utf-8"))
    return {PACKED: json.dumps(document, ensure_ascii=False, default=str).encode()}


def shipped(dependencies: Path) -> Iterator[tuple[str, bytes]]:
    """Name in the zip and contents of each file of `dependencies` that a function needs and Lambda lacks."""
    for path in dependencies.rglob("*"):
        name = path.relative_to(dependencies)
        top = name.parts[0].split("-")[0].removesuffix(".py")
        if path.is_dir() or top in RUNTIME_HAS or top == "bin" or "__pycache__" in name.parts:
            continue
        if name.as_posix().startswith(UNREAD):
            continue
        if name.parts[0].endswith(".dist-info") and name.name in PIP_LEAVINGS:
            continue
        yield name.as_posix(), path.read_bytes()


def compiled(files: dict[str, bytes]) -> dict[str, bytes]:
    """The byte code of the Python files among `files`, for this Python's version, by name in the zip.

    Python uses it without looking at the source's time (which a zip loses), and compiles the source
    itself where the runtime's version is another. One process with one hash seed: the same bytes each time.
    """
    with tempfile.TemporaryDirectory(prefix="ringback-compile-") as scratch:
        for name, content in files.items():
            if name.endswith(".py"):
                path = Path(scratch) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        command = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
        command += ["-s", scratch, "-p", "/var/task", scratch]
        done = subprocess.run(
            command,
            env={"PYTHONHASHSEED": "0", "PATH": os.environ.get("PATH", "")},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise PackageError(f"a Python file does not compile:\n{done.stdout}{done.stderr}".rstrip())
        return {
            path.relative_to(scratch).as_posix(): path.read_bytes() for path in Path(scratch).rglob("*.pyc")
        }


def write_zip(path: Path, files: dict[str, bytes]) -> None:
    """Write `files` so that the bytes depend on nothing but `files`: sorted, one time, one mode."""
    fresh = path.with_suffix(f".{os.getpid()}.part")  # two runs may package at the same time
    with zipfile.ZipFile(fresh, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, so that the mode below counts
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, files[name], compresslevel=9)
    fresh.replace(path)


def choices(parser: argparse.ArgumentParser) -> None:
    """What a package may be made for, beside its stage and region."""
    parser.add_argument(
        "--gateway", choices=tuple(PARTS_OF), default="", help="leave out what only others need"
    )
    parser.add_argument(
        "--identity", choices=tuple(OTHERWISE), default="", help="oidc: another issuer, no user pool"
    )


def main() -> None:
    """`make package STAGE=...`."""
    parser = argparse.ArgumentParser(description="package the service for AWS and for the local run")
    parser.add_argument("--stage", choices=STAGES, default="dev")
    parser.add_argument("--region", default="", help="leave out what this region has not; default: nothing")
    choices(parser)
    parser.add_argument("--out", type=Path, help="default: .local/package/<stage>")
    arguments = parser.parse_args()
    try:
        package = build(
            arguments.stage,
            out=arguments.out,
            region=arguments.region,
            gateway=arguments.gateway,
            identity=arguments.identity,
        )
    except PackageError as error:
        raise SystemExit(f"package: {error}") from error
    print(f"{package.template}  {package.template.stat().st_size:>9,} bytes")
    print(f"{package.code}  {package.size:>9,} bytes  -> s3 key {package.key}")


if __name__ == "__main__":
    main()
