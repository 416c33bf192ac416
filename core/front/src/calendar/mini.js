// Days drawn over in the small month, or a second one with Shift, are shown together.
const DAY = "[data-k-mini] a[data-day]";
let from = null;
let dragged = false;

const under = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest?.(DAY);

document.addEventListener("pointerdown", (event) => {
  const link = event.target.closest?.(DAY);
  if (link && event.button === 0 && event.pointerType !== "touch" && !event.shiftKey) [from, dragged] = [link, false];
});

document.addEventListener("pointermove", (event) => {
  const link = from && under(event);
  if (!link) return;
  dragged ||= link !== from;
  const [first, last] = [from.dataset.day, link.dataset.day].sort();
  document.querySelectorAll(DAY).forEach((one) => {
    one.classList.toggle("is-picked", dragged && one.dataset.day >= first && one.dataset.day <= last);
  });
});

document.addEventListener("pointerup", (event) => {
  const [begun, link] = [from, from && under(event)];
  from = null;
  if (dragged && link) show(begun.dataset.day, link.dataset.day);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(DAY);
  if (!link) return;
  if (dragged) event.preventDefault();
  else if (event.shiftKey) {
    event.preventDefault();
    const shown = document.querySelector("[data-k-range]").elements;
    show(shown.day.value, link.dataset.day);
  }
  dragged = false;
});

function show(one, other) {
  const form = document.querySelector("[data-k-range]");
  [form.elements.day.value, form.elements.until.value] = [one, other].sort();
  form.submit();
}
