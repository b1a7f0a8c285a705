// Says under a chart in words what the mark under the pointer or the focus shows. Without this script the same words are
// the mark's title and a row of the table, so nothing is lost. Escape takes them away.
const show = (event) => {
  const mark = event.target.closest?.(".chart .mark");
  if (mark) mark.closest(".chart").querySelector(".chart-detail").textContent = mark.getAttribute("aria-label");
};
document.addEventListener("pointerover", show);
document.addEventListener("focusin", show);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll(".chart-detail").forEach((each) => { each.textContent = ""; });
});
