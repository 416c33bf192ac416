// Forms: Ctrl+Enter saves, Esc leaves (the draft is kept), nothing typed is lost by a stray click, and no double saves.
import { keepDraft } from "./drafts.js";

const FORM = "form[data-k-form]";
const MOST_WAIT = 10000;
let isLeaving = false;

const forms = () => [...document.querySelectorAll(FORM)];
const isDirty = (form) => form.dataset.kDirty === "1";

function markDirty(event) {
  const form = event.target.closest?.(FORM);
  if (form && form.method === "post") form.dataset.kDirty = "1";
}
document.addEventListener("input", markDirty);
document.addEventListener("change", markDirty);

// A value edited in place: the same keys, but the page stays.
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(".k-inline-form");
  if (!form) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.key === "Escape") {
    form.querySelector("[data-k-cancel-link]")?.click();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.target.closest?.(".k-inline-form")) return;
  const form = event.target.closest?.(FORM) ?? (forms().length === 1 ? forms()[0] : null);
  if (!form) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    const buttons = ".k-submit button[type=submit], button.btn-primary[type=submit]";
    form.requestSubmit(form.querySelector("[data-k-save]") ?? form.querySelector(buttons) ?? undefined);
  } else if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) {
    leave(form);
  }
});

function leave(form) {
  const target = form.dataset.kCancel;
  if (!target) return;
  if (isDirty(form)) keepDraft(form);
  isLeaving = true;
  location.assign(target);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-k-cancel-link]");
  const form = link?.closest(FORM);
  if (!form) return;
  if (isDirty(form)) keepDraft(form);
  isLeaving = true;
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches(FORM)) return;
  if (form.dataset.kSent) {
    event.preventDefault();
    return;
  }
  form.dataset.kSent = "1";
  isLeaving = true;
  setTimeout(() => {
    delete form.dataset.kSent;
    isLeaving = false;
  }, MOST_WAIT);
});

window.addEventListener("beforeunload", (event) => {
  if (!isLeaving && forms().some(isDirty)) event.preventDefault();
});

window.addEventListener("pageshow", () => {
  isLeaving = false;
  forms().forEach((form) => delete form.dataset.kSent);
});

// After a refused save the cursor stands in the first field that needs another look.
const toFirstError = () => document.querySelector(`${FORM} [aria-invalid=true]`)?.focus();
document.addEventListener("DOMContentLoaded", toFirstError);
document.addEventListener("htmx:after:swap", (event) => {
  if (event.target.querySelector?.("[aria-invalid=true]")) toFirstError();
});
if (document.readyState !== "loading") toFirstError();
