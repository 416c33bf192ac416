// A click on a free time, or a stretch drawn over it, opens the form with that time and the person shown.
import { SLOT, at, placeAt, plus } from "./time.js";
import { paint } from "./dragging.js";

let drawn = null;

document.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || !document.getElementById("k-cal-drop")) return;
  if (!event.target.matches?.(".k-cal-day, .k-cal-lane, .k-cal-cell[data-day]")) return;
  const place = placeAt(event.clientX, event.clientY);
  if (place) drawn = { place, last: place, x: event.clientX, y: event.clientY, touch: event.pointerType === "touch" };
});

document.addEventListener("pointermove", (event) => {
  if (!drawn || drawn.touch || drawn.place.minute === null) return;
  const here = placeAt(event.clientX, event.clientY);
  if (here?.element !== drawn.place.element) return;
  drawn.last = here;
  document.querySelectorAll(".k-cal-ghost").forEach((one) => one.remove());
  const ghost = document.createElement("i");
  ghost.className = "k-cal-ghost";
  const [starts, ends] = stretch(drawn);
  ghost.textContent = `${starts.slice(11)}–${ends.slice(11)}`;
  paint(ghost, drawn.place.element, starts, ends);
});

document.addEventListener("pointercancel", forget);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") forget();
});
document.addEventListener("pointerup", () => {
  const done = drawn;
  forget();
  if (done) open(done);
});

function forget() {
  if (drawn) document.querySelectorAll(".k-cal-ghost").forEach((one) => one.remove());
  drawn = null;
}

function stretch({ place, last }) {
  const [from, to] = [place.minute, last.minute].sort((a, b) => a - b);
  return [at(place.day, from), at(place.day, to + SLOT)];
}

function open(done) {
  const { day, user, resource, minute } = done.place;
  const asked = new URLSearchParams({ back: document.querySelector("[data-k-cal]").dataset.back });
  if (user) asked.set("user", user);
  if (resource) asked.set("resource", resource);
  const [starts, ends] = minute === null ? [at(day, 600), at(day, 660)] : stretch(done);
  asked.set("at", starts);
  asked.set("to", done.last.minute === minute ? plus(starts, 60) : ends);
  location.assign(`/crm_inquiries/calendar/plan?${asked}`);
}
