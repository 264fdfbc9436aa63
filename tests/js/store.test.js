import assert from "node:assert/strict";
import { test } from "node:test";

import { apply, changed, start, total } from "../../static/js/store.js";

const queue = (waiting) => ({ name: "Billing", waiting });
const at = (cursor, rows) => start(cursor, rows);

test("a snapshot replaces everything the browser held", () => {
  const before = at("a:1", { queue: { WQ1: queue(1), WQ2: queue(2) } });
  const after = apply(before, { type: "snapshot", cursor: "b:9", now: 5, rows: { queue: { WQ3: queue(0) } } });
  assert.deepEqual(after.rows, { queue: { WQ3: queue(0) } });
  assert.equal(after.cursor, "b:9");
});

test("a frame brings whole rows and takes away those that are gone", () => {
  const before = at("a:1", { queue: { WQ1: queue(1), WQ2: queue(2) }, worker: { WK1: {} } });
  const frame = { type: "frame", cursor: "a:2", now: 5, rows: { queue: { WQ1: queue(7) } }, gone: { queue: ["WQ2"] } };
  const after = apply(before, frame);
  assert.deepEqual(after.rows, { queue: { WQ1: queue(7) }, worker: { WK1: {} } });
});

test("the state before is never changed", () => {
  const before = at("a:1", { queue: { WQ1: queue(1) } });
  const copy = structuredClone(before);
  apply(before, { type: "frame", cursor: "a:2", now: 5, rows: { queue: { WQ2: queue(7) } }, gone: { queue: ["WQ1"] } });
  assert.deepEqual(before, copy);
});

test("a beat moves the clock and nothing else", () => {
  const before = at("a:1", { queue: { WQ1: queue(1) } });
  const after = apply(before, { type: "beat", cursor: "a:1", now: 77 });
  assert.equal(after.rows, before.rows);
  assert.equal(after.clock, 77);
});

test("a closing keeps the rows and says why", () => {
  const after = apply(at("a:1", { queue: {} }), { type: "closing", reason: "You are signed out." });
  assert.equal(after.closed, "You are signed out.");
});

test("a message of an unknown type changes nothing", () => {
  const before = at("a:1", {});
  assert.equal(apply(before, { type: "dance" }), before);
});

test("frames one after another come to the same as the snapshot at their end", () => {
  const frames = [
    { rows: { worker: { WK1: { n: 1 } } }, gone: {} },
    { rows: { worker: { WK2: { n: 1 } } }, gone: { worker: ["WK1"] } },
    { rows: { worker: { WK1: { n: 2 } }, need: { x: { n: 1 } } }, gone: {} },
  ].map((frame, n) => ({ type: "frame", cursor: `a:${n + 2}`, now: n, ...frame }));
  const after = frames.reduce(apply, at("a:1", {}));
  assert.deepEqual(after.rows, { worker: { WK2: { n: 1 }, WK1: { n: 2 } }, need: { x: { n: 1 } } });
});

test("only rows that differ are changed", () => {
  const before = at("a:1", { queue: { WQ1: queue(1), WQ2: queue(2) } });
  const after = apply(before, { type: "frame", cursor: "a:2", now: 1, rows: { queue: { WQ2: queue(3), WQ3: queue(1) } }, gone: {} });
  assert.deepEqual(changed(before, after, "queue").sort(), ["WQ2", "WQ3"]);
  assert.deepEqual(changed(before, after, "worker"), []);
});

test("the total adds up what the tiles show, and is nothing before it has come", () => {
  assert.equal(total(at("", {})), null);
  assert.equal(total(at("", { total: { WS1: { handling: 20, wrapping: 3 } } })).in_progress, 23);
});
