// Draws the figures the server made (dashboard/charts.py) and keeps their series fresh.
// Colours are names of tokens there; the theme's values are put in here.

import { measure } from "./format.js";

const QUARTER_MS = 900000, PACE_MS = 5000;
const CONFIG = {
  displaylogo: false, scrollZoom: false, doubleClick: false,
  modeBarButtons: [["toImage"]],
};

const coloured = (value, style) => {
  if (typeof value === "string") {
    const token = /^var\((--[\w-]+)\)$/.exec(value);
    return token ? style.getPropertyValue(token[1]).trim() : value;
  }
  if (Array.isArray(value)) return value.map((one) => coloured(one, style));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, coloured(one, style)]));
  }
  return value;
};

export function chart(element) {
  const figure = JSON.parse(document.getElementById(`figure-${element.dataset.chart}`).textContent);
  let drawnAt = 0, waiting = null, series = null;

  function draw() {
    waiting = null;
    drawnAt = Date.now();
    const { data, layout } = coloured(figure, getComputedStyle(document.documentElement));
    Plotly.react(element, data.map((trace) => (series ? filled(trace, series) : trace)), layout, CONFIG);
  }

  // At most one redraw in five seconds, and that when the browser has nothing else to do.
  function show(intervals) {
    series = intervals;
    if (waiting) return;
    const idle = window.requestIdleCallback ?? ((work) => setTimeout(work));
    waiting = setTimeout(() => idle(draw), Math.max(0, drawnAt + PACE_MS - Date.now()));
  }

  // The place changes with what is beside it, not only with the window.
  new ResizeObserver(() => drawnAt && Plotly.Plots.resize(element)).observe(element);

  return { show, draw };
}

const PARTS = {
  all: (series) => series,
  closed: (series) => series.slice(0, -1),
  present: (series) => series.slice(-2).reverse(),
};

function filled(trace, series) {
  if (!trace.meta) return trace;
  const shown = PARTS[trace.meta.part](series);
  return {
    ...trace,
    x: shown.map((one) => one.start + QUARTER_MS / 2),
    y: shown.map((one) => measure(one[trace.meta.series])),
  };
}
