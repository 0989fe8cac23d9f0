"""How good something is found to be: words of praise and blame with what turns or strengthens them.

不 + 满意 -> -1      非常 + 不 + 满意 -> -2      不是 + 不 + 满意 -> unclear, two negations
"""

from __future__ import annotations

from chalicelib.replies.lexer import (
    AT_ALL,
    COMPLAINT,
    FILL,
    LEVEL,
    MILD,
    NOT,
    NOT_AT_ALL,
    PRAISE,
    STOP,
    THING,
    TOPIC,
    UNCLEAR,
    VERY,
)
from chalicelib.replies.numbers import Token

Clause = tuple[list[Token], str]  # its tokens, and the stop that ends it

_MODIFIERS = frozenset((VERY, MILD, NOT, NOT_AT_ALL, AT_ALL, UNCLEAR))
_REACH = 4  # tokens between a negation and what it turns: "not what I would call good"


def compose(tokens: list[Token], text: str) -> list[Token]:
    """`tokens` with every word of praise or blame and its modifiers made one LEVEL (value 2 to -2) or one
    UNCLEAR token. "Not fixed" becomes a complaint; a negation that turns nothing stays."""
    found: list[Token] = []
    pending: list[Token] = []  # modifiers, and the filling words between them and the word they modify
    for place, token in enumerate(tokens):
        kind = token.kind
        if (
            kind == LEVEL
            and text[token.start : token.end] == "好"
            and _is_level(tokens, place + 1, token.end)
        ):
            token, kind = Token(VERY, "", token.start, token.end), VERY  # 好满意, in the south
        if kind in _MODIFIERS:
            if kind == AT_ALL and found and not pending and found[-1].kind == LEVEL and found[-1].value:
                found[-1] = Token(LEVEL, 2 if int(found[-1].value) > 0 else -2, found[-1].start, token.end)
                continue
            pending.append(token)
        elif kind == LEVEL:
            found += _levelled(pending, token, text)
            pending = []
        elif kind == FILL and pending and len(pending) <= _REACH:
            pending.append(token)
        elif kind == PRAISE and not pending and _undone(found, token, text):
            found[-1] = Token(COMPLAINT, "", found[-1].start, token.end)
        elif kind in (PRAISE, TOPIC, THING) and any(one.kind in (NOT, NOT_AT_ALL) for one in pending):
            found.append(Token(COMPLAINT, "", pending[0].start, token.end))
            pending = []
        elif kind == COMPLAINT and len(pending) == 1 and pending[0].kind in (NOT, NOT_AT_ALL):
            found.append(
                Token(PRAISE if token.end - token.start > 1 else COMPLAINT, "", pending[0].start, token.end)
            )
            pending = []
        else:
            found += pending
            pending = []
            found.append(token)
    return found + pending


def _undone(found: list[Token], praise: Token, text: str) -> bool:
    """Whether a complaint right before denies the praise: 还没 + 修好."""
    before = found[-1] if found else None
    return (
        before is not None
        and before.kind == COMPLAINT
        and before.end == praise.start
        and text[before.end - 1] in "没未不人"
    )


def _is_level(tokens: list[Token], place: int, start: int) -> bool:
    return place < len(tokens) and tokens[place].kind == LEVEL and tokens[place].start == start


def _levelled(pending: list[Token], word: Token, text: str) -> list[Token]:
    kinds = [token.kind for token in pending if token.kind != FILL]
    start = pending[0].start if pending else word.start
    written = text[word.start : word.end]
    if written == "好" and not kinds:  # a "yes", or part of a word that is not known
        return [*pending, Token(FILL, "", word.start, word.end)]
    base = int(word.value)
    value = combine(kinds, base)
    if value is None:
        return [Token(UNCLEAR, "", start, word.end)]
    if any(kind in (NOT, NOT_AT_ALL) for kind in kinds):
        return [Token(LEVEL, value, start, word.end)]
    return [*(token for token in pending if token.kind == FILL), Token(LEVEL, value, start, word.end)]


def combine(modifiers: list[str], base: int) -> int | None:
    """The level of a word of level `base` after its modifiers, in their order; None is unclear."""
    turns = [kind for kind in modifiers if kind in (NOT, NOT_AT_ALL)]
    if UNCLEAR in modifiers or len(turns) > 1:
        return None
    if turns:
        if base != 1:
            return None
        strong = turns[0] == NOT_AT_ALL or AT_ALL in modifiers
        strong = strong or (
            VERY in modifiers[: modifiers.index(NOT)] and VERY not in modifiers[modifiers.index(NOT) :]
        )
        return -2 if strong else -1
    if VERY in modifiers or AT_ALL in modifiers:
        return 2 if base > 0 else -2 if base < 0 else 0
    if MILD in modifiers and base == -2:
        return -1
    return base


def clauses(tokens: list[Token]) -> list[Clause]:
    """The clauses of a text, each with the stop that ends it ("" at the end); empty ones are left out."""
    found: list[Clause] = []
    current: list[Token] = []
    for token in tokens:
        if token.kind != STOP:
            current.append(token)
        elif current:
            found.append((current, str(token.value)))
            current = []
        elif found and token.value == "?":
            found[-1] = (found[-1][0], "?")
    if current:
        found.append((current, ""))
    return found
