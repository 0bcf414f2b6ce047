// What all charts share: reading the document, which may be anything, and figures with a text for those who do not see
// them. Marks carry the numbers they are drawn from as data-…, as the document has them.

const SIDES = [["neural", "Neural"], ["native", "hand-written"]];
const BACKENDS = { pytorch: "PyTorch", tensorflow: "TensorFlow", engine: "Neural engine" };

/** The value at the end of the keys, or undefined. */
function at(value, ...keys) {
  for (const key of keys) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

const numberAt = (value, ...keys) => (Number.isFinite(at(value, ...keys)) ? at(value, ...keys) : undefined);
const textAt = (value, ...keys) => (typeof at(value, ...keys) === "string" ? at(value, ...keys) : "");
const listAt = (value, ...keys) => (Array.isArray(at(value, ...keys)) ? at(value, ...keys) : []);

const backendOf = (result) => BACKENDS[textAt(result, "backend")] ?? textAt(result, "backend");
const subjectOf = (result) =>
  `${textAt(result, "model")} on ${backendOf(result)} against ${textAt(result, "contender")}`;
const sameCell = (one, other) =>
  ["model", "backend", "contender"].every((key) => textAt(one, key) === textAt(other, key));

/** "+1.8 %" of a ratio. */
function percentage(ratio) {
  const value = 100 * (ratio - 1);
  const shown = Math.abs(value).toFixed(Math.abs(value) < 1000 ? 1 : 0);
  return `${value < 0 && Number(shown) !== 0 ? "−" : "+"}${shown} %`;
}

function seconds(value) {
  if (value === 0) return "0 s";
  const units = [[1, "s"], [1e-3, "ms"], [1e-6, "µs"]];
  const [size, unit] = units.find(([least]) => Math.abs(value) >= least) ?? [1e-9, "ns"];
  return `${Number((value / size).toPrecision(3))} ${unit}`;
}

const mebibytes = (value) => `${Math.round(value / 1024 ** 2).toLocaleString("en")} MiB`;

/** Text cut to about so many pixels of the charts' small letters. */
function fitted(text, pixels) {
  const most = Math.max(4, Math.floor(pixels / 6.2));
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/**
 * A figure in the place, as wide as that is, and its drawing area, whose coordinates are pixels. `words` say what a
 * reader sees in it.
 */
function figure(place, { title, note = "", words, height, name }) {
  const frame = d3.select(place).append("figure").attr("data-chart", name);
  const caption = frame.append("figcaption");
  caption.append("strong").text(title);
  if (note) caption.append("span").text(` ${note}`);
  const width = Math.max(240, Math.floor(frame.node().clientWidth));
  const svg = frame.append("svg").attr("viewBox", `0 0 ${width} ${height}`).attr("width", width)
    .attr("height", height);
  svg.attr("role", "img").attr("aria-label", `${title}. ${words}`);
  return { svg, width, height };
}

function axis(svg, made, x, y) {
  return svg.append("g").attr("class", "axis").attr("transform", `translate(${x},${y})`).call(made);
}

/** The tooltip of a mark, and its numbers. */
function tell(mark, text, numbers) {
  for (const [key, value] of Object.entries(numbers)) mark.attr(`data-${key}`, value);
  mark.append("title").text(text);
  return mark;
}

/** A disc is Neural, a hollow square the hand-written program. */
function sideMark(parent, side, x, y, size = 4) {
  if (side === "neural") {
    return parent.append("circle").attr("class", "mark neural").attr("cx", x).attr("cy", y).attr("r", size);
  }
  return parent.append("rect").attr("class", "mark hollow native").attr("x", x - size).attr("y", y - size)
    .attr("width", 2 * size).attr("height", 2 * size);
}

/** Above the charts of a place: how to read them, and with `draw` which mark is which side. */
function legend(place, note, draw) {
  const list = d3.select(place).insert("p", ":first-child").attr("class", "legend");
  if (draw) {
    for (const [side, name] of SIDES) {
      const item = list.append("span");
      draw(item.append("svg").attr("width", 26).attr("height", 12).attr("aria-hidden", "true"), side);
      item.append("span").text(name);
    }
  }
  list.append("span").text(note);
}

/** Wide enough for all ratios, and never narrower than twice the tolerance. */
function ratioScale(values, delta, range) {
  const all = [...values.filter((value) => value > 0), 1 / (1 + 2 * delta), 1 + 2 * delta].map(Math.log);
  const [low, high] = d3.extent(all);
  const margin = 0.06 * (high - low);
  return d3.scaleLog().domain([Math.exp(low - margin), Math.exp(high + margin)]).range(range);
}

/** Round percentages inside the scale, each at least so many pixels from the next. */
function ratioTicks(scale, pixels) {
  const [low, high] = scale.domain();
  for (const step of [0.5, 1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000]) {
    const ticks = d3.range(-1000 * step, 1000 * step, step).map((value) => 1 + value / 100)
      .filter((value) => value > 0 && value >= low && value <= high);
    const gaps = d3.pairs(ticks.map(scale), (one, other) => Math.abs(other - one));
    if (gaps.every((gap) => gap >= pixels)) return ticks;
  }
  return [1];
}

/** "−5 %", "0", "+12.5 %". */
const tickText = (ratio) => percentage(ratio).replace(".0 %", " %").replace(/^\+0 %$/, "0");

/** The band of the tolerance and the line of "equal" across a chart. */
function tolerance(svg, y, delta, left, right) {
  const [top, bottom] = [y(1 + delta), y(1 / (1 + delta))];
  svg.append("rect").attr("class", "tolerance").attr("x", left).attr("width", right - left)
    .attr("y", top).attr("height", bottom - top);
  svg.append("line").attr("class", "rule").attr("x1", left).attr("x2", right).attr("y1", y(1)).attr("y2", y(1));
}
