// A development's card over the page it was asked for on; without this, the link leads to its own page.
const dialog = document.createElement("dialog");
dialog.className = "over";
dialog.setAttribute("aria-label", "One development");
dialog.innerHTML = '<form method="dialog"><button class="close">Close</button></form><div class="card"></div>';
document.body.append(dialog);
const card = dialog.querySelector(".card");

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-card]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const address = new URL(link.href.baseVal ?? link.href, location);
  try {
    const answer = await fetch(`${address.pathname}/card${address.search}`, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(answer.status);
    card.innerHTML = await answer.text();
    const whole = Object.assign(document.createElement("a"), { href: address, textContent: "This card as a page of its own" });
    card.append(Object.assign(document.createElement("p"), { className: "onward" }));
    card.lastChild.append(whole);
    dialog.showModal();
    dialog.scrollTop = 0;
  } catch {
    location.assign(address); // its own page says what is wrong
  }
});
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

// A drawing that is wider than its frame is first seen at its latest end; the names of its lanes stay in sight.
document.addEventListener("scroll", ({ target }) => {
  const svg = target.querySelector?.(":scope > svg.timeline");
  for (const name of svg?.querySelectorAll(".lane") ?? []) name.setAttribute("x", 4 + target.scrollLeft * 1000 / svg.clientWidth);
}, true);
const latest = () => { for (const drawing of document.querySelectorAll(".drawing")) drawing.scrollLeft = drawing.scrollWidth; };
latest();
document.addEventListener("panel", latest);
