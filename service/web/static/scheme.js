// Light or dark: as the system has it, unless the reader chose otherwise before.
const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");
const kept = () => { try { return localStorage.getItem("scheme"); } catch { return null; } };
const shown = () => root.dataset.scheme ?? (system.matches ? "dark" : "light");

if (kept()) root.dataset.scheme = kept();

document.addEventListener("DOMContentLoaded", () => {
  const button = document.getElementById("scheme");
  const label = () => { button.textContent = shown() === "dark" ? "Light" : "Dark"; };
  button.hidden = false;
  label();
  system.addEventListener("change", label);
  button.addEventListener("click", () => {
    root.dataset.scheme = shown() === "dark" ? "light" : "dark";
    try { localStorage.setItem("scheme", root.dataset.scheme); } catch { /* kept for this page alone */ }
    label();
    document.dispatchEvent(new CustomEvent("scheme"));
  });
});
