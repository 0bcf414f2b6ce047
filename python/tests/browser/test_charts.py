"""Every chart is drawn from the numbers of the document: read back from the marks, and from where they are."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pytest
from browser.documents import GOLDEN, SIDES, standard, with_seeds, with_trend
from browser.opened import Opened

pytestmark = pytest.mark.browser

Show = Callable[..., Opened]
STAGES = ("parse", "codegen", "import", "build", "first_step", "step", "epoch", "training")


def middle(box: dict[str, float], axis: str) -> float:
    return (box["left"] + box["right"]) / 2 if axis == "x" else (box["top"] + box["bottom"]) / 2


def assert_on_a_line(values: Sequence[float], places: Sequence[float]) -> None:
    """The places are a straight line of the values, and no mark is off by more than a pixel."""
    low, high = values.index(min(values)), values.index(max(values))
    slope = (places[high] - places[low]) / (values[high] - values[low])
    for value, place in zip(values, places, strict=True):
        assert place == pytest.approx(places[low] + slope * (value - values[low]), abs=1)


@pytest.mark.parametrize("measure", ["training_time", "memory"])
def test_a_forest_has_a_row_for_each_comparison(show: Show, measure: str) -> None:
    document = standard()
    rows = show(document).data(f"[data-chart=forest-{measure}] .row")
    assert len(rows) == len(document["results"])
    for row, result in zip(rows, document["results"], strict=True):
        found = result["comparison"][measure]
        assert [row[key] for key in ("model", "backend", "contender")] == [
            result[key] for key in ("model", "backend", "contender")
        ]
        assert row["verdict"] == found["verdict"] and float(row["ratio"]) == found["ratio"]
        for shown, key in (("low", "ci_low"), ("high", "ci_high")):
            assert row[shown] == "" if found[key] is None else float(row[shown]) == found[key]


def test_a_forest_puts_ratios_and_intervals_where_they_belong(show: Show) -> None:
    document = standard()
    opened = show(document)
    chart = "[data-chart=forest-training_time]"
    found = [result["comparison"]["training_time"] for result in document["results"]]
    whiskers = opened.boxes(f"{chart} .whisker")
    assert len(whiskers) == len(found)
    values = [math.log(each[key]) for each in found for key in ("ci_low", "ci_high")]
    assert_on_a_line(values, [box[side] for box in whiskers for side in ("left", "right")])
    for box, mark in zip(whiskers, opened.boxes(f"{chart} .mark"), strict=True):
        assert box["left"] <= middle(mark, "x") <= box["right"]


def test_a_comparison_without_a_ratio_has_a_row_without_a_mark(show: Show) -> None:
    opened = show(GOLDEN)
    rows = opened.data("[data-chart=forest-training_time] .row")
    assert [row["verdict"] for row in rows] == ["EQUIVALENT", "INVALID", "INCONCLUSIVE"]
    assert rows[1]["ratio"] == ""
    assert opened.page.locator("[data-chart=forest-training_time] .row .mark").count() == 2


def test_every_pair_is_a_mark(show: Show) -> None:
    document = standard()
    opened = show(document)
    charts = opened.page.locator("[data-chart=pairs]")
    assert charts.count() == len(document["results"])
    for place, result in enumerate(document["results"]):
        neural, native = (result[side]["samples"]["epoch_time"] for side in SIDES)
        ratios = [one / other for one, other in zip(neural, native, strict=True)]
        marks = charts.nth(place).locator(".mark")
        shown = marks.evaluate_all("all => all.map(each => [Number(each.dataset.pair), Number(each.dataset.ratio)])")
        assert shown == [[pair + 1, pytest.approx(ratio)] for pair, ratio in enumerate(ratios)]
        boxes = marks.evaluate_all("all => all.map(each => each.getBoundingClientRect().toJSON())")
        assert_on_a_line([math.log(ratio) for ratio in ratios], [middle(box, "y") for box in boxes])
        estimate = charts.nth(place).locator("[data-estimate]").get_attribute("data-estimate")
        assert float(estimate) == result["comparison"]["training_time"]["ratio"]


@pytest.mark.parametrize("key", ["test_loss", "test_accuracy"])
def test_curves_have_every_epoch_of_both_sides(show: Show, key: str) -> None:
    document = standard()
    opened = show(document)
    charts = opened.page.locator(f"[data-chart=curves-{key}]")
    for place, result in enumerate(document["results"]):
        marks = charts.nth(place).locator(".mark")
        shown = marks.evaluate_all(
            "all => all.map(each => [each.dataset.side, +each.dataset.epoch, +each.dataset.value])"
        )
        values = [
            (side, epoch + 1, value) for side in SIDES for epoch, value in enumerate(result[side]["history"][key])
        ]
        assert [tuple(each) for each in shown] == values
        boxes = marks.evaluate_all("all => all.map(each => each.getBoundingClientRect().toJSON())")
        assert_on_a_line([value for _, _, value in values], [middle(box, "y") for box in boxes])
    assert opened.page.locator(".band[data-seeds]").count() == 0, "one seed has no band"


def test_a_band_spans_the_seeds(show: Show) -> None:
    document = with_seeds(standard())
    chart = show(document).page.locator("[data-chart=curves-test_loss]").first
    result = document["results"][0]
    for side in SIDES:
        curves = [seed["history"]["test_loss"] for seed in result[side]["seeds"]]
        assert len(curves) == 6
        band = chart.locator(f".band[data-side={side}]")
        assert band.get_attribute("data-seeds") == "6"
        low, high = ([float(value) for value in band.get_attribute(f"data-{end}").split()] for end in ("low", "high"))
        assert low == [min(values) for values in zip(*curves, strict=True)]
        assert high == [max(values) for values in zip(*curves, strict=True)]


def test_memory_is_stacked_by_phase(show: Show) -> None:
    document = standard()
    opened = show(document)
    chart = opened.page.locator("[data-chart=memory]").first
    groups = chart.locator("[data-phase]")
    result = document["results"][0]
    names = [each["phase"] for each in result["neural"]["memory_phases"]]
    expected = [
        {"side": side, "phase": name, "begin": each["begin"], "peak": each["peak"]}
        for name in names
        for side in SIDES
        for each in result[side]["memory_phases"]
        if each["phase"] == name
    ]
    shown = groups.evaluate_all(
        "all => all.map(({dataset: d}) => ({side: d.side, phase: d.phase, begin: +d.begin, peak: +d.peak}))"
    )
    assert shown == expected and len(expected) >= 10
    widths = groups.evaluate_all(
        "all => all.map(each => [...each.querySelectorAll('.bar')].map(bar => bar.getBoundingClientRect().width))"
    )
    pixel = sum(widths[0]) / expected[0]["peak"]
    for (before, added), each in zip(widths, expected, strict=True):
        assert before == pytest.approx(pixel * each["begin"], abs=1)
        assert before + added == pytest.approx(pixel * each["peak"], abs=1)


def test_the_decomposition_has_each_stage_of_each_side(show: Show) -> None:
    document = standard()
    opened = show(document)
    marks = opened.page.locator("[data-chart=phases]").first.locator(".mark")
    result = document["results"][0]
    shown = marks.evaluate_all("all => all.map(({dataset: d}) => [d.side, d.stage, Number(d.seconds)])")
    keys = [f"{stage}_time" for stage in STAGES]
    expected = [[side, key, result[side][key]] for key in keys for side in reversed(SIDES) if result[side][key]]
    assert shown == expected and len(expected) == 2 * len(keys) - 2, "by hand nothing is parsed and generated"
    boxes = marks.evaluate_all("all => all.map(each => each.getBoundingClientRect().toJSON())")
    assert_on_a_line([math.log(each[2]) for each in shown], [middle(box, "x") for box in boxes])


def test_a_trend_has_every_session_and_every_change(show: Show) -> None:
    document = with_trend(standard())
    opened = show(document)
    series = [each for each in document["trend"]["series"] if each["metric"] == "training_time"][:2]
    chart = opened.page.locator("[data-chart=trend-training_time]").first
    shown = chart.locator(".mark").evaluate_all("all => all.map(({dataset: d}) => [+d.session, +d.ratio, d.machine])")
    assert shown == [
        [point["session"], point["ratio"], each["fingerprint"]] for each in series for point in each["points"]
    ]
    change = chart.locator(".change")
    assert change.count() == 1
    assert float(change.get_attribute("data-after")) == series[0]["changes"][0]["after"]
    assert chart.locator(".ring").count() == 1, "this session"
    assert chart.locator(".mark").evaluate_all("all => new Set(all.map(each => each.getAttribute('d'))).size") == 2


def test_a_document_that_knows_no_other_session_has_no_trend(show: Show) -> None:
    opened = show(standard())
    assert opened.page.locator("#trend").count() == 0
    assert opened.page.locator("[data-chart^=trend]").count() == 0


def test_charts_follow_the_width_of_the_page(show: Show) -> None:
    opened = show(standard(), bypass_csp=True)  # Playwright waits by evaluating a text
    width = "document.querySelector('[data-chart=forest-memory] svg').width.baseVal.value"
    assert opened.page.evaluate(width) > 900
    opened.page.set_viewport_size({"width": 500, "height": 900})
    opened.page.wait_for_function(f"{width} < 500", timeout=5000)
    assert opened.page.locator("[data-chart=forest-memory]").count() == 1
