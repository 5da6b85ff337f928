// Keys for the grid of findings. Without this file the grid is an ordinary form.
"use strict";
const grid = document.querySelector("[data-grid]");
if (grid) {
  const rows = [...grid.querySelectorAll("tbody tr")].map((row) =>
    [...row.querySelectorAll("td")].map((cell) => cell.querySelector("summary")));
  const place = (summary) => {
    for (let y = 0; y < rows.length; y++) {
      const x = rows[y].indexOf(summary);
      if (x >= 0) return [x, y];
    }
    return [0, 0];
  };
  const move = (summary, dx, dy) => {
    let [x, y] = place(summary);
    for (;;) {
      x += dx;
      y += dy;
      if (y < 0 || y >= rows.length || x < 0 || x > 2) return;
      if (rows[y][x]) return rows[y][x].focus();
    }
  };
  const items = (cell) => [...cell.querySelectorAll(".item")];
  const enter = (item) => {
    if (!item) return;
    (item.querySelector("input:checked") || item.querySelector("input")).focus();
  };
  const tell = (input) => input.dispatchEvent(new Event("change", { bubbles: true }));
  const say = (item, value) => {
    const input = item.querySelector(`input[value="${value}"]`);
    if (!input || input.disabled) return;
    input.checked = true;
    const grade = item.querySelector("select");
    if (grade && value !== "present") grade.value = "";
    tell(input);
  };
  const grade = (item, n) => {
    const select = item.querySelector("select");
    if (!select || select.disabled || !select.options[n]) return;
    select.selectedIndex = n;
    item.querySelector('input[value="present"]').checked = true;
    tell(select);
  };
  const rest = (cell) => {
    for (const item of items(cell)) if (item.querySelector('input[value=""]:checked')) say(item, "absent");
  };
  const states = { "+": "present", "=": "present", "-": "absent", " ": "" };
  const arrows = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  // A cell says at once what was chosen in it; the server's words come back with the saved page.
  const count = (cell) => {
    const summary = cell.querySelector("summary");
    const of = { present: [], absent: 0, unread: 0 };
    for (const item of items(cell)) {
      const state = item.querySelector("input:checked").value;
      const name = item.querySelector("legend").firstChild.textContent.trim();
      const graded = item.querySelector("select") && item.querySelector("select").value;
      if (state === "present") of.present.push(graded ? `${name}, ${graded}` : name);
      else if (state === "absent") of.absent++;
      else of.unread++;
    }
    const span = (text, name) => Object.assign(document.createElement("span"), { textContent: text, className: name });
    const counts = span("", "counts");
    const counted = (sign, n, word, name) => {
      const one = span(`${sign} ${n}`, name);
      one.append(span(` ${word}`, "visually-hidden"));
      if (n) counts.append(one);
    };
    counted("−", of.absent, "absent", "");
    counted("?", of.unread, "not read", "unread");
    const where = span(`${cell.dataset.cell}: `, "visually-hidden");
    summary.replaceChildren(where, ...of.present.map((one) => span(`+ ${one}`, "present")), counts);
    cell.classList.toggle("found", of.present.length > 0);
  };
  grid.addEventListener("change", (event) => {
    const cell = event.target.closest(".cell");
    if (!cell) return;
    const item = event.target.closest(".item");
    if (event.target.matches("select") && event.target.value) {
      item.querySelector('input[value="present"]').checked = true;
    }
    count(cell);
  });
  grid.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const summary = event.target.closest("summary");
    const cell = event.target.closest(".cell");
    if (!cell) return;
    if (summary) {
      if (event.key in arrows) move(summary, ...arrows[event.key]);
      else if (event.key === "n") rest(cell);
      else if (event.key === "Enter") {
        cell.open = true;
        enter(items(cell)[0]);
      } else return;
      return event.preventDefault();
    }
    const item = event.target.closest(".item");
    if (event.key === "Escape") {
      cell.open = false;
      cell.querySelector("summary").focus();
      return event.preventDefault();
    }
    if (!item || event.target.matches("select")) return;
    const all = items(cell);
    const at = all.indexOf(item);
    if (event.key === "ArrowDown") enter(all[at + 1]);
    else if (event.key === "ArrowUp") enter(all[at - 1]);
    else if (event.key in states) {
      say(item, states[event.key]);
      enter(event.key === " " ? item : all[at + 1] || item);
    } else if (/^[1-9]$/.test(event.key)) {
      grade(item, Number(event.key));
      enter(all[at + 1] || item);
    } else if (event.key === "n") rest(cell);
    else if (event.key === "Enter") grid.requestSubmit();
    else return;
    event.preventDefault();
  });
}
// A folder is sent under the same name as files; only browsers with script can choose one.
for (const field of document.querySelectorAll("[data-folder]")) {
  const folder = field.querySelector("input");
  const files = field.closest("form").querySelector("[name=files]");
  field.hidden = false;
  folder.addEventListener("change", () => {
    folder.name = folder.files.length ? "files" : "";
    files.required = !folder.files.length;
  });
}
