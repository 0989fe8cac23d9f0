"""Every page imports the parts that it is made of: one that it shows only now and then as well."""

from __future__ import annotations

from jinja2 import nodes

from chalicelib.console.frame import FOLDER
from chalicelib.console.rendering import _environment


def test_no_page_uses_a_part_that_it_does_not_import() -> None:
    trees = {
        file.name: _environment().parse(file.read_text(encoding="utf-8")) for file in FOLDER.glob("*.html")
    }
    macros = {name: {one.name for one in tree.find_all(nodes.Macro)} for name, tree in trees.items()}
    parts = set().union(*macros.values())
    missing = {}
    for name, tree in trees.items():
        imported = {
            one if isinstance(one, str) else one[1]
            for line in tree.find_all(nodes.FromImport)
            for one in line.names
        }
        called = {one.node.name for one in tree.find_all(nodes.Call) if isinstance(one.node, nodes.Name)}
        given = {"event_words", "called_by"}  # by the page's own data
        if lost := (called & parts) - imported - macros[name] - given:
            missing[name] = sorted(lost)
    assert missing == {}
