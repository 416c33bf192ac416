// Drag an event to another time, day or person, stretch it by its end, or drag work from the list beside to a time.
import { SLOT, at, minutesBetween, placeAt, plus } from "./time.js";

const FAR = 5;
const EDGE = 7;
const HOUR = 60;
let drag = null;
let justDropped = false;

document.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || event.pointerType === "touch" || !document.getElementById("k-cal-drop")) return;
  const bar = event.target.closest?.(".k-cal-bar[data-open], .k-cal-chip[data-open]");
  const item = event.target.closest?.("[data-k-drag]");
  if (!bar && !item) return;
  const source = bar ?? item;
  drag = { source, x: event.clientX, y: event.clientY, moving: false, way: wayOf(source, event), from: bar && placeAt(event.clientX, event.clientY) };
});

function wayOf(source, event) {
  if (source.dataset.kDrag) return source.dataset.kDrag === "plan" ? "plan" : "place";
  const box = source.getBoundingClientRect();
  const below = source.closest(".k-cal-day") && box.bottom - event.clientY < EDGE;
  const beside = source.closest(".k-cal-lane") && box.right - event.clientX < EDGE;
  return below || beside ? "stretch" : "move";
}

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  if (!drag.moving && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR) return;
  drag.moving = true;
  drag.source.classList.add("is-dragged");
  drag.place = placeAt(event.clientX, event.clientY);
  show();
});

document.addEventListener("pointerup", () => {
  const done = drag;
  stop();
  if (!done?.moving) return;
  justDropped = true;
  setTimeout(() => (justDropped = false));
  if (done.place) drop(done);
});

document.addEventListener("pointercancel", stop);
document.addEventListener("dragstart", (event) => {
  if (event.target.closest?.("[data-k-cal]")) event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && drag) stop();
});
document.addEventListener("click", (event) => {
  if (!justDropped) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

function stop() {
  drag?.source.classList.remove("is-dragged");
  drag = null;
  clear();
}

function clear() {
  document.querySelectorAll(".k-cal-ghost").forEach((one) => one.remove());
  document.querySelectorAll(".is-drop").forEach((one) => one.classList.remove("is-drop"));
}

// From when to when it would be if it were dropped here.
export function aim({ source, way, from, place }) {
  const { s, e } = source.dataset;
  if (way === "plan" || way === "place") {
    const starts = at(place.day, place.minute ?? 10 * HOUR);
    return [starts, plus(starts, HOUR)];
  }
  if (place.minute === null || from.minute === null) {
    const days = minutesBetween(`${from.day}T00:00`, `${place.day}T00:00`);
    return [plus(s, days), plus(e, days)];
  }
  if (way === "stretch") {
    const ends = at(place.day, place.minute + SLOT);
    return [s, ends > s ? ends : plus(s, SLOT)];
  }
  const moved = minutesBetween(at(from.day, from.minute), at(place.day, place.minute));
  return [plus(s, moved), plus(e, moved)];
}

function show() {
  clear();
  if (!drag.place) return;
  if (drag.place.minute === null) return drag.place.element.classList.add("is-drop");
  const [starts, ends] = aim(drag);
  const ghost = document.createElement("i");
  ghost.className = "k-cal-ghost";
  ghost.textContent = `${starts.slice(11)}–${ends.slice(11)}`;
  paint(ghost, drag.place.element, starts, ends);
}

export function paint(ghost, element, starts, ends) {
  const first = Number(element.closest("[data-first]").dataset.first) * HOUR;
  const midnight = `${element.dataset.day}T00:00`;
  const from = Math.max(0, Math.floor((minutesBetween(midnight, starts) - first) / SLOT));
  const lines = Math.max(1, Math.ceil(minutesBetween(starts, ends) / SLOT));
  const span = `${from + 1} / span ${Math.min(lines, 96 - from)}`;
  if (element.matches(".k-cal-day")) ghost.style.gridRow = span;
  else ghost.style.gridColumn = span;
  element.append(ghost);
}

function drop(done) {
  const [starts, ends] = aim(done);
  const { id, inquiry, v, who, user, name, s, e } = done.source.dataset;
  const performer = done.place.user ?? who ?? user;
  if (id && starts === s && ends === e && performer === who) return;
  const form = document.getElementById("k-cal-drop");
  const shown = { starts_at: starts, ends_at: ends, performer_id: performer ?? "", version: v ?? "", name: name ?? "" };
  Object.entries(shown).forEach(([field, value]) => (form.elements[field].value = value));
  form.action = id ? `/crm_inquiries/calendar/activities/${id}/move` : `/crm_inquiries/calendar/plan?inquiry=${inquiry}`;
  form.submit();
}
