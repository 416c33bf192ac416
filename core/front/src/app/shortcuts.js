// Keys outside of fields: "/" searches, "?" lists the keys, "N C" and the like follow the links that list them.
const PATIENCE = 1200;
let first = null;
let since = 0;

const dialog = () => document.getElementById("k-shortcuts");
const isTyping = (target) => target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);

// On a Cyrillic keyboard the key marked N gives another letter; its place on the keyboard stays.
const letter = (event) => (event.code.startsWith("Key") ? event.code.slice(3) : event.key).toLowerCase();

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "/") return focusSearch(event);
  if (event.key === "?") return openDialog(event);
  const pressed = letter(event);
  const sequence = first && event.timeStamp - since < PATIENCE ? `${first} ${pressed}` : pressed;
  first = pressed;
  since = event.timeStamp;
  const link = linkOf(sequence) ?? linkOf(pressed);
  if (link) {
    event.preventDefault();
    first = null;
    link.click();
  }
});

// A key counts by itself, too, when it makes no sequence with the one before, such as an arrow.
function linkOf(keys) {
  return document.querySelector(`[data-k-keys="${CSS.escape(keys)}"]`);
}

function focusSearch(event) {
  const field = document.getElementById("k-search");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
}

function openDialog(event) {
  if (!dialog()) return;
  event.preventDefault();
  listKeysOfPage();
  dialog().showModal();
}

// What a page can do by key stands on the page itself: a link or button with data-k-keys.
function listKeysOfPage() {
  const section = document.getElementById("k-keys-page");
  if (!section) return;
  const own = [...document.querySelectorAll("[data-k-keys]")].filter((one) => !dialog().contains(one));
  section.querySelector("dl").replaceChildren(...own.map(row));
  section.hidden = own.length === 0;
}

function row(one) {
  const [line, keys, title] = ["div", "dt", "dd"].map((name) => document.createElement(name));
  one.dataset.kKeys.split(" ").forEach((key) => {
    const mark = document.createElement("kbd");
    mark.textContent = key.toUpperCase();
    keys.append(mark, " ");
  });
  title.textContent = one.getAttribute("aria-label") ?? one.textContent.trim();
  line.append(keys, title);
  return line;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-k-shortcuts]")) openDialog(event);
  else if (event.target === dialog()) dialog().close();
});
