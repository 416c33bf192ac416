// On narrow screens tabs scroll: the current one is brought into view, the page itself stays where it is.
for (const tabs of document.querySelectorAll(".k-tabs")) {
  const current = tabs.querySelector("[aria-current]");
  if (current && tabs.scrollWidth > tabs.clientWidth) {
    tabs.scrollLeft += current.getBoundingClientRect().left - tabs.getBoundingClientRect().left - (tabs.clientWidth - current.offsetWidth) / 2;
  }
}
