// When a filter removes the very control that had the focus (a chip, the last page), the focus would fall back to the
// top of the page. Give it to the count instead, which says what the filter did.
document.addEventListener("htmx:after:swap", () => {
  const lost = !document.activeElement || document.activeElement === document.body;
  if (lost) document.getElementById("count")?.focus({ preventScroll: true });
});
