// Memory by phase, stacked: what was resident when the phase began, and on top of it what the phase added at its peak.

function memory(place, results) {
  let drawn = 0;
  for (const result of listAt(results, "results")) {
    const verdict = textAt(result, "comparison", "memory", "verdict");
    if (verdict !== "" && verdict !== "INVALID") drawn += phaseBars(place, result);
  }
  if (drawn === 0) return;
  legend(place, "Pale: resident when the phase began. Full: what its peak added to that.", (svg, side) => {
    const group = svg.append("g").attr("class", side);
    group.append("rect").attr("class", "bar before").attr("width", 14).attr("y", 1).attr("height", 10);
    group.append("rect").attr("class", "bar").attr("x", 15).attr("width", 11).attr("y", 1).attr("height", 10);
  });
}

function phaseBars(place, result) {
  const sides = SIDES.map(([side, name]) => ({
    side, name,
    phases: listAt(result, side, "memory_phases")
      .filter((each) => numberAt(each, "peak") >= 0 && numberAt(each, "begin") >= 0),
  }));
  const names = [...new Set(sides.flatMap(({ phases }) => phases.map((each) => textAt(each, "phase"))))];
  if (names.length === 0) return 0;
  const left = 58, right = 70, step = 32, bottom = 24;
  const { svg, width, height } = figure(place, {
    name: "memory", title: subjectOf(result), height: names.length * step + bottom,
    note: "MiB",
    words: sides.map(({ name, phases }) =>
      `${name}: ${phases.map((each) => `${textAt(each, "phase")} ${mebibytes(each.peak)}`).join(", ")}`).join("; "),
  });
  const most = Math.max(...sides.flatMap(({ phases }) => phases.map((each) => Math.max(each.peak, each.begin))), 1);
  const x = d3.scaleLinear().domain([0, most / 1024 ** 2]).range([left, width - right]);
  axis(svg, d3.axisBottom(x).ticks(5).tickSizeOuter(0), 0, names.length * step);
  names.forEach((phase, index) => {
    svg.append("text").attr("x", 0).attr("y", index * step + 19).text(fitted(phase, left));
    sides.forEach(({ side, name, phases }, row) => {
      const found = phases.find((each) => textAt(each, "phase") === phase);
      if (!found) return;
      const y = index * step + 3 + row * 13;
      const [begin, peak] = [found.begin / 1024 ** 2, Math.max(found.peak, found.begin) / 1024 ** 2];
      const group = svg.append("g").attr("class", side);
      const bar = (style, from, to) => group.append("rect").attr("class", style).attr("x", x(from))
        .attr("width", x(to) - x(from)).attr("y", y).attr("height", 11);
      bar("bar before", 0, begin);
      bar("bar", begin, peak);
      group.append("text").attr("x", x(peak) + 4).attr("y", y + 9).text(mebibytes(found.peak));
      tell(group, `${name}, ${phase}: ${mebibytes(found.begin)} at its begin, peak ${mebibytes(found.peak)}`,
        { side, phase, begin: found.begin, peak: found.peak });
    });
  });
  return 1;
}
