// Live tables: rows keep their place until a calm tick and while somebody is in the
// table; their cells are repainted at once. New rows come in at their place and gone ones
// leave at once; neither moves another row.

import { glow, paint } from "./bits.js";
import { FORMATS, values } from "./format.js";
import { focus, rescue } from "./results.js";

const CALM_MS = 10000;

const STATES = ["free", "offered", "task", "wrapping", "away", "offline"];
const LEVELS = ["act", "watch", ""];
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

// Name in data-order -> the key that rows are sorted by. Twins of dashboard/boards.py.
const ORDERS = {
  by_order: (row) => [row.order],
  newest: (row) => [-row.at],
  by_start: (row) => [row.start],
  within_state: (row) => [
    STATES.indexOf(row.state), LEVELS.indexOf(row.level),
    row.state === "offline" ? -row.since : row.since, row.name,
  ],
};

function sorted(rows, order) {
  const keyed = Object.entries(rows).map(([sid, row]) => [[...ORDERS[order](row), sid], sid]);
  keyed.sort(([a], [b]) => {
    const at = a.findIndex((part, n) => part !== b[n]);
    return at < 0 ? 0 : compare(a[at], b[at]);
  });
  return keyed.map(([, sid]) => sid);
}

// A finger leaves nothing behind that hovers.
const points = matchMedia("(hover: hover)");

export function table(element) {
  const { kind, order } = element.dataset;
  const blank = element.querySelector("template");
  const drawn = new Map();
  let known = null, arranged = null, wanted = "", most = Number(element.dataset.most) || Infinity;
  for (const line of element.querySelectorAll("tr[data-sid]")) {
    drawn.set(line.dataset.sid, { line, row: null });
  }

  const matching = (rows) => (wanted
    ? Object.fromEntries(Object.entries(rows).filter(([, row]) => says(row, wanted)))
    : rows);
  const busy = () => (points.matches && element.matches(":hover")) || element.contains(document.activeElement);

  function show(state, moment, { now = false } = {}) {
    const rows = matching(state.rows[kind] ?? {});
    for (const [sid, one] of drawn) refresh(one, sid, rows[sid], moment);
    arranged ??= moment.now;
    const members = Object.keys(rows).join();
    // A full short list was the server's choice a moment ago; it changes with the rest.
    known ??= drawn.size >= most && [...drawn.keys()].every((sid) => sid in rows) ? members : "";
    const due = moment.now - arranged >= CALM_MS && !busy();
    if (now || due || members !== known) arrange(rows, moment, now || due);
    if (due) arranged = moment.now;
    known = members;
    count(Object.keys(state.rows[kind] ?? {}).length);
  }

  function refresh(one, sid, row, moment) {
    if (!row || row === one.row) return;
    const first = one.row === null;
    fill(one.line, { ...row, sid }, moment, !first);
    one.row = row;
  }

  // `all`: every row goes to its place, and those beyond the first few leave.
  function arrange(rows, moment, all) {
    const first = sorted(rows, order).slice(0, most);
    const keep = new Set(all ? first : Object.keys(rows));
    for (const sid of drawn.keys()) if (!keep.has(sid)) drop(sid);
    const last = new Map();
    for (const sid of first) {
      if (all || !drawn.has(sid)) place(line(sid, rows[sid], moment), rows[sid], last);
      else last.set(drawn.get(sid).line.parentElement, drawn.get(sid).line);
    }
    for (const body of element.tBodies) body.hidden = !body.querySelector("tr[data-sid]") && !!body.dataset.group;
  }

  // Who stood on the row, or in it, stands on the next one.
  function drop(sid) {
    const { line } = drawn.get(sid);
    if (!rescue(line) && line.contains(document.activeElement)) {
      const every = [...element.querySelectorAll("tr[data-sid]")], at = every.indexOf(line);
      focus(every[at + 1] ?? every[at - 1] ?? element.closest(".scroll"));
    }
    line.remove();
    drawn.delete(sid);
  }

  function line(sid, row, moment) {
    if (!drawn.has(sid)) {
      const made = blank.content.firstElementChild.cloneNode(true);
      made.dataset.sid = made.id = sid;
      drawn.set(sid, { line: made, row });
      fill(made, { ...row, sid }, moment, false);
    }
    return drawn.get(sid).line;
  }

  // Only rows out of place are moved, so that focus and pointer stay where they are.
  function place(line, row, last) {
    const body = element.querySelector(`tbody[data-group="${row.state}"]`) ?? element.tBodies[0];
    const before = last.get(body) ?? body.querySelector("tr[data-head]");
    const next = before ? before.nextElementSibling : body.firstElementChild;
    if (next !== line) body.insertBefore(line, next);
    last.set(body, line);
  }

  function count(all) {
    const place_ = document.querySelector(`[data-count="${kind}"]`);
    const text = drawn.size < all ? `${drawn.size} of ${all} shown` : String(all);
    if (place_ && place_.textContent !== text) place_.textContent = text;
    const empty = document.querySelector(`[data-empty="${kind}"]`);
    if (empty) empty.hidden = drawn.size > 0;
  }

  return {
    kind, show,
    filter: (text) => { wanted = text.trim().toLowerCase(); known = ""; },
    all: () => {
      most = Infinity;
      known = "";
      document.querySelector(`[data-more="${kind}"]`)?.remove();
    },
  };
}

const says = (row, wanted) =>
  [row.name, row.team, row.activity, row.state].some((text) => text?.toLowerCase().includes(wanted));

function fill(line, row, moment, glowing) {
  line.dataset.level = row.level ?? "";
  if (row.state) line.dataset.state = row.state;
  for (const element of line.querySelectorAll("[data-format]")) {
    const { link, of, format } = element.dataset;
    if (link) element.setAttribute("href", FORMATS[link](values(row, of.split(" ")), moment));
    if (paint(element, row, moment) && glowing && format !== "age") glow(element);
  }
}
