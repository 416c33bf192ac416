// The one script that every page loads: htmx, the Tabler parts in use, then our own small modules.
import htmx from "htmx.org";
import "./tabler.js";
import "./app/index.js";

window.htmx = htmx;
