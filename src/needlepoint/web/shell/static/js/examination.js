// Keys for the examination: rows up and down, a sign for present or absent, a letter for the side.
// Without this file the form is an ordinary form.
"use strict";
const form = document.querySelector("[data-keys]");
if (form) {
  const rows = [...form.querySelectorAll(".man")];
  const current = () => document.activeElement.closest(".man");
  const enter = (row) => {
    if (!row) return;
    (row.querySelector(".states input:checked") || row.querySelector(".states input")).focus();
    row.scrollIntoView({ block: "nearest" });
  };
  const choose = (row, group, value) => {
    const input = row.querySelector(`.${group} input[value="${value}"]`);
    if (!input) return false;
    input.checked = true;
    input.focus();
    input.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  };
  const sides = { l: "left", r: "right", b: "both" };
  const states = { "+": "present", "=": "present", "-": "absent", " ": "" };
  form.addEventListener("keydown", (event) => {
    const row = current();
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("select")) return;
    const at = rows.indexOf(row);
    const moves = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };
    if (event.key in moves) {
      enter(rows[at + moves[event.key]]);
    } else if (event.key in sides) {
      choose(row, "sides", sides[event.key]);
    } else if (event.key in states) {
      choose(row, "states", states[event.key]);
      if (event.key !== " ") enter(rows[at + 1]);
    } else if (event.key === "Enter") {
      form.requestSubmit();
    } else {
      return;
    }
    event.preventDefault();
  });
  // A finger or mouse keeps the focus until it is up: the hint of the row that loses it would
  // close at once, and what was pressed move away under it.
  form.addEventListener("mousedown", (event) => {
    if (event.target.closest(".choice label")) event.preventDefault();
  });
  enter(rows[0]);
}
