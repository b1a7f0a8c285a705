// A slider and its number say the same, and what they say is sent when the reader pauses: one step of the history for a
// turn of the slider, not one for each value it passes. Only the number is sent, so without this file it does all alone.
const PAUSE = 250;
let waiting = 0;

const partner = (field) =>
  field.closest(".weight").querySelector(field.type === "range" ? ".weight-number" : ".slider");

const send = () => {
  waiting = 0;
  const form = document.querySelector("form[data-weights]");
  if (!form) return;
  const numbers = [...form.querySelectorAll(".weight-number")];
  // Weights that are all zero weigh nothing; the page without weights is what is meant.
  if (numbers.every((each) => Number(each.value) === 0)) numbers.forEach((each) => { each.value = ""; });
  form.requestSubmit();
};

const isWeight = (field) => field instanceof HTMLInputElement && Boolean(field.closest("form[data-weights] .weight"));

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!isWeight(field)) return;
  partner(field).value = field.type === "range" ? field.value : field.value || "0";
  clearTimeout(waiting);
  if (field.type === "range") waiting = setTimeout(send, PAUSE);
});

document.addEventListener("change", (event) => {
  if (!isWeight(event.target) || event.target.type === "range") return;
  clearTimeout(waiting);
  waiting = setTimeout(send, PAUSE);
});

// An answer that comes while the reader has already moved on would set the slider back.
document.addEventListener("htmx:before:swap", (event) => {
  if (waiting) event.preventDefault();
});
