"""MSISDNs made up for tests, benches and samples: each is one that intake takes, none is typed in by hand.

Whoever needs many numbers counts, and gets the n-th of a country here. Formatting a count into the digits
behind a prefix gives numbers that do not exist (+1 910 083 4047: no exchange begins with 0).
"""

from __future__ import annotations

from chalicelib.intake.zones import AREA_CODES

CHINESE = tuple(f"+86{front}" for front in range(139, 129, -1))  # mobile prefixes, each with 8 digits behind
SAMPLE_CHINESE = "+86169"  # allotted to no operator, so nobody's phone
EXCHANGE = "555"  # of North America; its numbers reach nobody
AREAS = AREA_CODES["America/Chicago"].split()
COUNTS = {"86": len(CHINESE) * 10**8, "1": len(AREAS) * 10**4}  # how many numbers there are by calling code


def msisdn(n: int, country: str = "86") -> str:
    """The `n`-th number of a calling code, from 0; another for every n. Raises ValueError past `COUNTS`."""
    if not 0 <= n < COUNTS[country]:
        raise ValueError(f"there are {COUNTS[country]} numbers of +{country} here, and no number {n}")
    if country == "86":
        return f"{CHINESE[n // 10**8]}{n % 10**8:08d}"
    return north_american(AREAS[n // 10**4], n % 10**4)


def sample_chinese(n: int) -> str:
    """The `n`-th (0 to 99,999,999) of the Chinese numbers that no operator has."""
    return f"{SAMPLE_CHINESE}{n:08d}"


def north_american(area: str, n: int) -> str:
    """The `n`-th (0 to 9,999) of an area's numbers that reach nobody."""
    return f"+1{area}{EXCHANGE}{n:04d}"
