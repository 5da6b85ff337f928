// Painting pain with a finger. The list of check boxes below says the same, and is what is sent:
// without this file the list alone does the work.
"use strict";
for (const paint of document.querySelectorAll("[data-paint]")) {
  const body = paint.querySelector("[data-body]");
  const boxes = new Map(
    [...paint.querySelectorAll("input[data-zone]")].map((box) => [box.value, box]),
  );
  const shapes = [...body.querySelectorAll("[data-zone]")];
  const field = (name) => paint.querySelector(`input[type=hidden][name=${name}]`);
  const read = (name) => {
    try {
      return JSON.parse(field(name).value || "{}");
    } catch {
      return {};
    }
  };
  let qualities = read("qualities");
  let strokes = read("strokes").strokes || [];
  let worst = field("worst").value;
  const history = [];
  const chosen = (name) => paint.querySelector(`input[name=${name}]:checked`)?.value;
  const key = (shape) => `${shape.dataset.zone}:${shape.dataset.side}`;
  const whole = (shape) => `${shape.dataset.whole}:${shape.dataset.side}`;

  const show = () => {
    for (const shape of shapes) {
      const name = boxes.get(key(shape))?.checked ? key(shape) : whole(shape);
      const on = boxes.get(name)?.checked;
      const how = on ? qualities[name] || "aching" : "";
      shape.setAttribute("class", on ? `zone painted q-${how}${worst === name ? " worst" : ""}` : "zone");
    }
    for (const old of body.querySelectorAll(".stroke")) old.remove();
    for (const one of strokes) {
      const svg = body.querySelectorAll("svg")[one.view === "front" ? 0 : 1];
      if (!svg) continue;
      const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
      const left = one.view === "front" ? 0 : 415;
      line.setAttribute("class", "stroke");
      line.setAttribute("points", one.points.map(([x, y]) => `${left + x * 415},${y * 1056}`).join(" "));
      svg.append(line);
    }
    field("qualities").value = JSON.stringify(qualities);
    field("strokes").value = JSON.stringify({ strokes });
    field("worst").value = worst;
  };
  const remember = () =>
    history.push({
      ticked: [...boxes.values()].filter((b) => b.checked).map((b) => b.value),
      qualities: { ...qualities }, strokes: [...strokes], worst,
    });
  const undo = () => {
    const before = history.pop();
    if (!before) return;
    for (const box of boxes.values()) box.checked = before.ticked.includes(box.value);
    ({ qualities, strokes, worst } = before);
    show();
  };
  const set = (name, on) => {
    const box = boxes.get(name);
    if (!box) return;
    box.checked = on;
    if (on) qualities[name] = chosen("brush") || "aching";
    else {
      delete qualities[name];
      if (worst === name) worst = "";
    }
    const group = box.closest("details");
    if (on && group) group.open = true;
  };
  const place = (svg, event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const back = [...body.querySelectorAll("svg")].indexOf(svg) === 1;
    const x = (at.x - (back ? 415 : 0)) / 415;
    const clip = (n) => Math.round(Math.min(1, Math.max(0, n)) * 1e4) / 1e4;
    return { view: back ? "back" : "front", point: [clip(x), clip(at.y / 1056)] };
  };
  const under = (event) =>
    document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-body] [data-zone]");

  let stroke = null;
  const touch = (event) => {
    const shape = under(event);
    const tool = chosen("tool");
    if (!shape) return;
    if (tool === "erase") set(key(shape), false);
    else set(key(shape), true);
    if (tool === "worst") worst = key(shape);
  };
  body.addEventListener("pointerdown", (event) => {
    const svg = event.target.closest("svg");
    if (!svg || chosen("tool") === "move" || event.button) return;
    remember();
    if (chosen("tool") === "paint") {
      const { view, point } = place(svg, event);
      stroke = { svg, view, points: [point], quality: chosen("brush") || "aching" };
    } else stroke = { svg, points: null };
    touch(event);
    show();
    event.preventDefault();
  });
  body.addEventListener("pointermove", (event) => {
    if (!stroke) return;
    if (stroke.points && stroke.points.length < 400) stroke.points.push(place(stroke.svg, event).point);
    if (chosen("tool") !== "worst") touch(event);
    show();
  });
  const end = () => {
    if (stroke && stroke.points && strokes.length < 200) {
      const { view, points, quality } = stroke;
      strokes = [...strokes, { view, points, quality }];
    }
    stroke = null;
    show();
  };
  for (const name of ["pointerup", "pointercancel"]) window.addEventListener(name, () => stroke && end());
  paint.addEventListener("change", (event) => {
    if (event.target.dataset.zone) {
      const { value, checked } = event.target;
      set(value, checked);
      show();
    }
    if (event.target.name === "tool") body.classList.toggle("painting", chosen("tool") !== "move");
  });
  paint.querySelector("[data-undo]").addEventListener("click", undo);
  paint.querySelector("[data-tools]").hidden = false;
  body.classList.add("painting");
  show();
}
