// Mentions: after an @ in a note the colleagues who may read it are offered; chosen with the arrow keys or the mouse.
const WRITTEN = /(?:^|[^\p{L}\p{N}._+-])@([\p{L}\p{N}][\p{L}\p{N}'’-]{0,30}(?: [\p{L}\p{N}'’-]{1,30})?)$/u;
let asked = 0;

const urlFor = (field) => field.matches?.("textarea") && field.closest("form[data-k-mentions]")?.dataset.kMentions;
const listOf = (field) => field.parentElement.querySelector(".k-mentions");
const chosen = (list) => [...list.children].findIndex((one) => one.getAttribute("aria-selected") === "true");

function written(field) {
  if (field.selectionStart !== field.selectionEnd) return null;
  return WRITTEN.exec(field.value.slice(0, field.selectionStart))?.[1] ?? null;
}

function close(field) {
  listOf(field)?.remove();
  field.removeAttribute("aria-activedescendant");
  field.removeAttribute("aria-controls");
}

function choose(field, list, index) {
  [...list.children].forEach((one, place) => one.setAttribute("aria-selected", String(place === index)));
  field.setAttribute("aria-activedescendant", list.children[index].id);
}

function take(field, name) {
  const typed = written(field) ?? "";
  const end = field.selectionStart;
  const begin = end - typed.length;
  field.setRangeText(`${name} `, begin, end, "end");
  close(field);
  field.focus();
}

function show(field, people) {
  close(field);
  if (!people.length) return;
  const list = document.createElement("ul");
  list.className = "k-mentions";
  list.id = `${field.id}-mentions`;
  list.setAttribute("role", "listbox");
  people.forEach((person, place) => {
    const item = document.createElement("li");
    item.id = `${list.id}-${place}`;
    item.setAttribute("role", "option");
    item.textContent = person.name;
    item.addEventListener("mousedown", (event) => {
      event.preventDefault();
      take(field, person.name);
    });
    list.append(item);
  });
  field.parentElement.classList.add("k-has-mentions");
  field.after(list);
  field.setAttribute("aria-controls", list.id);
  choose(field, list, 0);
}

document.addEventListener("input", async (event) => {
  const field = event.target;
  const url = urlFor(field);
  if (!url) return;
  const typed = written(field);
  const mine = ++asked;
  if (!typed) return close(field);
  try {
    const answer = await fetch(`${url}?q=${encodeURIComponent(typed)}`, { headers: { Accept: "application/json" } });
    const people = answer.ok ? await answer.json() : [];
    if (mine === asked && document.activeElement === field) show(field, people);
  } catch {
    close(field);
  }
});

document.addEventListener("keydown", (event) => {
  const field = event.target;
  const list = urlFor(field) && listOf(field);
  if (!list) return;
  const count = list.children.length;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    choose(field, list, (chosen(list) + (event.key === "ArrowDown" ? 1 : -1) + count) % count);
  } else if (event.key === "Enter" || event.key === "Tab") {
    event.preventDefault();
    event.stopImmediatePropagation();
    take(field, list.children[chosen(list)].textContent);
  } else if (event.key === "Escape") {
    event.stopImmediatePropagation();
    close(field);
  }
}, true);

document.addEventListener("focusout", (event) => {
  if (urlFor(event.target)) close(event.target);
});
