"""Tables of text and numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ._limits import NAME_CHARACTERS, TABLE_BYTES, TABLE_COLUMNS, TABLE_ROWS
from ._media import Media, Text
from ._notices import say_once
from ._values import as_number, clean_text, json_number


class Table(Media):
    """Columns and rows. A cell is text, a number, a boolean or None; other values become text."""

    kind = "table"

    def __init__(
        self,
        columns: Sequence[Any] | None = None,
        data: Iterable[Sequence[Any]] | None = None,
        rows: Iterable[Sequence[Any]] | None = None,
        dataframe: Any = None,
        caption: str | None = None,
        **_: Any,
    ) -> None:
        super().__init__(caption)
        if dataframe is None and hasattr(data, "columns") and hasattr(data, "values"):
            dataframe, data = data, None
        if dataframe is not None:
            columns, data = list(dataframe.columns), dataframe.values.tolist()
        given = [list(row) for row in (data if data is not None else rows if rows is not None else [])]
        if columns is None:
            columns = ["Input", "Output", "Expected"] if not given else [f"column {number}" for number in range(len(given[0]))]
        self.columns = [clean_text(str(column))[:NAME_CHARACTERS] for column in columns]
        self.data: list[list[Any]] = []
        for row in given:
            self.add_data(*row)

    def add_data(self, *row: Any) -> None:
        """Adds a row."""
        if len(row) != len(self.columns):
            say_once("media row", "A row of a table has %d cells, not %d as its columns; it is cut or filled.", len(row), len(self.columns))
        cells = [_cell(value) for value in row[: len(self.columns)]]
        self.data.append(cells + [None] * (len(self.columns) - len(cells)))

    def add_column(self, name: str, data: Iterable[Any]) -> None:
        """Adds a column with a value for each row."""
        values = [_cell(value) for value in data]
        if not self.columns or not self.data:
            self.data = [[None] * len(self.columns) for _ in values]
        self.columns.append(clean_text(str(name))[:NAME_CHARACTERS])
        for row, value in zip(self.data, values + [None] * len(self.data)):
            row.append(value)

    def content(self) -> Mapping[str, Any]:
        columns = self.columns[:TABLE_COLUMNS]
        rows, size = [], 0
        for row in self.data[:TABLE_ROWS]:
            size += sum(6 * len(cell) + 4 if isinstance(cell, str) else 26 for cell in row)
            if size > TABLE_BYTES:
                break
            rows.append(row[:TABLE_COLUMNS])
        if len(rows) < len(self.data) or len(columns) < len(self.columns):
            said = "A table of %d rows and %d columns is cut to %d rows and %d columns."
            say_once("media table", said, len(self.data), len(self.columns), len(rows), len(columns))
        return {"columns": columns, "rows": rows}

    @property
    def size(self) -> int:
        return 64 * len(self.data) * len(self.columns)

    def snapshot(self) -> Table:
        """A copy, because rows may be added to a table that is logged again."""
        copy = Table(self.columns, caption=self.caption)
        copy.data = [list(row) for row in self.data]
        return copy


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, (bool, str)):
        return clean_text(value) if isinstance(value, str) else value
    if isinstance(value, Media):
        return value.text if isinstance(value, Text) else f"<{value.kind}>" + (f" {value.caption}" if value.caption else "")
    number = as_number(value)
    return clean_text(str(value)) if number is None else json_number(number)
