// Loaded only by pages with a board or with a list that people put into order. Without it cards are moved by a form.
import Sortable from "sortablejs";

const CARD = "[data-k-card]";
const LIST = "[data-k-stage]";
const PLACE = ".k-board-column, .k-board-end";
const board = () => document.getElementById("k-board");
const prompt = () => document.getElementById("k-board-prompt");
const listsOf = () => [...board().querySelectorAll(`.k-board-columns ${LIST}`)];
let putBack = null;

function start() {
  document.querySelectorAll(LIST).forEach((list) => {
    if (Sortable.get(list)) return;
    Sortable.create(list, {
      group: "board",
      draggable: CARD,
      sort: false,
      delay: 150,
      delayOnTouchOnly: true,
      onStart: () => hold(true),
      onEnd: dropped,
    });
  });
  document.querySelectorAll("[data-k-order]").forEach((list) => {
    if (Sortable.get(list)) return;
    Sortable.create(list, { handle: "[data-k-handle]", draggable: "[data-k-id]", onEnd: () => keepOrder(list) });
  });
}

// A card taken out of the longest column would make the board shorter, and what lies below it would slip away.
function hold(isHeld) {
  const columns = board().querySelector(".k-board-columns");
  columns.style.minHeight = isHeld ? `${columns.offsetHeight}px` : "";
  board().classList.toggle("is-dragging", isHeld);
}

// The card goes where it was let go, not where it was last seen on the way there; let go elsewhere, it goes back.
function placeUnder(event) {
  if (event.type === "dragend" || event.type.endsWith("cancel")) return null;
  const { clientX, clientY } = event.changedTouches?.[0] ?? event;
  const place = document.elementFromPoint(clientX, clientY)?.closest(PLACE);
  return place?.matches(LIST) ? place : (place?.querySelector(LIST) ?? null);
}

function dropped({ originalEvent, item, from, to, oldIndex }) {
  const target = placeUnder(originalEvent);
  const putBack = () => {
    if (item.parentNode !== from) from.insertBefore(item, from.children[oldIndex] ?? null);
  };
  hold(false);
  if (!target || target === from) return putBack();
  if (target !== to) target.append(item);
  move(item, target.dataset.kStage, putBack);
}

const send = (url, values) =>
  fetch(url, {
    method: "POST",
    headers: { "HX-Request": "true", "X-CSRFToken": (board() ?? document.querySelector("[data-k-order]")).dataset.kToken },
    body: new URLSearchParams(values),
  });

async function move(card, stage, undo) {
  const url = `${board().dataset.kMove}${card.dataset.kCard}/move`;
  try {
    const answer = await send(url, { stage_id: stage, back: location.pathname + location.search });
    if (answer.ok) show(await answer.text(), card.dataset.kCard);
    else if (answer.status === 422) ask(await answer.text(), undo);
    else location.reload();
  } catch {
    location.reload();
  }
}

function show(text, id) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const places = [...board().querySelectorAll(".k-board-cards")].map((list) => list.scrollTop);
  for (const name of ["k-board", "k-toasts"]) {
    const fresh = page.getElementById(name);
    if (fresh) document.getElementById(name)?.replaceWith(fresh);
  }
  board().querySelectorAll(".k-board-cards").forEach((list, place) => (list.scrollTop = places[place] ?? 0));
  window.htmx?.process(board());
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
  board().querySelector(`[data-k-card="${id}"] a`)?.focus();
}

function ask(text, undo = null) {
  const page = new DOMParser().parseFromString(text, "text/html");
  prompt().replaceChildren(...page.body.children);
  putBack = undo;
  if (!prompt().open) prompt().showModal();
  prompt().querySelector("[aria-invalid=true], select, input:not([type=hidden]), textarea")?.focus();
}

async function keepOrder(list) {
  const ids = [...list.querySelectorAll("[data-k-id]")].map((row) => row.dataset.kId);
  const answer = await send(list.dataset.kOrder, { ids: ids.join(",") }).catch(() => null);
  if (!answer?.ok) location.reload();
}

document.addEventListener("dragover", (event) => {
  if (document.querySelector("#k-board.is-dragging") && event.target.closest?.(PLACE)) event.preventDefault();
});

document.addEventListener("click", async (event) => {
  if (event.target.closest("[data-k-close-prompt]")) {
    event.preventDefault();
    prompt().close();
    return;
  }
  const link = event.target.closest("a[data-k-move-to]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  const answer = await fetch(link.href, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (answer?.ok) ask(await answer.text());
  else location.assign(link.href);
});

document.addEventListener("close", (event) => {
  if (event.target !== prompt()) return;
  putBack?.();
  putBack = null;
}, true);

document.addEventListener("submit", (event) => {
  if (event.target.closest("#k-board-prompt")) putBack = null;
});

// Arrows walk from card to card; with Shift they take the card along to the column beside.
document.addEventListener("keydown", (event) => {
  const card = event.target.closest?.(CARD);
  if (!card || !board()?.contains(card) || event.altKey || event.ctrlKey || event.metaKey) return;
  const lists = listsOf();
  const column = lists.indexOf(card.closest(LIST));
  const aside = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const along = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (column < 0 || (!aside && !along)) return;
  event.preventDefault();
  const cards = [...card.closest(LIST).querySelectorAll(CARD)];
  const place = cards.indexOf(card);
  if (along) {
    if (!event.shiftKey) focusOn(cards[place + along]);
  } else if (event.shiftKey) {
    const target = lists[column + aside];
    if (target) move(card, target.dataset.kStage, null);
  } else {
    for (let other = column + aside; lists[other]; other += aside) {
      const there = [...lists[other].querySelectorAll(CARD)];
      if (there.length) return focusOn(there[Math.min(place, there.length - 1)]);
    }
  }
});

const focusOn = (card) => card?.querySelector("a")?.focus();

start();
document.addEventListener("htmx:after:swap", start);
