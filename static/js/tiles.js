// Repaints what shows the workspace's total: tiles, the states of agents, the foot.

import { glow, paint } from "./bits.js";
import { measure, spark } from "./format.js";

export function repaint(row, intervals, moment) {
  for (const element of document.querySelectorAll("[data-total] [data-format]")) {
    if (paint(element, row, moment) && element.dataset.format !== "age") glow(element);
  }
  for (const tile of document.querySelectorAll("[data-levelled]")) {
    tile.dataset.level = row.level;
  }
  for (const line of document.querySelectorAll("[data-spark]")) {
    const { width, height } = line.viewportElement.viewBox.baseVal;
    const points = intervals.map((one) => measure(one[line.dataset.spark]));
    line.setAttribute("points", spark(points, width, height));
  }
}
