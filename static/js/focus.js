// When a filter removes the very control that had the focus (a chip, the last page), the focus would fall back to the
// top of the page. Give it to the count instead, which says what the filter did.
document.addEventListener("htmx:after:swap", () => {
  const lost = !document.activeElement || document.activeElement === document.body;
  if (lost) document.getElementById("count")?.focus({ preventScroll: true });
});

// htmx 4.0.1 cancels a click with Ctrl, Cmd or Shift on a link that it has taken over, and then does nothing with it.
// Keep such a click from htmx, so that the browser opens its new tab or window as always.
document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) event.stopPropagation();
}, true);
