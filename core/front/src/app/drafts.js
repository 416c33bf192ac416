// What was typed into a form that was left is kept in this tab, and offered when the form is opened again.
import { text } from "./texts.js";

const PREFIX = "k-draft:";
const SKIPPED = new Set(["csrf_token", "version", "confirmed", "take_theirs"]);
const keyOf = (form) => (form.dataset.kDraft ? PREFIX + form.dataset.kDraft : null);

export function keepDraft(form) {
  const key = keyOf(form);
  if (!key) return;
  const typed = [...form.elements]
    .filter((field) => field.name && !SKIPPED.has(field.name) && !["password", "file", "hidden"].includes(field.type))
    .map((field) => [field.name, field.value, ["checkbox", "radio"].includes(field.type) ? field.checked : null]);
  sessionStorage.setItem(key, JSON.stringify(typed));
}

function putBack(form, typed) {
  for (const [name, value, checked] of typed) {
    const fields = [...form.elements].filter((field) => field.name === name);
    const field = checked === null ? fields[0] : fields.find((one) => one.value === value);
    if (!field) continue;
    if (checked === null) field.value = value;
    else field.checked = checked;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function button(words, css, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `btn btn-sm ${css}`;
  made.textContent = words;
  made.addEventListener("click", action);
  return made;
}

function offer(form) {
  const key = keyOf(form);
  const kept = key && sessionStorage.getItem(key);
  if (!kept || form.querySelector(".k-draft") || form.querySelector("[aria-invalid=true]")) return;
  const box = document.createElement("div");
  box.className = "k-draft alert alert-info k-alert";
  const words = document.createElement("span");
  words.textContent = text("draft");
  const forget = () => {
    sessionStorage.removeItem(key);
    box.remove();
  };
  const restore = () => {
    putBack(form, JSON.parse(kept));
    forget();
  };
  box.append(words, button(text("restore"), "btn-primary", restore), button(text("discard"), "btn-ghost-secondary", forget));
  (form.querySelector(".card-body") ?? form).prepend(box);
}

document.addEventListener("submit", (event) => {
  const key = event.target.matches("form[data-k-form]") && keyOf(event.target);
  if (key) sessionStorage.removeItem(key);
});

const offerAll = () => document.querySelectorAll("form[data-k-draft]").forEach(offer);
document.addEventListener("DOMContentLoaded", offerAll);
if (document.readyState !== "loading") offerAll();
