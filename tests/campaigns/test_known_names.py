"""Regions, brands and plans that a condition or a team names and nobody here has are said by the check."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from chalicelib.campaigns.facts import facts_for
from chalicelib.campaigns.files import check_folder
from chalicelib.campaigns.known_names import unknown_in_campaign
from chalicelib.intake.regions import gazetteer
from chalicelib.intake.subscriber_changes import item_of
from chalicelib.store.schema.base import replace
from tests.support.factories import NOW, TEMPLATES, WANG_ON_PLAN, YUNTONG, campaign

PLACES = gazetteer({"湖南": {"长沙": ["Changsha"]}})


@pytest.mark.parametrize(
    ("condition", "unknown"),
    [
        ("region == '湖南省长沙市'", []),
        ("region | province == 'Hunan'", []),
        ("region in ['湖南/长沙', '湖南/长杀']", ["湖南/长杀"]),
        ("status == 'active' and (region == '胡南' or brand == 'yuntong')", ["胡南"]),
        ("brand == 'yuntnog'", ["yuntnog"]),
        ("not (plan in ('5g-128', '5g-999'))", ["5g-999"]),
        ("'nobody' == brand", ["nobody"]),
        ("tier == 'gold'", []),
        ("region ==", []),
        ("region | city == '长杀市'", []),  # a city alone may be in any province
        ("region | province == '胡南'", ["胡南"]),
        ("region == '湖南省'", ["湖南省"]),
        ("region in ['湖南/长沙', '湖南']", ["湖南"]),
        ("region not in ['Hunan']", ["Hunan"]),
    ],
)
def test_what_nobody_has_is_named(condition: str, unknown: list[str]) -> None:
    for document in ({"audience": condition}, {"trigger": {"when": condition}}):
        found = list(unknown_in_campaign(document, ["yuntong"], ["5g-128"], PLACES))
        assert [one.values["value"] for one in found] == [repr(one) for one in unknown]
        assert all(one.warning for one in found)
        assert {one.code for one in found} <= {"unknown_name", "province_alone"}


def test_the_check_of_a_folder_warns_with_the_line(tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    shutil.copytree(TEMPLATES, folder, ignore=shutil.ignore_patterns("console"))
    offer = folder / "renewal-offer" / "campaign.yaml"
    offer.write_text(offer.read_text().replace("status == 'active'", "region == '胡南'"))
    care = yaml.safe_load((folder / "care.yaml").read_text())
    care["teams"][0]["regions"] = ["大连省"]
    (folder / "care.yaml").write_text(yaml.safe_dump(care, allow_unicode=True))
    found = {one.file.parent.name: one for one in check_folder(folder) if one.problem.code == "unknown_name"}
    assert found.keys() == {"renewal-offer", "templates"}
    assert all(one.warning and one.line > 1 for one in found.values())


def test_a_region_of_before_is_read_and_written_in_its_one_form() -> None:
    old = replace(WANG_ON_PLAN, region="湖南省/长沙市")
    assert facts_for({}, old, campaign(), None, YUNTONG, NOW)["region"] == "湖南/长沙"
    item = item_of(old)
    assert (item.region, item.region_key.partition("#")[0]) == ("湖南/长沙", "湖南")
