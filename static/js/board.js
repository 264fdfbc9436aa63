// Wires a page: socket -> store -> one repaint per animation frame; ages; hold; actions.

import { act } from "./actions.js";
import { tick } from "./bits.js";
import { chart } from "./charts.js";
import { onePress } from "./forms.js";
import { lamp, show as showLamp } from "./freshness.js";
import { keys } from "./keys.js";
import { connect } from "./live.js";
import { focus } from "./results.js";
import { apply, changed, intervals, start, total } from "./store.js";
import { table } from "./tables.js";
import { repaint } from "./tiles.js";
import { themes } from "./theme.js";
import { announceLevels } from "./voice.js";

const page = document.body.dataset;
const given = document.getElementById("rows");
const find = (selector) => document.querySelector(selector);
let state = start(page.cursor ?? "", given ? JSON.parse(given.textContent) : {});
let painted = state, asked = 0, offset = page.now ? Number(page.now) - Date.now() : 0;
let held = null, lost = "", sought = "";

const tables = [...document.querySelectorAll("table[data-kind]")].map(table);
const charts = [...document.querySelectorAll("[data-chart]")].map(chart);
const moment = () => ({ now: Date.now() + offset, zone: page.zone });

// The first paint made places for what there was; before first contact that is nothing.
const isEmpty = Boolean(given) && !find("[data-total] [data-format]");

function draw() {
  asked = 0;
  if (held) return;
  if (isEmpty && total(state)) return location.reload();
  const row = total(state), series = intervals(state), at = moment();
  if (row && (changed(painted, state, "total").length || changed(painted, state, "interval").length)) {
    repaint(row, series, at);
  }
  if (changed(painted, state, "interval").length) charts.forEach((one) => one.show(series));
  tables.forEach((one) => one.show(state, at));
  painted = state;
  reach();
}

function receive(message) {
  state = apply(state, message);
  if (message.now) offset = message.now - Date.now();
  lost = state.closed;
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
  if (shown.state !== "stale") {
    tick(at);
    announceLevels(state, at);
  }
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
  find("[data-held] span").textContent = `held ${clock}, ${behind} ${behind === 1 ? "change" : "changes"} behind`;
}

function press(event) {
  const link = event.target.closest("a[data-link]");
  const line = link?.closest("tr[data-sid]");
  if (!line || !page.admin) return;
  const { sid } = line.dataset, { kind } = line.closest("table").dataset;
  const [row, shown] = [state, painted].map(({ rows }) => rows[kind]?.[sid]);
  if ((row || shown) && act(link, kind, sid, { row, shown, ready: page.ready })) event.preventDefault();
}

function filter({ target }) {
  tables.forEach((one) => { one.filter(target.value); one.show(held ? painted : state, moment(), { now: true }); });
}

// The row that the address names is shown, whatever the filter and the short list leave out.
function seek() {
  sought = location.hash.slice(1);
  if (!sought || document.getElementById(sought)) return;
  const box = find("[data-filter]");
  if (box) box.value = "";
  tables.forEach((one) => one.all());
  filter({ target: { value: "" } });
}

// Once it is drawn, the browser is told anew where to look, and keys mean that row, unless
// somebody has gone elsewhere while the page came.
function reach(focused = document.activeElement === document.body) {
  const row = sought && document.getElementById(sought);
  if (!row) return;
  location.replace(`#${sought}`);
  sought = "";
  if (focused) focus(row);
}

const rowHere = () => document.activeElement.closest?.("tr[data-sid]");

function actHere() {
  rowHere()?.querySelector("a[data-link]")?.click();
  return Boolean(rowHere());
}

function openHere() {
  const address = document.activeElement.matches("tr") && rowHere().querySelector("a[href]")?.href;
  if (address) location.assign(address);
  return Boolean(address);
}

onePress();
themes(() => charts.forEach((one) => one.draw()));
document.addEventListener("click", press);
find("[data-filter]")?.addEventListener("input", filter);
find("[data-held] button")?.addEventListener("click", hold);
keys({
  ".": () => (given ? hold() : false), a: actHere, Enter: openHere,
  f: () => (find("[data-filter]") ? find("[data-filter]").focus() : false),
});
addEventListener("hashchange", () => { seek(); reach(true); });
seek();
if (page.workspace) {
  connect({
    hello: () => ({ type: "hello", workspace: page.workspace, board: page.board, cursor: state.cursor }),
    message: receive, down,
  });
  setInterval(look, 1000);
}
charts.forEach((one) => one.draw());
