// The slash key goes to the search box, except where a slash may be part of what is being typed.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
  const box = document.getElementById("search-words");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});
