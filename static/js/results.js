// What became of an action, in words, in the row it was asked from. When the row goes, the
// words and [undo] move to the notices at the foot of the page.

import { announce } from "./voice.js";

const UNDO_MS = 10000, SHOWN_MS = 6000;

// The place for the results about `sid`: there is one, wherever it is by now.
export function resultIn(cell, sid, name) {
  const old = document.querySelector(`[data-result="${sid}"]`);
  if (old) return old;
  const made = cell.appendChild(document.createElement("span"));
  Object.assign(made.dataset, { result: sid, of: name });
  return made;
}

// `beside`: what stands after the words, as a button or a clock that ticks.
export function say(result, state, words, beside = "") {
  const focused = result.contains(document.activeElement);
  const name = document.createElement("b");
  name.textContent = `${result.dataset.of}:`;
  result.dataset.state = state;
  result.replaceChildren(name, ` ${words} `, beside);
  clearTimeout(Number(result.dataset.timer));
  if (focused) focus(result.querySelector("button") ?? result);
}

// The last word: announced at once, and gone by itself if it was done.
export function conclude(result, state, words, undo) {
  const leave = () => remove(result);
  say(result, state, words, undo ? button("undo", undo) : state === "done" ? "" : button("dismiss", leave));
  announce(`${result.dataset.of}: ${words}`);
  if (state === "done") result.dataset.timer = setTimeout(leave, undo ? UNDO_MS : SHOWN_MS);
}

// A clock for the eye alone.
export function clock(text) {
  const made = document.createElement("span");
  made.setAttribute("aria-hidden", "true");
  made.textContent = text;
  return made;
}

function button(text, press) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "quiet", textContent: text });
  made.addEventListener("click", press);
  return made;
}

function remove(result) {
  const near = result.closest("tr") ?? document.querySelector("main");
  if (result.contains(document.activeElement)) focus(near);
  result.remove();
}

// Before its row is taken away. True when the focus has gone with it.
export function rescue(line) {
  const result = line.querySelector("[data-result]");
  if (!result) return false;
  const focused = result.contains(document.activeElement) ? document.activeElement : null;
  document.querySelector("[data-notices]").append(result);
  focused?.focus();
  return Boolean(focused);
}

export function focus(element) {
  if (element.tabIndex < 0) element.tabIndex = -1;
  element.focus();
}
