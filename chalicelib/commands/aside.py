"""CSV files of the rows that an import did not take."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path


class Aside:
    """A CSV file of what was not taken; it exists only when there is any, and never from an earlier run."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self.path = path
        self._header = header
        self._file: io.TextIOWrapper | None = None

    def __enter__(self) -> Aside:
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()

    def write(self, rows: Iterable[Sequence[object]]) -> None:
        for row in rows:
            if self._file is None:
                self._file = self._open()
                csv.writer(self._file).writerow(self._header)
            csv.writer(self._file).writerow(row)

    def _open(self) -> io.TextIOWrapper:
        """Beside the file or, where nothing may be written, here. With a mark: spreadsheets need it."""
        try:
            return self.path.open("w", encoding="utf-8-sig", newline="")
        except OSError:
            self.path = Path.cwd() / self.path.name
            return self.path.open("w", encoding="utf-8-sig", newline="")
