"""The page as a whole: quiet, offline, readable by everyone, and deaf to what its texts say."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser.documents import GOLDEN, HOSTILE, hostile, many, standard, with_trend
from browser.opened import Opened

pytestmark = pytest.mark.browser

Show = Callable[..., Opened]
DOCUMENTS: dict[str, Callable[[], Any]] = {
    "golden": lambda: GOLDEN,
    "standard": standard,
    "with other sessions": lambda: with_trend(standard()),
    "hostile": hostile,
    "of fifty": lambda: many(50),
    "empty": lambda: {"results": []},
    "odd": lambda: {"results": [1, None, {"neural": 1, "comparison": []}], "protocol": "x", "trend": {"series": [{}]}},
}
NO_NUMBER = "\N{EN DASH}"
SCHEMES = ("light", "dark")
WIDTHS = (360, 1200)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_is_asked_for_and_nothing_goes_wrong(show: Show, name: str) -> None:
    opened = show(DOCUMENTS[name]())
    assert opened.messages == []
    assert [url for url in opened.requests if not url.startswith("data:")] == [opened.address]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["golden", "with other sessions", "hostile"])
def test_axe_finds_nothing(show: Show, name: str, width: int, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="`./dev browser` installs it")
    opened = show(DOCUMENTS[name](), width, color_scheme=scheme, bypass_csp=True)
    found = axe.Axe().run(opened.page).response["violations"]
    assert [(each["id"], [node["html"][:200] for node in each["nodes"][:3]]) for each in found] == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["golden", "with other sessions", "hostile"])
def test_only_tables_scroll_sideways(show: Show, name: str, width: int) -> None:
    opened = show(DOCUMENTS[name](), width)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


def luminance(colour: str) -> float:
    channels = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_marks_stand_out_from_the_paper(show: Show, scheme: str) -> None:
    """WCAG 2.2 asks for 4.5 : 1 of text and 3 : 1 of graphics; axe looks at text alone."""
    opened = show(with_trend(standard()), color_scheme=scheme)
    colours = "all => [...new Set(all.map(each => getComputedStyle(each).stroke))]"
    paper = luminance(opened.page.evaluate("getComputedStyle(document.body).backgroundColor"))
    found = opened.page.locator("svg .mark, svg .whisker, svg .curve").evaluate_all(colours)
    assert len(found) >= 5
    for colour in found:
        low, high = sorted((paper, luminance(colour)))
        assert (high + 0.05) / (low + 0.05) >= 4.5, colour


def test_a_verdict_is_told_by_word_and_shape(show: Show) -> None:
    document = standard()
    opened = show(document)
    for place, result in enumerate(document["results"]):
        card = opened.page.locator(".card").nth(place)
        assert card.locator("h2").text_content() == result["model"]
        assert result["comparison"]["training_time"]["verdict"] in card.locator(".verdict").first.text_content()
    shapes = {
        card.locator(".verdict").first.text_content().split()[1]: card.locator(".verdict span").first.text_content()
        for card in opened.page.locator(".card").all()
    }
    assert len(shapes) == 4 and len(set(shapes.values())) == 4
    mark = "each => each.tagName + each.getAttribute('d') + (each.getAttribute('transform') ?? '').slice(-4)"
    marks = opened.page.locator("[data-chart=forest-training_time] .mark")
    assert marks.evaluate_all(f"all => new Set(all.map({mark})).size") == 4


def test_hostile_text_is_shown_as_it_is_and_does_nothing(show: Show) -> None:
    opened = show(hostile())
    assert opened.page.evaluate("window.hurt") is None
    shown = HOSTILE.replace("\u2028", " ")
    model = opened.page.locator(".card h2").first.text_content()
    assert model.startswith("</script><script>window.hurt = 1</script><!--<img") and len(model) >= len(shown)
    assert opened.page.locator("img, script:not([nonce]):not([type='application/json'])").count() == 0
    assert opened.data("[data-chart=forest-training_time] .row")[0]["model"] == HOSTILE


def test_no_script_runs_but_the_page_s_own(show: Show) -> None:
    opened = show(GOLDEN)
    opened.page.evaluate(
        """text => {
          const script = document.createElement('script');
          script.textContent = text;
          document.body.append(script);
        }""",
        "window.hurt = 1",
    )
    assert opened.page.evaluate("window.hurt") is None
    assert any("Content Security Policy" in message for message in opened.messages)


def column(opened: Opened, table: int, place: int) -> list[str]:
    cells = opened.page.locator("table").nth(table).locator(f"tbody td:nth-child({place})")
    return [text.strip() for text in cells.all_text_contents()]


def test_every_table_is_sorted_by_its_heads(show: Show) -> None:
    opened = show(standard())
    heads = opened.page.locator("th")
    assert heads.count() == opened.page.locator("th > button").count() > 100
    head = opened.page.locator("table").first.locator("th").nth(4)
    before = column(opened, 0, 5)
    number = [float(text.split(" %")[0]) for text in before]
    for key, direction, expected in (
        ("Enter", "ascending", sorted(number)),
        ("Space", "descending", sorted(number, reverse=True)),
        ("Enter", "none", number),
    ):
        head.locator("button").focus()
        opened.page.keyboard.press(key)
        assert head.get_attribute("aria-sort") == direction
        assert [float(text.split(" %")[0]) for text in column(opened, 0, 5)] == expected
    assert column(opened, 0, 5) == before


def test_units_are_sorted_by_size_and_what_is_missing_comes_last(show: Show) -> None:
    document = standard()
    for result, seconds in zip(document["results"], (2.0, 0.5, 900e-6, None, 30e-3, 1200.0), strict=True):
        result["comparison"]["training_time"]["neural"] = seconds
    opened = show(document)
    table = opened.page.locator("#time table").first
    button = table.locator("th button").nth(3)
    shown = lambda: table.locator("tbody td:nth-child(4)").all_text_contents()  # noqa: E731
    button.click()
    assert shown() == ["900 µs", "30.0 ms", "500 ms", "2.00 s", "1,200 s", NO_NUMBER]
    button.click()
    assert shown() == ["1,200 s", "2.00 s", "500 ms", "30.0 ms", "900 µs", NO_NUMBER]


def test_the_keyboard_reaches_everything(show: Show) -> None:
    opened = show(GOLDEN)
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("document.activeElement.className") == "skip"
    opened.page.keyboard.press("Enter")
    assert opened.page.evaluate("location.hash") == "#summary"
    targets = opened.page.locator("nav a").evaluate_all("all => all.map(each => each.getAttribute('href'))")
    assert len(targets) >= 10
    assert all(opened.page.locator(target).count() == 1 for target in targets)
    boxes = opened.page.locator("div.table")
    assert (
        boxes.count()
        == opened.page.locator("div.table[tabindex='0'] > table").count()
        == opened.page.locator("table").count()
    )


def test_every_chart_has_a_text(show: Show) -> None:
    opened = show(with_trend(standard()))
    charts = opened.page.locator("figure > svg")
    assert charts.count() > 40
    assert charts.count() == opened.page.locator("figure > figcaption").count()
    texts = charts.evaluate_all("all => all.map(each => each.getAttribute('role') + each.getAttribute('aria-label'))")
    assert all(text.startswith("img") and len(text) > 40 for text in texts)


def test_words_and_tables_need_no_script(show: Show) -> None:
    with_script, without = show(GOLDEN), show(GOLDEN, java_script_enabled=False)
    assert without.page.locator("noscript").is_visible()
    assert without.page.locator("table").count() == with_script.page.locator("table").count() >= 15
    assert without.page.locator(".card").count() == 3
    assert without.page.locator("figure").count() == 0


def test_it_can_be_printed(show: Show, tmp_path: Path) -> None:
    opened = show(standard(), color_scheme="dark")
    opened.page.emulate_media(media="print", color_scheme="dark")
    assert opened.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not opened.page.locator("nav").is_visible()
    opened.page.pdf(path=tmp_path / "report.pdf", format="A4")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    # What is wider than A4 less its margins would be cut off.
    opened.page.set_viewport_size({"width": 690, "height": 900})
    boxes = opened.page.locator("table, figure").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect().right)"
    )
    assert max(boxes) <= 692
