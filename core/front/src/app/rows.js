// Rows of a list: tick all, tick a run with Shift, choose all results on all pages, and show what can be done once
// something is ticked.
const ROW = "input[data-k-row]";
const EVERYTHING = "[data-k-everything] input";
let last = null;

const rowsOf = (place) => [...(place.closest("form, table") ?? document).querySelectorAll(ROW)];

document.addEventListener("change", (event) => {
  const all = event.target.closest?.("input[data-k-all-rows]");
  if (all) rowsOf(all).forEach((row) => (row.checked = all.checked));
  if (all || event.target.matches?.(`${ROW}, ${EVERYTHING}`)) show(event.target);
});

document.addEventListener("click", (event) => {
  const row = event.target.closest?.(ROW);
  if (!row) return;
  const rows = rowsOf(row);
  if (event.shiftKey && last && rows.includes(last)) {
    const [from, to] = [rows.indexOf(last), rows.indexOf(row)].sort((a, b) => a - b);
    rows.slice(from, to + 1).forEach((one) => (one.checked = row.checked));
  }
  last = row;
});

function show(place) {
  const scope = place.closest("form") ?? document;
  const rows = rowsOf(place);
  const ticked = rows.filter((row) => row.checked).length;
  const all = scope.querySelector("input[data-k-all-rows]");
  if (all) {
    all.checked = ticked > 0 && ticked === rows.length;
    all.indeterminate = ticked > 0 && ticked < rows.length;
  }
  const everything = offerEverything(scope, ticked > 0 && ticked === rows.length);
  scope.querySelectorAll("[data-k-bulk]").forEach((bar) => (bar.hidden = ticked === 0));
  scope.querySelectorAll("[data-k-ticked]").forEach((note) => (note.textContent = everything || String(ticked)));
  scope.querySelectorAll("[data-k-single]").forEach((button) => (button.disabled = Boolean(everything) || ticked !== 1));
}

// All results are offered once the whole page is ticked; returns how many are chosen that way, "" for none.
function offerEverything(scope, wholePage) {
  const label = scope.querySelector("[data-k-everything]");
  const box = label?.querySelector("input");
  if (!box) return "";
  label.hidden = !wholePage;
  if (!wholePage) box.checked = false;
  return box.checked ? box.dataset.kNumber : "";
}

// Without script the bar is always there; with it only when a row is ticked.
const startAll = () => document.querySelectorAll("[data-k-bulk]").forEach((bar) => show(bar));
document.addEventListener("DOMContentLoaded", startAll);
document.addEventListener("htmx:after:swap", startAll);
if (document.readyState !== "loading") startAll();
