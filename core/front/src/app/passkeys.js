// Passkeys: the form asks the server what to ask the device for, and sends the device's answer in a hidden field.
const known = Boolean(window.PublicKeyCredential && navigator.credentials);

function reveal(root) {
  root.querySelectorAll("[data-k-passkey]").forEach((form) => {
    if (known) form.hidden = false;
    else form.querySelector("[data-k-passkey-unknown]")?.removeAttribute("hidden");
  });
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-k-passkey]");
  if (!form || !known || form.elements.passkey.value) return;
  event.preventDefault();
  event.stopPropagation();
  ask(form);
}, true);

async function ask(form) {
  const failed = form.querySelector("[data-k-passkey-failed]");
  if (failed) failed.hidden = true;
  try {
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
    const response = await fetch(form.dataset.kOptions, { method: "POST", body, headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(String(response.status));
    const publicKey = decoded(await response.json());
    const credential = form.dataset.kPasskey === "create"
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ publicKey });
    form.elements.passkey.value = JSON.stringify(encoded(credential));
    form.submit();
  } catch {
    if (failed) failed.hidden = false;
  }
}

function decoded(options) {
  const bytes = (one) => ({ ...one, id: toBytes(one.id) });
  const result = { ...options, challenge: toBytes(options.challenge) };
  if (options.user) result.user = bytes(options.user);
  if (options.excludeCredentials) result.excludeCredentials = options.excludeCredentials.map(bytes);
  if (options.allowCredentials) result.allowCredentials = options.allowCredentials.map(bytes);
  return result;
}

function encoded(credential) {
  const from = credential.response;
  const response = { clientDataJSON: toText(from.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (from[name]) response[name] = toText(from[name]);
  }
  if (from.getTransports) response.transports = from.getTransports();
  return { id: credential.id, rawId: toText(credential.rawId), type: credential.type, response, clientExtensionResults: {} };
}

function toBytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function toText(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

reveal(document);
