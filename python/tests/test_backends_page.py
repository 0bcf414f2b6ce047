"""docs/backends.md is what the compiler says, and no layer of the catalogue is missing from it."""

from __future__ import annotations

from random_networks.coverage import PAGE, page


def test_page_is_current_and_has_no_hole() -> None:
    text = page()
    assert PAGE.read_text(encoding="utf-8") == text, (
        "rewrite it: PYTHONPATH=python/tests python -m random_networks.coverage"
    )
    cells = [line.split("|")[2:5] for line in text.splitlines() if line.startswith("| `")]
    assert len(cells) > 90
    assert all(cell.split()[:1][0] in ("exact", "deviation", "refused") for row in cells for cell in row)
