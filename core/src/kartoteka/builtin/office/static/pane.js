// The page beside a document or a mail: asks what it is and whose, and sends it to the register through the API.
(() => {
  "use strict";
  const KEY = "kartoteka.key";
  const SAVED_AS = "kartotekaDocument";
  const FILES = "/api/v1/files/files";
  const SLICE = 1048576;
  const at = (id) => document.getElementById(id);
  const say = document.body.dataset;
  let program = null;
  let client = null;
  let attempt = null;
  let searching = 0;

  class Refused extends Error {}

  function tell(text, isError = false) {
    at("message").textContent = text;
    at("message").classList.toggle("is-error", isError);
  }

  async function ask(path, options = {}) {
    const headers = { Authorization: `Bearer ${localStorage.getItem(KEY) || ""}`, ...options.headers };
    let answer;
    try {
      answer = await fetch(path, { ...options, headers, credentials: "omit", cache: "no-store" });
    } catch {
      throw new Refused(say.noAnswer);
    }
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) return said;
    if (answer.status === 401) {
      begin();
      throw new Refused(say.wrongKey);
    }
    const named = (said.errors || []).map((one) => one.message).join(" ");
    throw new Refused(named || said.detail || said.title || say.noAnswer);
  }

  // --- What the program holds ---------------------------------------------------------------------------------------

  const called = (start) =>
    new Promise((resolve, reject) =>
      start((result) =>
        result.status === "succeeded" ? resolve(result.value) : reject(new Refused(result.error?.message || say.noFile)),
      ),
    );

  const isMail = () => program === "Outlook";

  async function contentOfDocument() {
    const file = await called((done) => Office.context.document.getFileAsync("compressed", { sliceSize: SLICE }, done));
    try {
      const parts = [];
      for (let number = 0; number < file.sliceCount; number += 1) {
        const slice = await called((done) => file.getSliceAsync(number, done));
        parts.push(new Uint8Array(slice.data));
      }
      return new Blob(parts);
    } finally {
      file.closeAsync(() => {});
    }
  }

  async function contentOfMail() {
    const item = Office.context.mailbox.item;
    if (!item.getAsFileAsync) throw new Refused(say.noFile);
    const encoded = await called((done) => item.getAsFileAsync(done));
    return new Blob([Uint8Array.from(atob(encoded), (sign) => sign.charCodeAt(0))]);
  }

  function nameOfDocument() {
    const address = Office.context.document.url || "";
    const last = address.split(/[\\/]/).pop().split("?")[0];
    let name = last;
    try {
      name = decodeURIComponent(last);
    } catch {
      // A name with a lone per cent sign is one as it is.
    }
    return name || (program === "Excel" ? "Book.xlsx" : "Document.docx");
  }

  const filename = () => (isMail() ? `${at("title").value || "mail"}.eml` : nameOfDocument());
  const savedAs = () => (isMail() ? null : Office.context.document.settings?.get(SAVED_AS) || null);

  async function remember(id) {
    const settings = isMail() ? null : Office.context.document.settings;
    if (!settings) return;
    settings.set(SAVED_AS, id);
    await new Promise((resolve) => settings.saveAsync(resolve));
  }

  // --- The key, and what may be chosen ------------------------------------------------------------------------------

  function begin() {
    at("key-form").hidden = false;
    at("save-form").hidden = true;
    at("key").focus();
  }

  function offer(select, choices) {
    for (const one of choices) select.append(new Option(one.title, one.value));
  }

  async function open() {
    const choices = await ask("/api/v1/office/choices");
    at("kind").replaceChildren();
    at("status").replaceChildren(new Option("", ""));
    offer(at("kind"), choices.kinds);
    offer(at("status"), choices.statuses);
    at("kind").value = isMail() ? "letter" : "other";
    at("title").value = isMail() ? Office.context.mailbox.item.subject || "" : nameOfDocument().replace(/\.[^.]+$/, "");
    at("again-label").hidden = savedAs() === null;
    at("key-form").hidden = true;
    at("save-form").hidden = false;
    tell("");
    const sender = isMail() && Office.context.mailbox.item.from?.emailAddress;
    if (sender) await search(sender, true);
  }

  // --- Whose it is --------------------------------------------------------------------------------------------------

  function choose(one) {
    client = one;
    at("client-words").value = one ? `${one.name} (${one.number})` : "";
    list([]);
    guarded(offerLinks);
  }

  function linkBox(one) {
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.value = one.value;
    label.append(box, ` ${one.group}: ${one.title}`);
    return label;
  }

  // What is under another record, such as the activities of a project, is offered when that one is chosen.
  function showUnder(boxes) {
    for (const [one, label] of boxes) {
      const above = one.under && boxes.find(([other]) => other.value === one.under)[1].firstChild;
      label.hidden = Boolean(above) && !(above.checked && !above.parentNode.hidden);
      if (label.hidden) label.firstChild.checked = false;
    }
  }

  async function offerLinks() {
    const asked = client;
    const { links } = asked ? await ask(`/api/v1/office/links?client=${asked.id}`) : { links: [] };
    if (asked !== client) return;
    const boxes = links.map((one) => [one, linkBox(one)]);
    at("links").replaceChildren(at("links").firstElementChild, ...boxes.map(([, label]) => label));
    at("links").hidden = boxes.length === 0;
    at("links").onchange = () => showUnder(boxes);
    showUnder(boxes);
  }

  const chosenLinks = () => [...at("links").querySelectorAll("input:checked")].map((box) => box.value);

  function list(found) {
    const box = at("clients");
    box.replaceChildren(
      ...found.map((one, place) => {
        const line = document.createElement("li");
        line.id = `client-${place}`;
        line.role = "option";
        line.textContent = `${one.name} (${one.number})`;
        line.setAttribute("aria-selected", "false");
        line.addEventListener("mousedown", (event) => event.preventDefault());
        line.addEventListener("click", () => choose(one));
        line.record = one;
        return line;
      }),
    );
    box.hidden = found.length === 0;
    at("client-words").setAttribute("aria-expanded", String(found.length > 0));
    at("client-words").removeAttribute("aria-activedescendant");
  }

  async function search(words, alone = false) {
    const mine = (searching += 1);
    if (words.trim().length < 2) return list([]);
    const found = await ask(`/api/v1/clients/clients?limit=8&q=${encodeURIComponent(words)}`);
    if (mine !== searching) return undefined;
    if (alone) {
      if (found.items.length === 1) choose(found.items[0]);
      return undefined;
    }
    list(found.items);
    return tell(found.items.length ? "" : say.none);
  }

  function move(step) {
    const lines = [...at("clients").children];
    if (!lines.length) return;
    const now = lines.findIndex((line) => line.getAttribute("aria-selected") === "true");
    const next = (now + step + lines.length) % lines.length;
    lines.forEach((line, place) => line.setAttribute("aria-selected", String(place === next)));
    at("client-words").setAttribute("aria-activedescendant", lines[next].id);
  }

  function keyed(event) {
    const lines = [...at("clients").children];
    const chosen = lines.find((line) => line.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && lines.length) {
      event.preventDefault();
      choose((chosen || lines[0]).record);
    } else if (event.key === "Escape") {
      list([]);
    }
  }

  // --- Saving -------------------------------------------------------------------------------------------------------

  function form(content, values) {
    const parts = new FormData();
    parts.append("file", content, filename());
    if (values) parts.append("values", JSON.stringify(values));
    return parts;
  }

  async function register(content) {
    const values = { kind: at("kind").value, title: at("title").value, client: client.id };
    if (at("status").value) values.status = at("status").value;
    if (at("note").value) values.note = at("note").value;
    if (chosenLinks().length) values.records = chosenLinks();
    // Sent again after an answer was lost, it is still one document.
    attempt ||= crypto.randomUUID();
    const made = await ask(`${FILES}/content`, {
      method: "POST",
      body: form(content, values),
      headers: { "Idempotency-Key": attempt },
    });
    attempt = null;
    await remember(made.id);
    return made;
  }

  async function save() {
    const known = savedAs();
    const again = known !== null && at("again").checked;
    if (!again && !client) throw new Refused(say.noClient);
    tell(say.saving);
    const content = await (isMail() ? contentOfMail() : contentOfDocument());
    if (again) {
      const { version } = await ask(`${FILES}/${known}`);
      const headers = { "If-Match": `"${version}"` };
      const made = await ask(`${FILES}/${known}/content`, { method: "PUT", body: form(content), headers });
      return tell(say.version.replace("{version}", made.latest));
    }
    const made = await register(content);
    at("again-label").hidden = savedAs() === null;
    return tell(made.number ? `${say.saved}: ${made.number}` : say.saved);
  }

  async function guarded(work) {
    at("save").disabled = true;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Refused && error.message === say.noAnswer)) attempt = null;
      tell(error.message, true);
    } finally {
      at("save").disabled = false;
    }
  }

  function listen() {
    let waiting = 0;
    at("key-form").addEventListener("submit", (event) => {
      event.preventDefault();
      localStorage.setItem(KEY, at("key").value.trim());
      at("key").value = "";
      guarded(open);
    });
    at("save-form").addEventListener("submit", (event) => {
      event.preventDefault();
      guarded(save);
    });
    at("forget").addEventListener("click", () => {
      localStorage.removeItem(KEY);
      begin();
    });
    at("client-words").addEventListener("input", () => {
      client = null;
      guarded(offerLinks);
      clearTimeout(waiting);
      waiting = setTimeout(() => guarded(() => search(at("client-words").value)), 250);
    });
    at("client-words").addEventListener("keydown", keyed);
  }

  if (typeof Office === "undefined") {
    tell(say.noProgram, true);
    return;
  }
  Office.onReady((info) => {
    program = info.host;
    if (!program) return tell(say.noProgram, true);
    listen();
    return localStorage.getItem(KEY) ? guarded(open) : begin();
  });
})();
