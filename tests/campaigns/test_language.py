"""What the language of texts refuses, and that nothing gets past it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.campaigns.grammar import BadSource
from chalicelib.campaigns.language import (
    LONGEST_SOURCE,
    LONGEST_TEXT,
    Unrenderable,
    condition,
    expression,
    render,
    text_uses,
)
from tests.english import refused

FACTS = {
    "name": "王芳",
    "word": "aaaa",
    "used": 1536,
    "share": 89.96,
    "levels": [50, 80],
    "status": "active",
    "empty": "",
    "nothing": None,
}

REFUSED = {
    "a text times a billion": "{{ 'a' * 10**9 }}",
    "a text times a number": "{{ 'a' * 1000000000 }}",
    "a number times a text": "{{ 1000000000 * 'a' }}",
    "a list times a number, behind a filter": "{{ ([1] * 1000000000) | length }}",
    "a power": "{{ 9 ** 999999999 }}",
    "an endless loop": "{% for i in range(10**9) %}a{% endfor %}",
    "nested loops": "{% for i in word %}{% for j in word %}x{% endfor %}{% endfor %}",
    "a loop over a fact": "{% for level in levels %}{{ level }}{% endfor %}",
    "a recursive loop": "{% for i in levels recursive %}{{ loop(levels) }}{% endfor %}",
    "a huge range": "{{ range(999999999) }}",
    "a macro that calls itself": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "a call block": "{% call word() %}x{% endcall %}",
    "a class": "{{ ''.__class__ }}",
    "a class's relatives": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "a method's globals": "{{ word.upper.__globals__ }}",
    "an initialiser": "{{ used.__init__ }}",
    "a class by subscript": "{{ ''['__class__'] }}",
    "a class by attr": "{{ word | attr('__class__') }}",
    "a class by map": "{{ levels | map(attribute='__class__') }}",
    "a harmless attribute": "{{ used.real }}",
    "a slice": "{{ word[0:2] }}",
    "format by method": "{{ '{0.__class__}'.format(word) }}",
    "format by filter": "{{ '%1000000000d' | format(5) }}",
    "percent formatting": "{{ '%1000000000d' % 5 }}",
    "padding": "{{ word | center(1000000000) }}",
    "indenting": "{{ word | indent(1000000000) }}",
    "replacing with more": "{{ word | replace('a', 'aaaaaaaaaaaaaaaa') }}",
    "joining with more": "{{ word | join('aaaaaaaaaaaaaaaa') }}",
    "wrapping": "{{ word | wordwrap(1) }}",
    "a list of pieces": "{{ word | list | batch(1) }}",
    "doubling by set": "{% set a = word ~ word %}{% set a = a ~ a %}{{ a }}",
    "doubling by a set block": "{% set a %}{{ word }}{% endset %}{{ a }}",
    "doubling by with": "{% with a = word ~ word %}{{ a }}{% endwith %}",
    "a filter block": "{% filter upper %}a{% endfilter %}",
    "include": "{% include 'secrets' %}",
    "import": "{% import 'os' as os %}",
    "from import": "{% from 'os' import path %}",
    "extends": "{% extends 'base' %}",
    "a block": "{% block a %}{% endblock %}",
    "do": "{% do word %}",
    "autoescape": "{% autoescape true %}{{ name }}{% endautoescape %}",
    "a mapping": "{{ {'a': 1} }}",
    "lorem ipsum": "{{ lipsum(n=100000) }}",
    "a namespace": "{{ namespace(a=1) }}",
    "a cycler": "{{ cycler('a', 'b') }}",
    "translation": "{{ _('a') }}",
    "itself": "{{ self }}",
    "a private name": "{{ _context }}",
    "an identity test": "{% if word is sameas name %}{% endif %}",
    "a test with an argument": "{% if used is divisibleby(0) %}{% endif %}",
    "an unknown filter": "{{ used | dta_size }}",
    "a named argument": "{{ used | number(decimals=2) }}",
    "spread arguments": "{{ used | number(*levels) }}",
    "two arguments": "{{ used | number(2, 3) }}",
    "an argument that is worked out": "{{ empty | default(word ~ word) }}",
    "an if without else": "{{ name if used > 5 }}",
    "deep brackets": "{{ " + "(" * 1500 + "1" + ")" * 1500 + " }}",
    "many nots": "{{ " + "not " * 900 + "used }}",
    "many minuses": "{{ " + "-" * 3000 + "used }}",
    "a long chain of filters": "{{ word" + " | upper" * 400 + " }}",
    "a long sum": "{{ 1" + " + 1" * 900 + " }}",
    "nested ifs": "{% if used %}" * 90 + "a" + "{% endif %}" * 90,
    "an ifs-in-one expression": "{{ " + "1 if used else " * 200 + "2 }}",
    "a number of 3,000 digits": "{{ " + "9" * 3000 + " }}",
    "a number too big for Python to read": "{{ " + "9" * 3990 + " + 1 }}",
    "infinity": "{{ 9e999 }}",
    "a number that is too long": "{{ 1000000000000000 * 10 }}",
    "a source that is too long": "a" * (LONGEST_SOURCE + 1),
    "open brackets": "{{ " * 1000,
    "open comments": "{#" * 1900,
    "open tags": "{%-" * 1300,
    "an open string": "{{ '" + "\\" * 3000,
    "not the language": "{{ name | }}",
    "an open if": "{% if used %}",
}
CUT_OFF = {
    "a fact times a number": "{{ word * 1000000000 }}",
    "a list times a number": "{{ (levels * 1000000000) | length }}",
    "formatting with a fact": "{{ word % 5 }}",
    "a text as long as a book": "{{ word ~ word ~ word }}" * 150,
    "nothing there": "Dear {{ nmae }}",
    "empty": "Dear {{ empty }}",
    "None": "Dear {{ nothing }}",
    "None worked out": "Dear {{ name if used < 5 else none }}",
    "a list": "{{ levels }}",
    "true": "{{ used > 5 }}",
    "division by nothing": "{{ used / (used - used) }}",
    "text plus number": "{{ word + used }}",
    "text against number": "{{ 'x' if word > used else 'y' }}",
    "a number that grows out of reason": "{{ used * 99999999999999 * 99999999999999 }}",
    "a size of words": "{{ name | data_size }}",
    "a date of words": "{{ name | date }}",
}


@pytest.mark.parametrize("source", REFUSED.values(), ids=REFUSED.keys())
def test_a_template_that_reaches_outside_is_refused_before_it_runs(source: str) -> None:
    with pytest.raises(BadSource):
        render(source, FACTS)


@pytest.mark.parametrize("source", CUT_OFF.values(), ids=CUT_OFF.keys())
def test_a_template_that_takes_too_much_is_stopped_while_it_runs(source: str) -> None:
    with pytest.raises(Unrenderable):
        render(source, FACTS)


@pytest.mark.parametrize(
    "source",
    [
        "2 ** 9999",
        "().__class__",
        "range(10)",
        "word | attr('upper')",
        "[x for x in levels]",
        "used > 5; 1",
        "{{ used }}",
        "used >",
        "x = 5",
        "9" * 3000,
    ],
)
def test_a_condition_is_refused_too(source: str) -> None:
    with pytest.raises(BadSource):
        condition(source)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ name }} {{ used }}", "王芳 1536"),
        ("{{ share }}, {{ 80.0 }}, {{ 2 / 3 }}", "89.96, 80, 0.67"),
        ("  {{ name }}\n", "王芳"),
        ("{% if used > 1000 and status == 'active' %}\nyes\n{% else %}\nno\n{% endif %}\n", "yes"),
        ("{% if scope is defined %}a{% elif empty %}b{% else %}c{% endif %}", "c"),
        ("{{ 'a' if used in [1, 1536] else 'b' }}{{ 'x' ~ word ~ 1 }}", "axaaaa1"),
        ("{{ (used - 512) // 1024 }}{{ used % 5 }}{{ -used + 1 }}{{ 2 * 3 }}", "11-15356"),
        ("{{ empty if used else '' }}|{{ scope | default('none') }}", "|none"),
        ("{# said to nobody #}{% raw %}{{ name }}{% endraw %}", "{{ name }}"),
        ("<b>'&\"", "<b>'&\""),
    ],
)
def test_what_is_possible(source: str, said: str) -> None:
    assert render(source, FACTS) == said


def test_conditions_and_expressions_have_values() -> None:
    assert condition("status == 'active' and used >= 1536")(FACTS) is True
    assert condition("not used or name == ''")(FACTS) is False
    assert condition("")({}) is True
    assert expression("levels")(FACTS) == [50, 80]
    with refused(Unrenderable, "nmae"):
        condition("nmae == 'x'")(FACTS)


def test_a_text_may_be_as_long_as_a_message() -> None:
    assert len(render("a" * LONGEST_TEXT, {})) == LONGEST_TEXT
    with refused(Unrenderable, "1,601"):
        render("a" * (LONGEST_TEXT + 1), {})


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("a\nb\n{{ x.y }}", 3),
        ("a\n{% if x %}\n{{ 'a' ** 2 }}\n{% endif %}", 3),
        ("\n{% for", 2),
        ("{{ x }}\n{{ ", 2),
    ],
)
def test_the_line_is_named_when_refused(source: str, line: int) -> None:
    with pytest.raises(BadSource) as refused:
        text_uses(source)
    assert refused.value.line == line


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("a\n\n{{ nmae }}", 3),
        ("{{ name }}\n{% if used %}\n{{ empty }}\n{% endif %}", 3),
        ("{{ word | number }}", 1),
    ],
)
def test_the_line_is_named_when_cut_off(source: str, line: int) -> None:
    with pytest.raises(Unrenderable) as cut:
        render(source, FACTS)
    assert cut.value.line == line


def test_names_are_found_with_their_lines() -> None:
    source = "{{ a }}\n{% if b > 1 %}{{ c | number(d) }}\n{{ e ~ 'x' if f else g }}{% endif %}"
    assert {(use.name, use.line) for use in text_uses(source)} == {
        ("a", 1),
        ("b", 2),
        ("c", 2),
        ("d", 2),
        ("e", 3),
        ("f", 3),
        ("g", 3),
    }


PIECES = st.sampled_from(
    [
        *("{{", "}}", "{%", "%}", "{#", "#}", "if", "else", "endif", "for", "in", "set", "\n"),
        *("(", ")", "[", "]", "|", ".", ",", ":", "~", "*", "**", "+", "-", "/", "%", "==", ">"),
        *("name", "word", "used", "levels", "empty", "x", "'__class__'", "'a'", "9999999", "0", "1.5"),
        *("upper", "number", "data_size", "default", "date", "greeting", "percent", "range"),
        *("is", "defined", "not", "and", "or"),
    ]
)


@given(st.lists(PIECES, max_size=40).map(" ".join))
def test_nothing_but_the_two_refusals_comes_out(source: str) -> None:
    for attempt in (source, "{{ " + source + " }}"):
        try:
            said = render(attempt, FACTS)
        except (BadSource, Unrenderable):
            continue
        assert len(said) <= LONGEST_TEXT


@pytest.mark.parametrize("source", ["gone", "gone and used", "gone > 5", "not gone", "gone or gone"])
def test_a_name_that_there_is_no_more_is_told_and_does_not_stop_a_batch(source: str) -> None:
    with refused(Unrenderable, "'gone' is undefined"):
        condition(source)(FACTS)
