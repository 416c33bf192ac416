// Sentences in the reader's language, handed over by the page.
let texts = null;

export function text(name) {
  if (!texts) {
    const source = document.getElementById("k-texts");
    texts = source ? JSON.parse(source.textContent) : {};
  }
  return texts[name] ?? "";
}
