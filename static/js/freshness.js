// The lamp: how fresh the boards are. Twin of dashboard/boards.py, lamp.

import { brief } from "./format.js";

const LATE_INTERVALS = 3, CALLED_BACK_MS = 600000;

export function lamp(feeds, now) {
  const events = feeds?.events;
  if (!events) return { state: "stale", words: "no news yet" };
  const behind = now - events.ok;
  if (behind > events.expected_s * 1000 * LATE_INTERVALS) {
    const since = events.ok ? ` ${brief(behind)}` : "";
    return { state: "stale", words: `stale${since}: ${events.error || "TaskRouter has not answered"}` };
  }
  const called = feeds.callback && now - feeds.callback.ok < CALLED_BACK_MS;
  const progress = feeds.backfill?.progress;
  const word = called ? "live" : "polling";
  return { state: word, words: `${word} ${brief(behind)}${progress ? `, ${progress}` : ""}` };
}

export function show(element, { state, words }) {
  document.documentElement.dataset.fresh = state;
  if (element.textContent === words && element.dataset.state === state) return;
  element.dataset.state = state;
  element.textContent = words;
}
