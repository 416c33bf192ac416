// Only the parts that pages use. Importing the sources one by one keeps the rest of Tabler's script out of the bundle.
export { default as Collapse } from "@tabler/core/js/src/bootstrap/collapse";
export { default as Dropdown } from "@tabler/core/js/src/bootstrap/dropdown";
export { default as Offcanvas } from "@tabler/core/js/src/bootstrap/offcanvas";
export { default as Toast } from "@tabler/core/js/src/bootstrap/toast";
export { default as Tooltip } from "@tabler/core/js/src/bootstrap/tooltip";
