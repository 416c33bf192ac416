// Days and minutes of the reader's clock, as text like 2026-11-23T10:00, and where on the page they lie.
export const SLOT = 15;
const DAY = 24 * 60;

const stamp = (text) => Date.parse(`${text}:00Z`) / 60000;
export const written = (minutes) => new Date(minutes * 60000).toISOString().slice(0, 16);
export const plus = (text, minutes) => written(stamp(text) + minutes);
export const minutesBetween = (from, to) => stamp(to) - stamp(from);
export const at = (day, minute) => plus(`${day}T00:00`, minute);
export const clock = (minute) => {
  const inside = ((minute % DAY) + DAY) % DAY;
  return `${String(Math.floor(inside / 60)).padStart(2, "0")}:${String(inside % 60).padStart(2, "0")}`;
};

// What is under the pointer: a day of the grid, a lane of the timeline or a day of a month.
export function placeAt(x, y) {
  const found = document.elementsFromPoint(x, y).find((one) => one.matches?.(".k-cal-day, .k-cal-lane, .k-cal-cell[data-day]"));
  if (!found) return null;
  const { day, user, resource } = found.dataset;
  return { element: found, day, user, resource, minute: minuteAt(found, x, y) };
}

function minuteAt(element, x, y) {
  if (element.matches(".k-cal-cell")) return null;
  const box = element.getBoundingClientRect();
  const hours = Number(getComputedStyle(element).getPropertyValue("--h"));
  const first = Number(element.closest("[data-first]").dataset.first);
  const share = element.matches(".k-cal-day") ? (y - box.top) / box.height : (x - box.left) / box.width;
  const slot = Math.max(0, Math.min(hours * 4 - 1, Math.floor(share * hours * 4)));
  return first * 60 + slot * SLOT;
}
