// Every table is sorted by its column heads: once upwards, once downwards, then as it was.

const UNITS = {
  ns: 1e-9, "µs": 1e-6, ms: 1e-3, s: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, "%": 1, pp: 1,
};

/** The number at the beginning of a cell, in the unit behind it; NaN if there is none. */
function numberOf(text) {
  const found = /^[<\s]*([+-]?[\d,]*\.?\d+(?:e[+-]?\d+)?)\s*([a-zµA-Z%]*)/.exec(text);
  return found ? Number(found[1].replaceAll(",", "")) * (UNITS[found[2]] ?? 1) : NaN;
}

/** By number where both have one, else by letters; what has no value comes last in any direction. */
function compareCells(one, other, direction) {
  const missing = (text) => text === "" || text === "–";
  if (missing(one) || missing(other)) return missing(one) - missing(other);
  const difference = numberOf(one) - numberOf(other);
  return direction * (Number.isNaN(difference) ? one.localeCompare(other, "en") : difference);
}

function sortTable(table, column) {
  const heads = [...table.tHead.rows[0].cells];
  const next = { none: "ascending", ascending: "descending", descending: "none" };
  const order = next[heads[column].getAttribute("aria-sort")];
  for (const head of heads) head.setAttribute("aria-sort", "none");
  heads[column].setAttribute("aria-sort", order);
  const text = (row) => row.cells[column].textContent.trim();
  const rows = [...table.tBodies[0].rows].sort((one, other) => one.dataset.place - other.dataset.place);
  if (order !== "none") {
    const direction = order === "ascending" ? 1 : -1;
    rows.sort((one, other) => compareCells(text(one), text(other), direction));
  }
  table.tBodies[0].append(...rows);
}

function makeSortable(table) {
  if (table.tBodies.length === 0) return;
  [...table.tBodies[0].rows].forEach((row, place) => { row.dataset.place = place; });
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sortTable(table, column));
    head.replaceChildren(button);
    head.scope = "col";
    head.setAttribute("aria-sort", "none");
  });
}
