// Strip plots: the ratio of every pair, in the order of measurement, with the estimate and its interval.

function pairRatios(result) {
  const [neural, native] = SIDES.map(([side]) => listAt(result, side, "samples", "epoch_time"));
  const ratios = neural.slice(0, native.length).map((value, index) => value / native[index]);
  return ratios.every((ratio) => Number.isFinite(ratio) && ratio > 0) ? ratios : [];
}

function pairs(place, results) {
  let drawn = 0;
  for (const result of listAt(results, "results")) {
    const ratios = pairRatios(result);
    const verdict = textAt(result, "comparison", "training_time", "verdict");
    if (ratios.length === 0 || verdict === "" || verdict === "INVALID") continue;
    strip(place, result, ratios, numberAt(results, "protocol", "delta_time") ?? 0.03);
    drawn += 1;
  }
  if (drawn > 0) {
    legend(place, "Each disc is a pair, in the order of measurement: the ratio of its epoch times. Dotted: the "
      + "estimate; grey around it: its interval; pale around “equal”: the tolerance.");
  }
}

function strip(place, result, ratios, delta) {
  const comparison = at(result, "comparison", "training_time");
  const [ratio, low, high] = ["ratio", "ci_low", "ci_high"].map((key) => numberAt(comparison, key));
  const left = 52, right = 10, top = 8, bottom = 26;
  const { svg, width, height } = figure(place, {
    name: "pairs", title: subjectOf(result), height: 190,
    words: `${ratios.length} pairs, in order: ${ratios.map(percentage).join(", ")}.`,
  });
  const y = ratioScale([ratio, low, high, ...ratios], delta, [height - bottom, top]);
  const x = d3.scaleLinear().domain([0.5, ratios.length + 0.5]).range([left, width - right]);
  tolerance(svg, y, delta, left, width - right);
  if (low > 0 && high > 0) {
    svg.append("rect").attr("class", "band open").attr("x", left).attr("width", width - left - right)
      .attr("y", y(high)).attr("height", y(low) - y(high));
  }
  if (ratio > 0) {
    const line = svg.append("path").attr("class", "change").attr("d", `M${left},${y(ratio)}H${width - right}`);
    tell(line, `estimate ${percentage(ratio)}`, { estimate: ratio });
  }
  axis(svg, d3.axisLeft(y).tickValues(ratioTicks(y, 16)).tickFormat(tickText).tickSizeOuter(0), left, 0);
  const ticks = d3.range(1, ratios.length + 1).filter((pair) => ratios.length <= 12 || pair % 4 === 0);
  axis(svg, d3.axisBottom(x).tickValues(ticks).tickFormat(d3.format("d")).tickSizeOuter(0), 0, height - bottom);
  const group = svg.append("g").attr("class", "neural");
  ratios.forEach((value, index) => {
    const mark = group.append("circle").attr("class", "mark").attr("r", 3.5);
    mark.attr("cx", x(index + 1)).attr("cy", y(value));
    tell(mark, `pair ${index + 1}: ${percentage(value)}`, { pair: index + 1, ratio: value });
  });
}
