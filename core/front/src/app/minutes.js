// What a page keeps up to date by itself: once a minute, and never while nobody looks at it.
const MINUTE = 60_000;
let last = Date.now();

function tick() {
  if (document.hidden || Date.now() - last < MINUTE) return;
  last = Date.now();
  document.body.dispatchEvent(new CustomEvent("k-minute"));
}

setInterval(tick, MINUTE / 4);
document.addEventListener("visibilitychange", tick);

// A menu whose lines are fetched when it is opened.
document.addEventListener("toggle", (event) => {
  const popup = event.target;
  if (!popup.matches?.("[data-k-load]") || !popup.open) return;
  popup.querySelector("[hx-get][hx-trigger=k-open]")?.dispatchEvent(new CustomEvent("k-open"));
}, true);
