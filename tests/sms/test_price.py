"""The price of a text."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from chalicelib.sms.price import Price, price

TABLE = {
    "1": {"per_segment": "0.0083", "currency": "USD"},
    "1876": {"per_segment": "0.215", "currency": "USD"},
    "86": {"per_segment": "0.045", "currency": "CNY"},
}


@pytest.mark.parametrize(
    ("number", "segments", "expected"),
    [
        pytest.param("+8613800138000", 2, Price(Decimal("0.090"), "CNY"), id="an_msisdn"),
        pytest.param("86", 1, Price(Decimal("0.045"), "CNY"), id="a_calling_code"),
        pytest.param("+1", 3, Price(Decimal("0.0249"), "USD"), id="exact_not_binary"),
        pytest.param("+18765550100", 1, Price(Decimal("0.215"), "USD"), id="the_longest_code_decides"),
        pytest.param("+447700900000", 1, None, id="unknown_is_not_free"),
        pytest.param("", 1, None, id="no_number"),
    ],
)
def test_price_of_a_text_by_country_and_segments(number: str, segments: int, expected: Price | None) -> None:
    assert price(number, segments, TABLE) == expected


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param({"currency": "USD"}, id="no_amount"),
        pytest.param({"per_segment": "0.1"}, id="no_currency"),
        pytest.param({"per_segment": "cheap", "currency": "USD"}, id="not_a_number"),
        pytest.param({"per_segment": "-1", "currency": "USD"}, id="negative"),
        pytest.param({"per_segment": "NaN", "currency": "USD"}, id="nan"),
        pytest.param("0.1", id="not_an_entry"),
    ],
)
def test_a_bad_entry_is_named(entry: Any) -> None:
    with pytest.raises(ValueError, match="price of 33"):
        price("+33612345678", 1, {"33": entry})


def test_every_sample_price_can_be_used() -> None:
    path = Path(__file__).parents[2] / "templates" / "prices.yaml"
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert {"1", "86"} <= set(table)
    for code in table:
        cost = price(code, 1, table)
        assert cost is not None
        assert cost.amount > 0
        assert len(cost.currency) == 3
