// A menu in the filter names one more value to choose. Once the list has changed it names none again: what was chosen is a
// link now, and the entry in its place is another value, which nobody has chosen.
document.addEventListener("htmx:after:swap", () => {
  for (const menu of document.querySelectorAll(".others select")) menu.selectedIndex = 0;
});
