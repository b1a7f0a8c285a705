// Says under a chart in words what the mark under the pointer, or else the focus, shows. Without this script the same words
// are the mark's title and a row of the table, so nothing is lost. Escape takes them away.
const tell = (chart, mark) => { if (chart) chart.querySelector(".chart-detail").textContent = mark?.getAttribute("aria-label") ?? ""; };
const show = (event) => {
  const mark = event.target.closest?.(".chart .mark");
  if (mark) tell(mark.closest(".chart"), mark);
};
const hide = (event) => {
  const chart = event.target.closest?.(".chart .mark")?.closest(".chart");
  tell(chart, event.type === "pointerout" ? chart?.querySelector(".mark:focus") : null);
};
document.addEventListener("pointerover", show);
document.addEventListener("focusin", show);
document.addEventListener("pointerout", hide);
document.addEventListener("focusout", hide);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll(".chart").forEach((each) => tell(each));
});
