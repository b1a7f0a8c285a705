// htmx takes the title alone out of an answer's head. The links there that name the view (its address, that in the other
// language, its data) are taken here, from a filtered part and from a page that Back or Forward brings alike.
const NAMES_THE_VIEW = 'link[rel="canonical"], link[rel="alternate"]';
document.addEventListener("htmx:after:swap", ({ detail }) => {
  const [head] = detail.ctx.text?.match(/<head>[^]*?<\/head>/) ?? [];
  if (!head) return;
  const links = new DOMParser().parseFromString(head, "text/html").querySelectorAll(NAMES_THE_VIEW);
  document.head.querySelectorAll(NAMES_THE_VIEW).forEach((each) => each.remove());
  document.head.append(...links);
});
