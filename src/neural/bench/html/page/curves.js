// Convergence: test loss and test accuracy epoch by epoch, both sides. Where there are runs from several seeds, a
// band spans them.

const COURSES = [
  { key: "test_loss", title: "Test loss", show: (value) => String(Number(value.toPrecision(4))) },
  { key: "test_accuracy", title: "Test accuracy", show: (value) => `${Number((100 * value).toFixed(2))} %` },
];

/** Lowest and highest value of each epoch over the runs from all seeds; empty for fewer than two. */
function seedBand(result, side, key, own) {
  const curves = listAt(result, side, "seeds").map((seed) => listAt(seed, "history", key))
    .filter((curve) => curve.length > 0);
  if (curves.length < 2) return { seeds: 1, band: [] };
  const band = own.map((_, epoch) => {
    const values = curves.map((curve) => curve[epoch]).filter(Number.isFinite);
    return { epoch: epoch + 1, low: Math.min(...values), high: Math.max(...values) };
  }).filter((each) => Number.isFinite(each.low));
  return { seeds: curves.length, band };
}

function curves(place, results) {
  let drawn = 0;
  for (const each of COURSES) {
    for (const result of listAt(results, "results")) drawn += course(place, result, each);
  }
  if (drawn === 0) return;
  const note = "The full runs from the declared seed, epoch by epoch. A band spans the runs from all seeds.";
  legend(place, note, (svg, side) => {
    svg.append("line").attr("class", `curve ${side}`).attr("x1", 0).attr("x2", 26).attr("y1", 6).attr("y2", 6);
    sideMark(svg, side, 13, 6, 3);
  });
}

function course(place, result, { key, title, show }) {
  const sides = SIDES.map(([side, name]) => {
    const own = listAt(result, side, "history", key);
    return { side, name, own, ...seedBand(result, side, key, own) };
  });
  const values = sides.flatMap(({ own, band }) => [...own, ...band.flatMap((each) => [each.low, each.high])])
    .filter(Number.isFinite);
  const epochs = Math.max(...sides.map(({ own }) => own.length));
  if (values.length === 0) return 0;
  const left = 56, right = 12, top = 8, bottom = 26;
  const seeds = Math.max(...sides.map((each) => each.seeds));
  const { svg, width, height } = figure(place, {
    name: `curves-${key}`, title: `${title}, ${subjectOf(result)}`, height: 170,
    note: seeds > 1 ? `${seeds} seeds` : "one seed",
    words: sides.map(({ name, own }) => `${name}: ${own.filter(Number.isFinite).map(show).join(", ")}`)
      .join("; "),
  });
  const y = d3.scaleLinear().domain(d3.extent(values)).nice(4).range([height - bottom, top]);
  const x = d3.scaleLinear().domain(epochs > 1 ? [1, epochs] : [0.5, 1.5]).range([left + 8, width - right]);
  axis(svg, d3.axisLeft(y).ticks(4).tickFormat(show).tickSizeOuter(0), left, 0);
  const ticks = d3.range(1, epochs + 1, Math.ceil(epochs / 10));
  axis(svg, d3.axisBottom(x).tickValues(ticks).tickFormat(d3.format("d")).tickSizeOuter(0), 0, height - bottom);
  for (const { side, name, own, band } of sides) {
    if (band.length > 0) {
      const area = d3.area().x((each) => x(each.epoch)).y0((each) => y(each.low)).y1((each) => y(each.high));
      tell(svg.append("path").attr("class", `band ${side}`).attr("d", area(band)), `${name}, ${seeds} seeds`, {
        side, seeds, low: band.map((each) => each.low).join(" "), high: band.map((each) => each.high).join(" "),
      });
    }
    const points = own.map((value, index) => ({ epoch: index + 1, value }))
      .filter((each) => Number.isFinite(each.value));
    svg.append("path").datum(points).attr("class", `curve ${side}`)
      .attr("d", d3.line().x((each) => x(each.epoch)).y((each) => y(each.value)));
    for (const { epoch, value } of points) {
      const mark = sideMark(svg, side, x(epoch), y(value), 3.5);
      tell(mark, `${name}, epoch ${epoch}: ${show(value)}`, { side, epoch, value });
    }
  }
  return 1;
}
