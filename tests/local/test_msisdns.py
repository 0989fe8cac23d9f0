"""Whatever makes a number up makes one that intake takes."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.intake.msisdn import e164
from chalicelib.intake.zones import AREA_CODES
from local.believable import COUNTRIES, EASTERN, number_for, people
from local.msisdns import COUNTS, msisdn, north_american, sample_chinese

ROOT = Path(__file__).parents[2]
# A count formatted into the digits behind a country's code.
FORMATTED = re.compile(r"""f["']\+?(?:86|852|44|1)[0-9]*\{[^}]*:0[0-9]+d?\}""")


@pytest.mark.parametrize("country", sorted(COUNTS))
@given(data=st.data())
def test_intake_takes_every_number_and_no_two_are_the_same(country: str, data: st.DataObject) -> None:
    last = COUNTS[country] - 1
    n, other = (data.draw(st.integers(0, last) | st.sampled_from([0, 1, last])) for _ in "ab")
    assert e164("msisdn", msisdn(n, country)) == msisdn(n, country)
    assert (msisdn(n, country) == msisdn(other, country)) is (n == other)


@pytest.mark.parametrize("n", [-1, "past"])
@pytest.mark.parametrize("country", sorted(COUNTS))
def test_no_number_is_made_past_the_last(country: str, n: int | str) -> None:
    with pytest.raises(ValueError, match="numbers of"):
        msisdn(n if isinstance(n, int) else COUNTS[country], country)


@given(n=st.integers(0, 9_999), area=st.sampled_from(EASTERN.split() + " ".join(AREA_CODES.values()).split()))
def test_intake_takes_every_sample_number_of_north_america(n: int, area: str) -> None:
    assert e164("msisdn", north_american(area, n)) == north_american(area, n)


@given(n=st.integers(0, 10**8 - 1))
def test_intake_takes_every_sample_number_of_china(n: int) -> None:
    assert e164("msisdn", sample_chinese(n)) == sample_chinese(n)


@pytest.mark.parametrize("seed", range(10))
def test_intake_takes_the_numbers_of_made_up_people(seed: int) -> None:
    made = [one.msisdn for one in people(200, seed, date(2026, 11, 24))]
    assert [e164("msisdn", one) for one in made] == made


@given(st.data())
def test_intake_takes_the_numbers_that_fill_gaps_in_files(data: st.DataObject) -> None:
    code = data.draw(st.sampled_from([one.code for one in COUNTRIES]))
    zone = data.draw(st.sampled_from(["", *AREA_CODES]))
    made = number_for(
        code, zone, lambda count: data.draw(st.integers(0, count - 1)), set(), upper=data.draw(st.booleans())
    )
    assert e164("msisdn", made) == made


def test_nothing_else_formats_a_count_into_a_number() -> None:
    found = {
        str(path.relative_to(ROOT))
        for room in ("tests", "bench", "local")
        for path in (ROOT / room).rglob("*.py")
        if "node_modules" not in path.parts and FORMATTED.search(path.read_text("utf-8"))
    }
    assert sorted(found) == []
