// The calendar: choose with a click or the arrows, open with a double click, drag to plan, move and stretch.
// Everything here has a form that does the same without script.
import "./calendar/choosing.js";
import "./calendar/dragging.js";
import "./calendar/empty.js";
import "./calendar/mini.js";
