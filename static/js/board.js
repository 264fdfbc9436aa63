// Wires a page: socket -> store -> one repaint per animation frame; ages; hold; actions.

import { chooseActivity, setActivity } from "./actions.js";
import { tick } from "./bits.js";
import { chart } from "./charts.js";
import { onePress } from "./forms.js";
import { lamp, show as showLamp } from "./freshness.js";
import { keys } from "./keys.js";
import { connect } from "./live.js";
import { apply, changed, intervals, start, total } from "./store.js";
import { table } from "./tables.js";
import { repaint } from "./tiles.js";
import { themes } from "./theme.js";

const page = document.body.dataset;
const given = document.getElementById("rows");
const find = (selector) => document.querySelector(selector);
let state = start(page.cursor ?? "", given ? JSON.parse(given.textContent) : {});
let painted = state, asked = 0, offset = page.now ? Number(page.now) - Date.now() : 0;
let held = null, lost = "";

const tables = [...document.querySelectorAll("table[data-kind]")].map(table);
const charts = [...document.querySelectorAll("[data-chart]")].map(chart);
const moment = () => ({ now: Date.now() + offset, zone: page.zone });

function draw() {
  asked = 0;
  if (held) return;
  const row = total(state), series = intervals(state), at = moment();
  if (row && (changed(painted, state, "total").length || changed(painted, state, "interval").length)) {
    repaint(row, series, at);
  }
  if (changed(painted, state, "interval").length) charts.forEach((one) => one.show(series));
  tables.forEach((one) => one.show(state, at));
  painted = state;
}

function receive(message) {
  const epoch = state.cursor.split(":")[0];
  state = apply(state, message);
  if (message.now) offset = message.now - Date.now();
  lost = state.closed;
  // A first paint without a row (nothing had come yet) has no places to write into.
  if (message.type === "snapshot" && epoch !== state.cursor.split(":")[0] && !find("[data-total]") && total(state)) {
    location.reload();
  }
  asked ||= requestAnimationFrame(draw);
}

function down(why) {
  lost = why === "refused" ? state.closed || "the dashboard refused this page" : "no connection to the dashboard";
  look();
}

function look() {
  const at = moment();
  const shown = lost
    ? { state: "stale", words: `stale: ${lost}` }
    : lamp(state.rows.feed, at.now);
  showLamp(find("[data-lamp]"), shown);
  if (held) return sayHeld();
  if (shown.state !== "stale") tick(at);
  const clock = find("[data-clock]");
  if (clock && shown.state !== "stale") clock.textContent = wall(at);
  tables.forEach((one) => one.show(state, at));
}

const wall = ({ now, zone }) => new Date(now).toLocaleTimeString("en-GB", {
  hour: "2-digit", minute: "2-digit", timeZone: zone, timeZoneName: "short",
});

function hold() {
  held = held ? null : { since: Date.now(), changes: state.changes };
  find("[data-held]").hidden = !held;
  document.documentElement.toggleAttribute("data-holding", Boolean(held));
  held ? sayHeld() : draw();
}

function sayHeld() {
  const seconds = Math.floor((Date.now() - held.since) / 1000);
  const behind = state.changes - held.changes;
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  find("[data-held] span").textContent = `held ${clock}, ${behind} changes behind`;
}

function act(event) {
  const link = event.target.closest("a[data-link]");
  const line = link?.closest("tr[data-sid]");
  if (!line) return;
  const { sid } = line.dataset, { kind } = line.closest("table").dataset;
  const row = state.rows[kind]?.[sid];
  if (kind === "worker" && page.admin) {
    event.preventDefault();
    chooseActivity(link, sid, row?.activity_sid ?? "");
  } else if (kind === "need" && row?.action === "back_to_ready" && page.admin && page.ready) {
    event.preventDefault();
    setActivity(link.parentElement, row.subject, page.ready, "");
  }
}

function filter({ target }) {
  tables.forEach((one) => { one.filter(target.value); one.show(state, moment(), { now: true }); });
}

function actHere() {
  const row = document.activeElement.closest?.("tr[data-sid]");
  row?.querySelector("a[data-link]")?.click();
  return Boolean(row);
}

onePress();
themes(() => charts.forEach((one) => one.draw()));
document.addEventListener("click", act);
find("[data-filter]")?.addEventListener("input", filter);
find("[data-held] button")?.addEventListener("click", hold);
keys({
  ".": () => (given ? hold() : false), a: actHere, e: () => false,
  f: () => (find("[data-filter]") ? find("[data-filter]").focus() : false),
});
if (location.hash && !document.getElementById(location.hash.slice(1))) tables.forEach((one) => one.all());
if (page.workspace) {
  connect({
    hello: () => ({ type: "hello", workspace: page.workspace, board: page.board, cursor: state.cursor }),
    message: receive, down,
  });
  setInterval(look, 1000);
}
charts.forEach((one) => one.draw());
