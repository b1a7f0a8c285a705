// htmx would look at every link when the page comes and again after each filter: a twentieth of a second on a long page,
// four times that on a phone. A link or form is handed to it when it is first used instead, in time for that very use.
// This file runs before htmx does.
let handed = null;
document.addEventListener("htmx:before:process", (event) => { if (event.target !== handed) event.preventDefault(); });
const hand = (event) => {
  handed = event.target.closest?.("a, form");
  if (handed && window.htmx) htmx.process(handed);
};
document.addEventListener("click", hand, true);
document.addEventListener("submit", hand, true);
