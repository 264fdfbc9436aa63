import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { lamp } from "../../static/js/freshness.js";

const CASES = JSON.parse(readFileSync(new URL("../lamp_cases.json", import.meta.url)));

for (const { is, feeds, now, state, words } of CASES) {
  test(`the lamp: ${is}`, () => assert.deepEqual(lamp(feeds, now), { state, words }));
}
