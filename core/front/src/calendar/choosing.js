// One event at a time is chosen: a click chooses, a second one or Enter opens; the arrows go to the next one.
const EVENT = "[data-k-cal] [data-id][href]";
const root = () => document.querySelector("[data-k-cal]");
let chosen = null;
let chosenBefore = null;

function choose(event) {
  chosen = event;
  const bar = document.querySelector("[data-k-chosen]");
  if (!bar) return;
  bar.hidden = !event;
  if (!event) return;
  const { id, open } = event.dataset;
  const back = encodeURIComponent(root().dataset.back);
  bar.querySelector("[data-k-chosen-name]").textContent = event.title || event.textContent.trim();
  bar.querySelector("[data-k-open]").href = event.href;
  [["move", "[data-k-move]"], ["done", "[data-k-done]"]].forEach(([what, where]) => {
    const link = bar.querySelector(where);
    if (!link) return;
    link.hidden = open === undefined;
    if (open === undefined) link.removeAttribute("href");
    else link.href = `/crm_inquiries/calendar/activities/${id}/${what}?back=${back}`;
  });
}

// A finger gives the focus, which chooses, before it clicks: what was chosen until then is opened by a second tap only.
document.addEventListener("pointerdown", () => (chosenBefore = chosen));

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(EVENT);
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  // A click by Enter has no detail: it opens, as a link does.
  if (event.detail === 0 || link.closest(".k-cal-agenda")) return;
  event.preventDefault();
  if (event.detail > 1 || (link === chosenBefore && event.pointerType === "touch")) {
    location.assign(link.href);
    return;
  }
  link.focus({ preventScroll: true });
  choose(link);
});

document.addEventListener("focusin", (event) => {
  const link = event.target.closest?.(EVENT);
  if (link) choose(link);
});

document.addEventListener("keydown", (event) => {
  const link = event.target.closest?.(EVENT);
  if (!link || event.ctrlKey || event.metaKey || event.altKey) return;
  const next = neighbour(link, event.key);
  if (!next) return;
  event.preventDefault();
  next.focus();
});

function neighbour(link, key) {
  const all = [...root().querySelectorAll("[data-id][href]")];
  const here = all.indexOf(link);
  if (key === "ArrowDown") return all[here + 1];
  if (key === "ArrowUp") return all[here - 1];
  if (key === "Home") return all[0];
  if (key === "End") return all.at(-1);
  if (key === "ArrowRight" || key === "ArrowLeft") return inNextDay(link, all, key === "ArrowRight" ? 1 : -1);
  return null;
}

// The nearest day on that side that has something, and in it what begins closest to the same time.
function inNextDay(link, all, side) {
  const day = link.dataset.s.slice(0, 10);
  const days = [...new Set(all.map((one) => one.dataset.s.slice(0, 10)))].sort();
  const wanted = days[days.indexOf(day) + side];
  const hour = Number(link.dataset.s.slice(11, 13));
  const far = (one) => Math.abs(Number(one.dataset.s.slice(11, 13)) - hour);
  return all.filter((one) => one.dataset.s.startsWith(wanted ?? "?")).sort((a, b) => far(a) - far(b))[0];
}
