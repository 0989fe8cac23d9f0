"""A package for Kannel alone: what only AWS's own texts need stays out, wherever it goes."""

from __future__ import annotations

import json

import pytest

from local.package import ROOT, lacking, only_for_others
from local.resources import rights
from local.template import whole


@pytest.mark.parametrize("region", ["", "cn-north-1", "ap-east-1"])
def test_it_has_nothing_of_end_user_messaging(region: str) -> None:
    parts = whole(ROOT, lacking(region), only_for_others("kannel"))
    types = {one["Type"] for one in parts["Resources"].values() if "Type" in one}
    assert not [one for one in types if "SMSVOICE" in one]
    assert "InboundTopic" not in parts["Resources"]
    assert "ConfigurationSet" not in parts["Parameters"], "a parameter for what is not there"
    granted = json.dumps([document for _, document in rights.policies(parts["Resources"])])
    assert "sms-voice" not in granted
    assert "kannel" in granted


def test_any_other_package_keeps_it() -> None:
    assert only_for_others("") == ()
    assert "InboundTopic" in whole(ROOT, (), only_for_others("aws"))["Resources"]
