"""The value of what may be known of somebody and is not."""

from __future__ import annotations

from typing import Any, Final


class NotKnown(str):
    """An empty text that is before and after nothing: `arpu > 100` is false where it is not known, and what
    is worked out of it is not known either."""

    __slots__ = ()

    def _never(self, other: object) -> bool:
        del other
        return False

    def _still(self, *others: object) -> Any:
        del others
        return self

    __lt__ = __le__ = __gt__ = __ge__ = _never
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __mod__ = __rmod__ = _still
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __neg__ = __pos__ = _still


NOT_KNOWN: Final = NotKnown()
