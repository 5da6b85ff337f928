// Small helps for every page. Nothing here is needed for a page to work.
"use strict";
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  if (event.key === "/" && !typing) {
    const find = document.getElementById("find");
    if (find) {
      event.preventDefault();
      find.focus();
    }
  }
});
// An answer of 422 is a form that says what to change: it is shown like any other.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 422) event.detail.shouldSwap = true;
});
// Where one is stands in a row that may be wider than a phone: the row begins there.
const showPlace = () => {
  for (const here of document.querySelectorAll("nav [aria-current=page]")) {
    const row = here.closest("nav");
    if (row.scrollWidth > row.clientWidth) {
      row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
    }
  }
};
document.addEventListener("DOMContentLoaded", showPlace);
