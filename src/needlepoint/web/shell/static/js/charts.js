// Draws Vega-Lite specifications that stand in the page as data. The libraries come only when a page
// has a chart; expressions are interpreted, never compiled, because the policy forbids it.
"use strict";
const vendor = new URL("../vendor/", document.currentScript.src);
const libraries = ["vega.js", "vega-lite.js", "vega-interpreter.js", "vega-embed.js"];
let ready;

function load() {
  ready ??= libraries.reduce(
    (before, name) =>
      before.then(
        () =>
          new Promise((done, failed) => {
            const script = document.createElement("script");
            script.src = new URL(name, vendor);
            script.onload = done;
            script.onerror = failed;
            document.head.append(script);
          }),
      ),
    Promise.resolve(),
  );
  return ready;
}

function config() {
  const probe = document.createElement("span");
  document.body.append(probe);
  const colour = (name) => {
    probe.className = `probe-${name}`;
    return getComputedStyle(probe).color;
  };
  const [ink, line, accent] = ["ink", "line", "accent"].map(colour);
  probe.remove();
  return {
    background: "transparent",
    font: "Inter Variable, Inter, system-ui, sans-serif",
    axis: { labelColor: ink, tickColor: line, gridColor: line, domainColor: line, labelFontSize: 11 },
    line: { color: accent, strokeWidth: 2 },
    point: { color: accent, filled: true, size: 36 },
    rule: { color: ink },
    rect: { color: accent },
    text: { color: ink },
    view: { stroke: null },
  };
}

async function draw() {
  const charts = [...document.querySelectorAll("[data-chart]:not([data-drawn])")];
  if (!charts.length) return;
  for (const chart of charts) chart.dataset.drawn = "";
  await load();
  for (const chart of charts) {
    const spec = JSON.parse(document.getElementById(chart.dataset.chart).textContent);
    await vegaEmbed(chart, spec, {
      actions: false, ast: true, expr: vega.expressionInterpreter, config: config(),
      defaultStyle: false, renderer: "svg", tooltip: false,
    });
  }
}
document.addEventListener("DOMContentLoaded", draw);
document.addEventListener("htmx:afterSettle", draw);
