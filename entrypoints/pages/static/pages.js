// What moves on a page between two answers of the server: clocks, and the pause of updates.
"use strict";

const body = document.body;
const offset = Date.parse(body.dataset.now) - Date.now(); // the server's clock, not this machine's

function tick() {
  for (const clock of document.querySelectorAll("[data-since]")) {
    const minutes = Math.floor((Date.now() + offset - Date.parse(clock.dataset.since)) / 60000);
    clock.textContent = minutes < 0 ? `in ${-minutes} min` : `${minutes} min`;
  }
}

let paused = false;

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-pause]");
  if (!button) return;
  paused = !paused;
  button.setAttribute("aria-pressed", String(paused));
});
document.addEventListener("htmx:before:request", (event) => {
  if (paused) event.preventDefault();
});
document.addEventListener("htmx:after:swap", tick);

tick();
setInterval(tick, 5000);
