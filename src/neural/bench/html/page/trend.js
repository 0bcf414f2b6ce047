// The ratios of other sessions, with the levels between the changes. Machines are told apart by the shape of the mark.

function trend(place, results) {
  const all = listAt(results, "trend", "series")
    .filter((each) => listAt(each, "points").some((point) => numberAt(point, "ratio") > 0));
  const groups = [];
  for (const series of all) {
    const group = groups
      .find(([first]) => sameCell(first, series) && textAt(first, "metric") === textAt(series, "metric"));
    if (group) group.push(series);
    else groups.push([series]);
  }
  const own = numberAt(results, "trend", "session");
  for (const group of groups) trendChart(place, results, group, own);
  if (groups.length > 0) {
    legend(place, "A mark for each session; the ringed one is this. Another shape is another machine, or an edited "
      + "benchmark. Lines are levels, dotted is where they moved.");
  }
}

function trendChart(place, results, group, own) {
  const isMemory = textAt(group[0], "metric") === "memory";
  const delta = numberAt(results, "protocol", isMemory ? "delta_memory" : "delta_time") ?? 0.03;
  const points = group.flatMap((series, machine) => listAt(series, "points")
    .filter((point) => numberAt(point, "ratio") > 0)
    .map((point) => ({ ...point, machine, fingerprint: textAt(series, "fingerprint") })));
  const sessions = [...new Set(points.map((point) => point.session))].sort((one, other) => one - other);
  const changes = group.flatMap((series) => listAt(series, "changes"));
  const left = 56, right = 12, top = 8, bottom = 26;
  const { svg, width, height } = figure(place, {
    name: `trend-${textAt(group[0], "metric")}`, height: 190,
    title: `${isMemory ? "Peak memory" : "Training time"}, ${subjectOf(group[0])}`,
    words: [`${points.length} sessions: ${points.map((point) => percentage(point.ratio)).join(", ")}`,
      ...changes.map(({ session, before, after }) =>
        `at session ${session} from ${percentage(before)} to ${percentage(after)}`),
    ].join("; "),
  });
  const x = d3.scalePoint().domain(sessions).range([left, width - right]).padding(0.5);
  const y = ratioScale(points.map((point) => point.ratio), delta, [height - bottom, top]);
  tolerance(svg, y, delta, left, width - right);
  axis(svg, d3.axisLeft(y).tickValues(ratioTicks(y, 16)).tickFormat(tickText).tickSizeOuter(0), left, 0);
  const every = Math.ceil(sessions.length / Math.max(2, Math.floor((width - left) / 46)));
  const ticks = sessions.filter((_, index) => index % every === 0);
  axis(svg, d3.axisBottom(x).tickValues(ticks).tickSizeOuter(0), 0, height - bottom);
  group.forEach((series) => levels(svg, series, x, y));
  const shapes = [d3.symbolCircle, d3.symbolSquare, d3.symbolTriangle, d3.symbolDiamond, d3.symbolCross];
  for (const point of points) {
    const mark = svg.append("path").attr("class", "mark neural")
      .attr("transform", `translate(${x(point.session)},${y(point.ratio)})`)
      .attr("d", d3.symbol().type(shapes[point.machine % shapes.length]).size(30)());
    tell(mark, `session ${point.session}, machine ${point.fingerprint}: ${percentage(point.ratio)}`,
      { session: point.session, ratio: point.ratio, machine: point.fingerprint });
    if (point.session === own) {
      svg.append("circle").attr("class", "rule ring").attr("r", 7).attr("cx", x(point.session))
        .attr("cy", y(point.ratio));
    }
  }
}

/** The level of each stretch between two changes, and a dotted line at each change. */
function levels(svg, series, x, y) {
  const points = listAt(series, "points");
  const changes = listAt(series, "changes");
  let begin = 0;
  changes.forEach((change, index) => {
    const place = points.findIndex((point) => point.session === change.session);
    if (place < 1) return;
    const middle = (x(points[place - 1].session) + x(change.session)) / 2;
    const [bottom, top] = y.range();
    const line = svg.append("path").attr("class", "change").attr("d", `M${middle},${top}V${bottom}`);
    tell(line, `at session ${change.session}: ${percentage(change.before)} before, ${percentage(change.after)} since`,
      { session: change.session, before: change.before, after: change.after });
    const stretch = (level, first, last) => svg.append("path").attr("class", "whisker open")
      .attr("d", `M${x(points[first].session)},${y(level)}H${x(points[last].session)}`);
    stretch(change.before, begin, place - 1);
    if (index === changes.length - 1) stretch(change.after, place, points.length - 1);
    begin = place;
  });
}
