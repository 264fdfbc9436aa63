// How values read on a board. Twin of dashboard/numbers.py; both are held to
// tests/format_cases.json. Missing is a dash, never 0.

const NONE = "\u2013", SPACE = "\u00a0", THIN = "\u202f", NOBODY = "○";
const FEW = 10, MINUTE = 60, HOUR = 3600, DAY = 86400;

const LEVEL_MARKS = { act: "■", watch: "▲", "": "" };
const STATE_MARKS = { free: "●", offered: "◔", task: "◐", wrapping: "◑", away: "○", offline: "·" };
const STATE_WORDS = {
  free: "free", offered: "offered", task: "on a task", wrapping: "wrapping up",
  away: "away", offline: "offline",
};
const ACTION_WORDS = {
  "": "", back_to_ready: "back to ready", open_queue: "open queue",
  open_worker: "open agent", open_trust: "open Trust",
};

const two = (number) => String(number).padStart(2, "0");

export function duration(ms) {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)}:${two(seconds % MINUTE)}`;
  if (seconds < DAY) {
    const minutes = Math.floor((seconds % HOUR) / MINUTE);
    return `${Math.floor(seconds / HOUR)}${SPACE}h${SPACE}${two(minutes)}`;
  }
  const hours = Math.floor((seconds % DAY) / HOUR);
  return `${Math.floor(seconds / DAY)}${SPACE}d${SPACE}${hours}${SPACE}h`;
}

export function brief(ms) {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  return seconds < 90 ? `${seconds}${SPACE}s` : duration(ms);
}

function count([value]) {
  if (value === null || value === undefined) return NONE;
  return value >= 10000 ? String(value).replace(/\B(?=(\d{3})+$)/g, THIN) : String(value);
}

function limit([seconds]) {
  if (seconds === null) return NONE;
  const hours = seconds >= HOUR && seconds % HOUR === 0;
  return hours ? `${seconds / HOUR}${SPACE}h` : duration(seconds * 1000);
}

// part ÷ whole in steps, halves up, in whole numbers so that no float decides.
const rounded = (part, whole, steps) =>
  Math.floor((2 * steps * part + whole) / (2 * whole));

function percent([ratio]) {
  const [part, whole] = ratio ?? [0, 0];
  if (!whole) return NONE;
  return whole < FEW ? `${part} of ${whole}` : `${rounded(part, whole, 100)}${SPACE}%`;
}

function share([ratio]) {
  const [part, whole] = ratio ?? [0, 0];
  if (whole < FEW) return percent([ratio]);
  const tenths = rounded(part, whole, 1000);
  return `${Math.floor(tenths / 10)}.${tenths % 10}${SPACE}%`;
}

function of([ratio]) {
  const [part, whole] = ratio ?? [0, 0];
  return whole ? `${part} of ${whole}` : NONE;
}

const whole = ([ratio]) => ((ratio ?? [0, 0])[1] >= FEW ? String(ratio[1]) : "");

function state([key, activity]) {
  const word = key === "away" && activity ? activity : STATE_WORDS[key];
  return `${STATE_MARKS[key]} ${word}`;
}

function slots([all]) {
  const any = ({ channel, capacity, offered, assigned, wrapping }) =>
    offered || assigned || wrapping || (capacity && channel !== "default");
  return all.filter(any).map((one) => `${one.channel}${SPACE}${boxes(one)}`).join("  ") || NONE;
}

function boxes({ capacity, wrapping, assigned, offered }) {
  const used = "◑".repeat(wrapping) + "■".repeat(assigned) + "◔".repeat(offered);
  const over = Math.max(0, used.length - capacity);
  return used.slice(0, capacity) + "▨".repeat(over) + "□".repeat(Math.max(0, capacity - used.length));
}

function on([held, key, by]) {
  if (held.length) return held.map(handled).join("; ");
  return key === "away" && by === "missed offer" ? "by missed offer" : NONE;
}

function handled(one) {
  const words = `${one.channel} ${one.queue}`.trim();
  return one.waited_ms === null ? words : `${words}, waited ${duration(one.waited_ms)}`;
}

const clocks = new Map();

function clock([at], { zone }) {
  if (!at) return NONE;
  if (!clocks.has(zone)) {
    const parts = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone };
    clocks.set(zone, new Intl.DateTimeFormat("en-GB", parts));
  }
  return clocks.get(zone).format(at);
}

function actionLink([key, subject]) {
  if (key === "open_trust") return "/trust/";
  const page = key === "open_queue" ? "queues" : "agents";
  return key ? `/${page}/#${subject}` : "";
}

// The one table of formats: name -> text of the named fields of a row.
export const FORMATS = {
  count, limit, percent, share, of, whole, state, slots, on, clock,
  duration: ([ms]) => (ms === null ? NONE : duration(ms)),
  age: ([since], { now }) => (since ? duration(now - since) : NONE),
  pair: ([a, b]) => `${a}/${b}`,
  text: ([value]) => String(value || NONE),
  plain: ([value]) => String(value || ""),
  level: ([key]) => LEVEL_MARKS[key],
  queue_mark: ([key, free]) => LEVEL_MARKS[key] || (free ? "" : NOBODY),
  change: ([text, by]) => (by ? `${text}, ${by}` : text),
  action: ([key]) => ACTION_WORDS[key],
  action_link: actionLink,
  queue_link: ([, sid]) => `/queues/#${sid}`,
  history_link: ([, sid]) => `/history/?queue=${sid}`,
  worker_link: ([, sid]) => `/manage/workers/${sid}/`,
};

// The named fields of a row; a dot leads into a field of a field.
export const values = (row, paths) =>
  paths.map((path) => path.split(".").reduce((value, step) => value[step], row));

export const measure = (value) =>
  Array.isArray(value) ? (value[1] ? (100 * value[0]) / value[1] : null) : value;

// Points of a sparkline from 0 up; a missing value is left out, its place kept.
export function spark(points, width, height) {
  const top = Math.max(0, ...points.filter((one) => one !== null)) || 1;
  const step = width / Math.max(1, points.length - 1);
  return points
    .map((one, n) => (one === null ? null : `${tidy(n * step)},${tidy(height - (height * one) / top)}`))
    .filter((one) => one !== null)
    .join(" ");
}

const tidy = (number) => String(Math.floor(number * 10 + 0.5) / 10);
