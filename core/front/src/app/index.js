// Our own behaviour: every module works on markup that also works without it, and listens on the document,
// so that what htmx puts into the page needs no starting.
document.documentElement.classList.add("k-js");

import "./theme.js";
import "./drawer.js";
import "./popups.js";
import "./toasts.js";
import "./search.js";
import "./forms.js";
import "./drafts.js";
import "./shortcuts.js";
import "./palette.js";
import "./as_of.js";
import "./opened.js";
import "./tabs.js";
import "./scrollers.js";
import "./seen.js";
import "./rows.js";
import "./minutes.js";
import "./pending.js";
import "./passkeys.js";
import "./mentions.js";
import "./push.js";
import "./installed.js";
