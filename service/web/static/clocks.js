// The two clocks. Sliders are put to the form; turning one fetches each panel anew and keeps the address.
const form = document.getElementById("clocks");
const root = document.getElementById("panels").dataset.root;
const PATIENCE = 150; // milliseconds for which a slider is to rest before anything is fetched

function slide(name) {
  const field = form.elements[name];
  const slider = document.getElementById(`${name}_slider`);
  const stops = slider.dataset.stops.split(" ").filter(Boolean);
  if (stops.length < 2) return;
  slider.min = 0;
  slider.max = stops.length; // one past the last stop is now
  const place = () => {
    const value = field.value;
    const next = value ? stops.findIndex((stop) => stop > value) : -1;
    slider.value = !value || next < 0 && value > stops.at(-1) ? (value ? stops.length - 1 : stops.length) : Math.max(0, (next < 0 ? stops.length : next) - 1);
    slider.setAttribute("aria-valuetext", value || "now");
  };
  slider.hidden = false;
  place();
  field.addEventListener("change", () => { place(); turn(); });
  slider.addEventListener("input", () => {
    field.value = stops[slider.value] ?? "";
    slider.setAttribute("aria-valuetext", field.value || "now");
    turn();
  });
}

let waiting;
let asking;

function turn() {
  clearTimeout(waiting);
  waiting = setTimeout(show, PATIENCE);
}

function state() {
  const given = [...new FormData(form)].filter(([, value]) => value !== "");
  return new URLSearchParams(given);
}

async function show() {
  asking?.abort();
  asking = new AbortController();
  const query = state();
  history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
  document.body.classList.add("turning");
  const panels = [...document.querySelectorAll("[data-panel]")];
  try {
    await Promise.all(panels.map((panel) => refresh(panel, query, asking.signal)));
    document.body.classList.remove("turning");
  } catch (error) {
    if (error.name !== "AbortError") location.assign(`?${query}`); // whatever is wrong, its page says it
  }
}

async function refresh(panel, query, signal) {
  const answer = await fetch(`${root}${panel.dataset.panel}?${query}`, { signal, headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(answer.status);
  panel.innerHTML = await answer.text();
  panel.dispatchEvent(new CustomEvent("panel", { bubbles: true }));
}

slide("as_of");
slide("known_at");
form.addEventListener("submit", (event) => { event.preventDefault(); turn(); });
