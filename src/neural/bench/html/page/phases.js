// Where the seconds go: what is paid once, and what is paid again and again, on one logarithmic scale.

const STAGES = [
  ["parse_time", "parse"], ["codegen_time", "generate"], ["import_time", "import"], ["build_time", "build"],
  ["first_step_time", "first step"], ["step_time", "steady step"], ["epoch_time", "epoch"],
  ["training_time", "full run"],
];

function phases(place, results) {
  let drawn = 0;
  for (const result of listAt(results, "results")) drawn += decomposition(place, result);
  if (drawn > 0) {
    legend(place, "What is paid once and what is paid again and again, on a logarithmic scale. Parsing and generating "
      + "are Neural's alone.", (svg, side) => sideMark(svg, side, 13, 6, 4));
  }
}

function decomposition(place, result) {
  const rows = STAGES.map(([key, name]) => ({ key, name, values: SIDES.map(([side]) => numberAt(result, side, key)) }))
    .filter(({ values }) => values.some((value) => value > 0));
  if (rows.length === 0) return 0;
  const left = 74, right = 14, step = 22, bottom = 24;
  const { svg, width } = figure(place, {
    name: "phases", title: subjectOf(result), height: rows.length * step + bottom,
    words: rows.map(({ name, values }) => `${name}: ${SIDES.map(([, side], index) =>
      `${side} ${values[index] > 0 ? seconds(values[index]) : "none"}`).join(", ")}`).join("; "),
  });
  const all = rows.flatMap(({ values }) => values).filter((value) => value > 0);
  const x = d3.scaleLog().domain([Math.min(...all) / 1.5, Math.max(...all) * 1.5]).range([left, width - right]);
  const [low, high] = x.domain().map(Math.log10);
  const every = Math.ceil((high - low) / 7);
  const ticks = d3.range(Math.ceil(low), Math.floor(high) + 1, every).map((power) => 10 ** power);
  axis(svg, d3.axisBottom(x).tickValues(ticks).tickFormat(seconds).tickSizeOuter(0), 0, rows.length * step);
  rows.forEach(({ key, name, values }, index) => {
    const y = (index + 0.5) * step;
    svg.append("line").attr("class", "grid").attr("x1", left).attr("x2", width - right).attr("y1", y).attr("y2", y);
    svg.append("text").attr("x", 0).attr("y", y + 4).text(name);
    [1, 0].forEach((place) => {
      if (!(values[place] > 0)) return;
      const [side, title] = SIDES[place];
      const mark = sideMark(svg, side, x(values[place]), y, side === "neural" ? 3.5 : 5.5);
      tell(mark, `${title}, ${name}: ${seconds(values[place])}`, { side, stage: key, seconds: values[place] });
    });
  });
  return 1;
}
