// What is folded keeps its state in the address: opening something that has an id names it there, and an address that
// names something folded, or within it, opens it. A filter's facets are left alone: the query says which of them are open.
const unfold = () => {
  let each = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const target = each;
  while (each) {
    if (each instanceof HTMLDetailsElement) each.open = true;
    each = each.parentElement?.closest("details");
  }
  target?.scrollIntoView();
};
addEventListener("hashchange", unfold);
if (location.hash) unfold();

document.addEventListener("click", (event) => {
  const folded = event.target.closest?.("summary")?.parentElement;
  if (!folded?.id || folded.matches(".facet, .fold")) return;
  const here = `#${encodeURIComponent(folded.id)}`;
  // The click comes before what it does: what is shut now is about to open.
  if (!folded.open) history.replaceState(history.state, "", here);
  else if (location.hash === here) history.replaceState(history.state, "", location.pathname + location.search);
});
