"""Check the packaged templates of both stages: our rules, cfn-lint for every region that is offered, and
checkov against the table of what is accepted.

    python -m local.check_template

The table is in docs/decisions/checkov.md. A finding that it does not list fails, and so does a line of it
that nothing finds any more.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from local import template_rules
from local.package import ROOT, STAGES, PackageError, build
from local.regions import alike

ACCEPTED = ROOT / "docs" / "decisions" / "checkov.md"
FARGATE = ROOT / "deploy" / "kannel" / "fargate.yaml"
CHECKOV = ROOT / ".checkov" / "bin" / "checkov"
_ROW = re.compile(r"^\| (CKV\w+) \| ([\w ]+) \| (.+) \|$", re.MULTILINE)

Finding = tuple[str, str]
"""Checkov's check id and the resource's logical id."""


def accepted(table: str) -> set[Finding]:
    """What the Markdown `table` accepts: rows of a check, its resources and the reason."""
    return {(check, one) for check, resources, _ in _ROW.findall(table) for one in resources.split()}


def compared(found: Iterable[Finding], listed: Iterable[Finding]) -> list[str]:
    """What is wrong, a line each: findings that are not listed, and lines that are not found."""
    found, listed = set(found), set(listed)
    news = [f"{check} {one}: mend it, or list it with a reason" for check, one in sorted(found - listed)]
    stale = [f"{check} {one}: listed, but found no more" for check, one in sorted(listed - found)]
    return news + stale


def checkov(template: Path) -> set[Finding]:
    """What checkov finds in `template`. Raises RuntimeError when it does not run."""
    command = [str(CHECKOV), "--file", str(template), "--framework", "cloudformation", "--output", "json"]
    done = subprocess.run(
        [*command, "--quiet", "--skip-download", "--skip-results-upload"],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        results = json.loads(done.stdout)["results"]
    except (ValueError, KeyError) as error:
        raise RuntimeError(f"checkov did not run: {done.stdout[-500:]}{done.stderr[-1500:]}") from error
    broken = [(str(path), "cannot be read") for path in results.get("parsing_errors", [])]
    return {(one["check_id"], one["resource"].rpartition(".")[2]) for one in results["failed_checks"]} | set(
        broken
    )


def cfn_lint(template: Path, regions: Iterable[str] = ("us-east-1",)) -> list[str]:
    """What cfn-lint says of `template` in `regions`, warnings too; empty when all is well."""
    command = [str(Path(sys.executable).parent / "cfn-lint"), "--format", "parseable"]
    command += ["--regions", *regions, "--", str(template)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = (done.stdout + done.stderr).strip().splitlines()
    return said or ([f"cfn-lint ended with {done.returncode}"] if done.returncode else [])


def regions_lint(stage: str, out: Path) -> list[str]:
    """What cfn-lint says of the stage's templates in the regions they are for; `out` is written to."""
    problems: list[str] = []
    for lacking, regions in alike().items():
        linted = cfn_lint(build(stage, out=out, region=regions[0]).template, regions)
        print(f"{stage} without {', '.join(lacking) or 'nothing'}: {len(linted)} of cfn-lint in", *regions)
        problems += linted
    return problems


def main() -> None:
    """`make template`."""
    problems: list[str] = []
    found: set[Finding] = set()
    for stage in STAGES:
        try:
            template = build(stage).template
            if stage == STAGES[-1]:  # stages differ in the defaults of parameters alone
                with tempfile.TemporaryDirectory(prefix="ringback-template-") as scratch:
                    problems += regions_lint(stage, Path(scratch))
            else:
                problems += cfn_lint(template)
        except PackageError as error:
            raise SystemExit(f"template: {error}") from error
        broken = template_rules.problems(json.loads(template.read_text()), template_rules.released_tables())
        here = checkov(template)
        print(f"{stage}: {len(broken)} of our rules, {len(here)} of checkov")
        problems += broken
        found |= here
    with tempfile.TemporaryDirectory(prefix="ringback-template-") as scratch:
        alone = build("prod", out=Path(scratch), region="cn-north-1", gateway="kannel").template
        problems += cfn_lint(alone, ("cn-north-1", "cn-northwest-1"))
    problems += cfn_lint(FARGATE, ("us-east-1", "cn-north-1"))
    found |= checkov(FARGATE)
    listed = accepted(ACCEPTED.read_text(encoding="utf-8"))
    problems += compared(found, listed)
    print(f"checkov: {len(found & listed)} accepted with a reason, {len(found - listed)} not")
    if problems:
        raise SystemExit("\n".join(problems))


if __name__ == "__main__":
    main()
