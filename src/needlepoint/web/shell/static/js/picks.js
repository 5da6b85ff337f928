// A drawing and its list of check boxes say the same: a tap on a shape ticks its box, and a tick
// paints its shapes. Without this file the list alone does the work.
"use strict";
for (const picker of document.querySelectorAll("[data-picks]")) {
  const boxes = [...picker.querySelectorAll("input[data-zone]")];
  const key = (element) => `${element.dataset.zone}:${element.dataset.side}`;
  const boxOf = new Map(boxes.map((box) => [key(box), box]));
  const shapes = [...picker.querySelectorAll("svg [data-zone]")];
  const paint = () => {
    for (const shape of shapes) {
      const whole = boxOf.get(`${shape.dataset.whole}:${shape.dataset.side}`);
      const box = boxOf.get(key(shape));
      shape.classList.toggle("painted", Boolean((box && box.checked) || (whole && whole.checked)));
    }
  };
  picker.addEventListener("click", (event) => {
    const shape = event.target.closest("svg [data-zone]");
    const box = shape && boxOf.get(key(shape));
    if (!box) return;
    box.checked = !box.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  });
  picker.addEventListener("change", paint);
  paint();
}
