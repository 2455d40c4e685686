// Cumulative exchanges as steps: a line for what is certain, a band up to what is possible. The table below
// each chart says the same; plotly is fetched from here, once a chart comes into sight.
const plotly = document.getElementById("charts").dataset.plotly;
let loading;

// plotly brings a style for maps, of which we draw none, unless it finds one under this id.
document.head.append(Object.assign(document.createElement("template"), { id: "ce8d464691048653ffe3a57c6c18ab566e8366f186677868cf724621a857b4fe" }));

const load = () => loading ??= new Promise((done, failed) => {
  document.head.append(Object.assign(document.createElement("script"), { src: plotly, onload: done, onerror: failed }));
});
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function traces(data, band, axis) {
  const axes = { x: data.x, xaxis: "x", yaxis: axis, mode: "lines", showlegend: false };
  const line = { shape: "hv", width: 2, color: colour("--accent") };
  const most = band.possible.map((one) => (one === null ? "upper bound unknown" : `possibly up to ${one}`));
  const told = most.map((one, at) => (band.certain[at] === band.possible[at] ? "" : `, ${one}`));
  const open = band.possible.includes(null);
  return [
    { ...axes, y: band.certain, line, customdata: told.map((one, at) => [one, data.days[at]]),
      hovertemplate: `${band.name}: certainly ${open ? "at least " : ""}%{y}%{customdata[0]}<extra></extra>` },
    { ...axes, y: band.possible.map((one) => one ?? ceiling(band)), hoverinfo: "skip",
      fill: "tonexty", fillcolor: colour("--band"), line: { shape: "hv", width: 1, dash: "dot", color: open ? "rgba(0,0,0,0)" : colour("--accent") } },
  ];
}

// An unknown upper bound is drawn as a band that runs out of the chart.
const ceiling = (band) => Math.max(...band.certain, ...band.possible.filter((one) => one !== null), 1) * 1.3;

// As many marks of the axis of days as have room beside each other.
function marks(ticks, wide) {
  const apart = 80 * 1000 / wide;
  return ticks.reduce((kept, one) => (kept.length && one.x - kept.at(-1).x < apart ? kept : [...kept, one]), []);
}

function strokes(data) {
  return data.breaks.map((x) => ({ type: "line", xref: "x", yref: "paper", x0: x, x1: x, y0: 0, y1: 1, line: { color: colour("--muted"), width: 1, dash: "3px 5px" } }));
}

function layout(data, wide) {
  const rows = data.bands.length;
  const font = { family: getComputedStyle(document.documentElement).getPropertyValue("--sans"), color: colour("--ink"), size: 13 };
  const ticks = marks(data.ticks, wide - 56);
  const made = {
    font, height: 150 * rows + 40, margin: { l: 44, r: 12, t: 28, b: 34 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    separators: ".\u202f", hovermode: "x unified", hoverlabel: { bgcolor: colour("--paper"), font }, dragmode: false, shapes: strokes(data), annotations: [],
    xaxis: {
      gridcolor: colour("--rule"), fixedrange: true, anchor: rows > 1 ? `y${rows}` : "y", range: [0, 1000], zeroline: false,
      tickvals: ticks.map((one) => one.x), ticktext: ticks.map((one) => one.label), tickangle: 0, ticks: "outside", ticklen: 6, tickcolor: "rgba(0,0,0,0)", unifiedhovertitle: { text: "%{customdata[1]}" },
    },
  };
  data.bands.forEach((band, index) => {
    const high = 1 - index / rows;
    const top = ceiling(band);
    made[index ? `yaxis${index + 1}` : "yaxis"] = {
      domain: [high - 1 / rows + 0.2 / rows, high - 0.2 / rows], gridcolor: colour("--rule"), fixedrange: true, zeroline: false, range: [0, top], tickformat: ",d",
      ...(top < 5 ? { dtick: 1 } : { nticks: 5 }),
    };
    made.annotations.push({ text: band.name, x: 0, y: high - 0.16 / rows, xref: "paper", yref: "paper", xanchor: "left", yanchor: "bottom", showarrow: false, font, bgcolor: colour("--paper") });
  });
  return made;
}

async function draw(place) {
  const data = JSON.parse(place.parentElement.querySelector("script.data").textContent);
  if (!data.bands.length) return;
  await load();
  const axis = (index) => (index ? `y${index + 1}` : "y");
  place.hidden = false;
  const all = data.bands.flatMap((band, index) => traces(data, band, axis(index)));
  await window.Plotly.react(place, all, layout(data, place.clientWidth), { displayModeBar: false, responsive: true });
  place.dataset.drawn = "true";
}

const sight = new IntersectionObserver((seen) => {
  for (const one of seen) if (one.isIntersecting) { sight.unobserve(one.target); draw(one.target.querySelector("[data-chart]")); }
});
function watch() {
  for (const place of document.querySelectorAll("[data-chart]:not([data-drawn])")) sight.observe(place.parentElement);
}
watch();
document.addEventListener("panel", watch);
document.addEventListener("scheme", () => { for (const place of document.querySelectorAll("[data-drawn]")) draw(place); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => document.dispatchEvent(new CustomEvent("scheme")));
