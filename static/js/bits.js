// A bit is one text: a format over fields of a row, named in its data- attributes.

import { FORMATS, values } from "./format.js";

// Writes the bit's text; says whether it changed. An age remembers since when it counts.
export function paint(element, row, moment) {
  const { format, of, before = "", after = "" } = element.dataset;
  const found = values(row, of.split(" "));
  if (format === "age") remember(element, found[0]);
  return write(element, before + FORMATS[format](found, moment) + after);
}

function remember(element, since) {
  if (since) element.dataset.since = since;
  else delete element.dataset.since;
}

function write(element, text) {
  if (element.textContent === text) return false;
  element.textContent = text;
  return true;
}

// Every age on the page, once a second.
export function tick(moment) {
  for (const element of document.querySelectorAll("[data-since]")) {
    const { since, before = "", after = "" } = element.dataset;
    write(element, before + FORMATS.age([Number(since)], moment) + after);
  }
}

const GLOW_MS = 400;

export function glow(element) {
  element.classList.add("glow");
  setTimeout(() => element.classList.remove("glow"), GLOW_MS);
}
