"""`python -m tests.simulation`: many seeds, a table, and the shortest history of one that fails."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Container, Iterable
from contextlib import nullcontext
from functools import partial
from multiprocessing import get_context

from tests.simulation.history import History
from tests.simulation.invariants import violations
from tests.simulation.mutations import MUTATIONS
from tests.simulation.scenario import scenario
from tests.simulation.setting import clients
from tests.simulation.world import World

SHRINK_FOR = 20.0  # seconds
Result = tuple[int, int, Counter[str], list[tuple[str, str]]]


def play(
    seed: int,
    names: Container[str] | None = None,
    faults: Container[str] | None = None,
    gateway: str = "aws",
) -> tuple[World, list[tuple[str, str]]]:
    """One run, with everything or with only the people, inputs and faults named; what is wrong with it."""
    world = World(scenario(seed, names), faults, gateway).run()
    return world, violations(History(world))


def measure(gateway: str, seed: int) -> Result:
    """A seed: texts attempted, faults by kind, violations."""
    world, wrong = play(seed, gateway=gateway)
    return seed, world.network.attempts, Counter(one.kind for one in world.plan.met), wrong


def shrink(seed: int, check: str, gateway: str) -> World:
    """The shortest run found in time in which `check` still objects: parts are left out, many at a time
    at first, then one by one."""
    world, _ = play(seed, gateway=gateway)
    parts = [*_of_the_plan(world)]
    ends = time.monotonic() + SHRINK_FOR
    size = len(parts) // 2
    while size and time.monotonic() < ends:
        at = 0
        while at < len(parts) and time.monotonic() < ends:
            fewer = parts[:at] + parts[at + size :]
            smaller = _still_fails(seed, check, fewer, gateway)
            if smaller is None:
                at += size
            else:
                world, parts = smaller, fewer
        size //= 2
    return world


def _of_the_plan(world: World) -> list[str]:
    inputs = [one.name for one in world.scenario.inputs]
    return [*sorted({one.name for one in world.plan.met}), *reversed(inputs), *world.scenario.people]


def _still_fails(seed: int, check: str, parts: list[str], gateway: str) -> World | None:
    try:
        world, wrong = play(seed, set(parts), set(parts), gateway)
    except (KeyError, IndexError, ValueError):  # what is left makes no story
        return None
    return world if any(name == check for name, _ in wrong) else None


def hunt(name: str, seeds: Iterable[int]) -> int | None:
    """How many seeds it took until a bug put in on purpose was caught; None: it was not."""
    gateway = MUTATIONS[name].gateway
    for count, seed in enumerate(seeds, 1):
        with MUTATIONS[name].put_in():
            _, wrong = play(seed, gateway=gateway)
        if wrong and not play(seed, gateway=gateway)[1]:
            return count
    return None


def _tell(seed: int, wrong: list[tuple[str, str]], gateway: str) -> None:
    print(f"seed {seed}:")
    for check, said in wrong:
        print(f"  {check}: {said}")
    world = shrink(seed, wrong[0][0], gateway)
    print(f"  shortest history found, from {world.scenario.start:%Y-%m-%d %H:%M} UTC:")
    for part in (*world.scenario.people, *world.scenario.inputs, *(one.name for one in world.plan.met)):
        print(f"    {part}")
    print(f"  replay: python -m tests.simulation --gateway {gateway} --seed {seed}")


def main() -> int:
    """Exit code: 1 when something was violated, or a bug put in on purpose was not caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, help="200, or 1000 at most until a bug put in is caught")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", type=int, help="this one only")
    parser.add_argument("--gateway", choices=("aws", "kannel"), default="aws")
    parser.add_argument("--mutation", choices=[*MUTATIONS, "all"])
    parser.add_argument("--show", type=int, default=3, help="failing seeds that are shrunk")
    asked = parser.parse_args()
    many = asked.seeds or (1000 if asked.mutation else 200)
    seeds = [asked.seed] if asked.seed is not None else range(asked.first, asked.first + many)
    with clients():
        if asked.mutation:
            missed = 0
            for name in MUTATIONS if asked.mutation == "all" else [asked.mutation]:
                took = hunt(name, seeds)
                missed += took is None
                print(f"{name:22} {MUTATIONS[name].what:45} {took or 'not caught'}", flush=True)
            return int(missed > 0)
        results: list[Result] = []
        one_seed = partial(measure, asked.gateway)
        with get_context("fork").Pool(asked.jobs) if asked.jobs > 1 else nullcontext() as pool:
            for one in pool.imap(one_seed, seeds) if pool else map(one_seed, seeds):
                results.append(one)
                if len(results) % 50 == 0:
                    print(f"\r{len(results)} of {len(seeds)} seeds", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
        kinds = sum((faults for _, _, faults, _ in results), Counter[str]())
        failing = [(seed, wrong) for seed, _, _, wrong in results if wrong]
        print(f"seeds            {len(results)}")
        print(f"texts attempted  {sum(attempts for _, attempts, _, _ in results)}")
        print(f"faults           {kinds.total()}")
        for kind, count in kinds.most_common():
            print(f"  {kind:22} {count}")
        print(f"violations       {sum(len(wrong) for _, wrong in failing)} in {len(failing)} seeds")
        for check, count in Counter(name for _, wrong in failing for name, _ in wrong).most_common():
            print(f"  {check:22} {count}")
        if failing:
            print(f"failing seeds    {' '.join(str(seed) for seed, _ in failing)}")
        for seed, wrong in failing[: asked.show]:
            _tell(seed, wrong, asked.gateway)
    return int(bool(failing))


if __name__ == "__main__":
    sys.exit(main())
