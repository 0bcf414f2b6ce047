// Forest plots: each comparison a row, its ratio a mark, its interval a line, the tolerance a band around "equal".

const KINDS = { FASTER: "better", LESS: "better", SLOWER: "worse", MORE: "worse", EQUIVALENT: "equal" };
const FOREST = {
  training_time: { name: "Training time", deltaKey: "delta_time", left: "faster", right: "slower" },
  memory: { name: "Peak memory", deltaKey: "delta_memory", left: "less", right: "more" },
};

/** The shape of a verdict: pointing down is better, up is worse, a square is equal, a hollow disc is undecided. */
function verdictMark(parent, verdict, x, y) {
  const kind = KINDS[verdict] ?? "open";
  if (kind === "open") {
    return parent.append("circle").attr("class", "mark hollow open").attr("cx", x).attr("cy", y).attr("r", 4.5);
  }
  const symbol = kind === "equal" ? d3.symbolSquare : d3.symbolTriangle;
  const turn = kind === "better" ? 180 : 0;
  return parent.append("path").attr("class", `mark ${kind}`).attr("d", d3.symbol().type(symbol).size(64)())
    .attr("transform", `translate(${x},${y}) rotate(${turn})`);
}

function forestRows(results, measure) {
  return listAt(results, "results").map((result) => {
    const comparison = at(result, "comparison", measure);
    const [ratio, low, high] = ["ratio", "ci_low", "ci_high"].map((key) => numberAt(comparison, key));
    const verdict = textAt(comparison, "verdict") || "–";
    return { result, verdict, ratio: ratio > 0 ? ratio : undefined, low: low > 0 ? low : undefined, high };
  });
}

function forest(parent, results, measure) {
  const rows = forestRows(results, measure);
  if (rows.length === 0) return;
  const { name, deltaKey, left, right } = FOREST[measure];
  const delta = numberAt(results, "protocol", deltaKey) ?? 0.03;
  const step = 30, top = 22;
  const height = top + rows.length * step + 26;
  const words = rows.map((row) =>
    `${subjectOf(row.result)}: ${row.ratio ? percentage(row.ratio) : "no ratio"}, ${row.verdict}`).join("; ");
  const { svg, width } = figure(parent, {
    name: `forest-${measure}`, title: `${name}, Neural against hand-written`, words, height,
    note: `The band is the tolerance of ±${Number((100 * delta).toPrecision(3))} %.`,
  });
  const narrow = width < 560;
  const names = narrow ? 0.36 * width : 215;
  const figures = narrow ? 4 : 170;
  const bottom = top + rows.length * step;
  const x = ratioScale(rows.flatMap((row) => [row.ratio, row.low, row.high]), delta, [names + 8, width - figures - 8]);
  const [from, to] = [x(1 / (1 + delta)), x(1 + delta)];
  svg.append("rect").attr("class", "tolerance").attr("x", from).attr("width", to - from)
    .attr("y", top - 4).attr("height", bottom - top + 4);
  svg.append("line").attr("class", "rule").attr("x1", x(1)).attr("x2", x(1)).attr("y1", top - 4).attr("y2", bottom);
  svg.append("text").attr("class", "soft").attr("x", x(1) - 8).attr("y", 11).attr("text-anchor", "end")
    .text(`← ${left}`);
  svg.append("text").attr("class", "soft").attr("x", x(1) + 8).attr("y", 11).text(`${right} →`);
  axis(svg, d3.axisBottom(x).tickValues(ratioTicks(x, 44)).tickFormat(tickText).tickSizeOuter(0), 0, bottom);
  const place = { x, names, width, figures, narrow };
  rows.forEach((row, index) => forestRow(svg, row, { ...place, y: top + (index + 0.5) * step }));
}

function forestRow(svg, row, { y, x, names, width, figures, narrow }) {
  const group = svg.append("g").attr("class", `row ${KINDS[row.verdict] ?? "open"}`);
  group.append("line").attr("class", "grid").attr("x1", 0).attr("x2", width).attr("y1", y + 15).attr("y2", y + 15);
  const put = (style, dx, dy, anchor, text) => group.append("text").attr("class", style).attr("x", dx).attr("y", y + dy)
    .attr("text-anchor", anchor).text(text);
  put("strong", 0, -2, "start", fitted(textAt(row.result, "model"), names));
  put("soft", 0, 10, "start", fitted(`${backendOf(row.result)} · ${textAt(row.result, "contender")}`, names));
  const interval = row.low && row.high ? ` [${percentage(row.low)}, ${percentage(row.high)}]`.replaceAll(" %", "") : "";
  const shown = row.ratio ? percentage(row.ratio) + interval : "no ratio";
  const { verdict, ratio = "", low = "", high = "" } = row;
  tell(group, `${subjectOf(row.result)}: ${shown} ${verdict}`, {
    ...Object.fromEntries(["model", "backend", "contender"].map((key) => [key, textAt(row.result, key)])),
    verdict, ratio, low, high,
  });
  if (!narrow) {
    put("", width, -2, "end", shown);
    put("soft", width, 10, "end", fitted(verdict, figures));
  }
  if (!row.ratio) return;
  if (row.low && row.high) {
    const [from, to] = [x(row.low), x(row.high)];
    group.append("path").attr("class", "whisker").attr("d", `M${from},${y - 4}v8m0,-4H${to}m0,-4v8`);
  }
  verdictMark(group, row.verdict, x(row.ratio), y);
}
