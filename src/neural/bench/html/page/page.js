// Draws the charts, and again where the page becomes wider or narrower.

const CHARTS = {
  "forest-time": (place, results) => forest(place, results, "training_time"),
  "forest-memory": (place, results) => forest(place, results, "memory"),
  pairs, curves, memory, phases, trend,
};

function draw(results) {
  for (const place of document.querySelectorAll("[data-charts]")) {
    place.classList.toggle("wide", place.dataset.charts.startsWith("forest"));
    place.replaceChildren();
    CHARTS[place.dataset.charts](place, results);
  }
}

for (const table of document.querySelectorAll("table")) makeSortable(table);
const results = JSON.parse(document.getElementById("results").textContent);
draw(results);

let width = document.body.clientWidth;
new ResizeObserver(() => {
  if (document.body.clientWidth === width) return;
  width = document.body.clientWidth;
  draw(results);
}).observe(document.body);
