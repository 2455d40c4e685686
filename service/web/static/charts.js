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
  const x = [...data.days, data.until];
  const held = (several) => [...several, several.at(-1)]; // what holds on the last day holds until the chart ends
  const line = { shape: "hv", width: 2, color: colour("--accent") };
  const most = held(band.possible);
  const axes = { x, xaxis: "x", yaxis: axis, mode: "lines", showlegend: false };
  const told = most.map((one) => (one === null ? "upper bound unknown" : `possibly up to ${one}`));
  return [
    { ...axes, y: held(band.certain), line, hovertemplate: `${band.name}: certainly at least %{y}<extra></extra>` },
    { ...axes, y: most.map((one) => one ?? ceiling(band)), customdata: told, hovertemplate: "%{customdata}<extra></extra>",
      fill: "tonexty", fillcolor: colour("--band"), line: { shape: "hv", width: 1, dash: "dot", color: band.possible.includes(null) ? "rgba(0,0,0,0)" : colour("--accent") } },
  ];
}

// An unknown upper bound is drawn as a band that runs out of the chart.
const ceiling = (band) => Math.max(...band.certain, ...band.possible.filter((one) => one !== null), 1) * 1.3;

function layout(data) {
  const rows = data.bands.length;
  const font = { family: getComputedStyle(document.documentElement).getPropertyValue("--sans"), color: colour("--ink"), size: 13 };
  const made = {
    font, height: 170 * rows + 40, margin: { l: 44, r: 12, t: 28, b: 34 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    hovermode: "x unified", hoverlabel: { bgcolor: colour("--paper"), font }, dragmode: false,
    xaxis: { gridcolor: colour("--rule"), fixedrange: true, anchor: rows > 1 ? `y${rows}` : "y" }, annotations: [],
  };
  data.bands.forEach((band, index) => {
    const high = 1 - index / rows;
    made[index ? `yaxis${index + 1}` : "yaxis"] = {
      domain: [high - 1 / rows + 0.06, high - 0.06], gridcolor: colour("--rule"), fixedrange: true, nticks: 5, zeroline: false, range: [0, ceiling(band)],
    };
    const open = band.possible.includes(null) ? ": upper bound unknown where the band runs out of the chart" : "";
    made.annotations.push({ text: band.name + open, x: 0, y: high - 0.02, xref: "paper", yref: "paper", xanchor: "left", yanchor: "bottom", showarrow: false, font });
  });
  return made;
}

async function draw(place) {
  const data = JSON.parse(place.parentElement.querySelector("script.data").textContent);
  if (!data.days.length) return;
  await load();
  const axis = (index) => (index ? `y${index + 1}` : "y");
  place.hidden = false;
  const all = data.bands.flatMap((band, index) => traces(data, band, axis(index)));
  await window.Plotly.react(place, all, layout(data), { displayModeBar: false, responsive: true });
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
