// At the start htmx asks every link of the page whether it is to take it over: a twentieth of a second on a long page, four
// times that on a phone. Few say so, so only those are put to it. This file runs before htmx does.
const TAKEN_OVER = '[data-hx-boost="true"], [data-hx-boost\\:inherited="true"]';
document.addEventListener("htmx:before:process", (event) => {
  if (event.target !== document.body) return;
  event.preventDefault();
  document.querySelectorAll(TAKEN_OVER).forEach((each) => htmx.process(each));
});
