// The command palette: Ctrl+K opens it, arrows walk its lines, Enter takes one, Esc closes it.
const dialog = () => document.getElementById("k-palette");
const field = () => document.getElementById("k-palette-field");
const list = () => document.getElementById("k-palette-list");
const lines = () => [...list().querySelectorAll("[role=option]:not([aria-disabled])")];
const chosen = () => lines().findIndex((line) => line.getAttribute("aria-selected") === "true");

// Somebody who writes and presses Enter at once means the answer to what was written, not the one before.
let waiting = false;
const isAnswered = () => list().querySelector("[data-k-answers]")?.dataset.kAnswers === field().value;
const ask = () => field().dispatchEvent(new CustomEvent("k-ask"));

document.addEventListener("keydown", (event) => {
  const isK = event.code === "KeyK" || event.key.toLowerCase() === "k";
  if (!isK || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || !dialog()) return;
  event.preventDefault();
  if (dialog().open) dialog().close();
  else open();
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-k-palette]");
  if (opener && dialog()) {
    event.preventDefault();
    open();
  } else if (event.target === dialog()) {
    dialog().close();
  }
});

function open() {
  document.querySelectorAll("dialog[open]").forEach((other) => other.close());
  dialog().showModal();
  waiting = false;
  field().focus();
  field().select();
  ask();
}

// The line that was chosen is about to go; until the new ones are there, none is.
document.addEventListener("htmx:before:swap", (event) => {
  if (event.target === field()) field().removeAttribute("aria-activedescendant");
});

document.addEventListener("htmx:after:swap", (event) => {
  if (event.target !== field() || !dialog().open) return;
  lines().forEach((line, place) => (line.id = `k-palette-${place}`));
  choose(0);
  if (waiting && isAnswered()) take();
});

document.addEventListener("keydown", (event) => {
  if (!dialog()?.open || event.target !== field()) return;
  const count = lines().length;
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
    event.preventDefault();
    choose((chosen() + (event.key === "ArrowDown" ? 1 : count - 1)) % count);
  } else if (event.key === "Enter") {
    event.preventDefault();
    waiting = !isAnswered();
    if (waiting) ask();
    else take();
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopImmediatePropagation();
    dialog().close();
  } else {
    waiting = false;
  }
});

function choose(index) {
  const found = lines();
  found.forEach((line, place) => line.setAttribute("aria-selected", String(place === index)));
  if (!found[index]) return field().removeAttribute("aria-activedescendant");
  field().setAttribute("aria-activedescendant", found[index].id);
  found[index].scrollIntoView({ block: "nearest" });
}

function take() {
  waiting = false;
  const line = lines()[Math.max(0, chosen())];
  if (!line) return;
  dialog().close();
  line.click();
}
