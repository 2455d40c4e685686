// The line to cite by: the whole address, and when it was read.
function complete() {
  for (const link of document.querySelectorAll("a[data-permanent]")) link.textContent = link.href;
  const now = new Date().toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
  for (const place of document.querySelectorAll("[data-accessed]")) place.textContent = ` (accessed ${now} UTC).`;
}
complete();
document.addEventListener("panel", complete);
