import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { FORMATS, spark, values } from "../../static/js/format.js";

const CASES = JSON.parse(readFileSync(new URL("../format_cases.json", import.meta.url)));

for (const { format, values: given, text, now = 1700000000000, zone = "UTC" } of CASES) {
  test(`${format} of ${JSON.stringify(given)} reads ${JSON.stringify(text)}`, () => {
    assert.equal(FORMATS[format](given, { now, zone }), text);
  });
}

test("every format has a case, the same as in Python", () => {
  assert.deepEqual(new Set(CASES.map((one) => one.format)), new Set(Object.keys(FORMATS)));
});

test("a dot leads into a field of a field", () => {
  assert.deepEqual(values({ states: { free: 3 }, name: "A" }, ["states.free", "name"]), [3, "A"]);
});

test("a sparkline leaves out what is missing and keeps its place", () => {
  assert.equal(spark([0, null, 10], 96, 24), "0,24 96,0");
});
