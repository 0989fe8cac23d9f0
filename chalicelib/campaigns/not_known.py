"""The value of what may be known of somebody and is not: of a subscriber's fields, built-in ones and the
operator's own, and of what an event leaves out."""

from __future__ import annotations

from typing import Any, Final


class NotKnown(str):
    """An empty text that is before and after nothing: `arpu > 100` is false where it is not known, and what
    is worked out of it is not known either. Two things that are not known are not the same."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return not isinstance(other, NotKnown) and str.__eq__(self, other) is True

    def __ne__(self, other: object) -> bool:
        return not self == other

    def _never(self, other: object) -> bool:
        del other
        return False

    def _still(self, *others: object) -> Any:
        del others
        return WORKED_OUT

    __lt__ = __le__ = __gt__ = __ge__ = _never
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __mod__ = __rmod__ = _still
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __neg__ = __pos__ = _still


NOT_KNOWN: Final = NotKnown()
WORKED_OUT: Final = NotKnown()
"""What is worked out of something that is not known: a text cannot say it, not even as nothing."""


def known(value: Any) -> Any:
    """The value, or NOT_KNOWN for null and ""."""
    return NOT_KNOWN if value is None or value == "" else value
