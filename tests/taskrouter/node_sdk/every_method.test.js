// Every method of Twilio's Node SDK, as its users call it: only baseUrl is ours.
import assert from "node:assert/strict";
import { test } from "node:test";
import { capital, faults, fields, MODULES, options, plain } from "./declared.js";
import { call, client, everyMethod, operationOf, THINGS } from "./walk.js";

const ALONE = JSON.parse(process.env.FLOOR).alone;
const METHODS = everyMethod();
// What has nothing to tell at times; everything else always does.
const MAY_BE_NULL = {
  Workspace: ["eventCallbackUrl", "eventsFilter"],
  TaskQueue: [
    "assignmentActivitySid",
    "assignmentActivityName",
    "reservationActivitySid",
    "reservationActivityName",
  ],
  Workflow: ["assignmentCallbackUrl", "fallbackAssignmentCallbackUrl"],
  Task: ["reason", "routingTarget"],
  Event: ["actorUrl"],
  WorkspaceRealTimeStatistics: ["longestTaskWaitingSid"],
  TaskQueueRealTimeStatistics: ["longestTaskWaitingSid", "longestRelativeTaskSidInQueue"],
  WorkflowRealTimeStatistics: ["longestTaskWaitingSid"],
  WorkspaceCumulativeStatistics: ["splitByWaitTime"],
  TaskQueueCumulativeStatistics: ["splitByWaitTime"],
  WorkflowCumulativeStatistics: ["splitByWaitTime"],
};
// What is asked with seconds is told with counts; capacity needs a target to be ignored.
const TOLD_OTHERWISE = ["splitByWaitTime", "ignoreCapacity"];
const STATUSES = { create: 201, remove: 204 };
// What only clients know of.
const OWN = ["body", "callback", "done", "limit", "pageNumber", "pageToken"];

const isA = (kind) => (answer, { exported, name }) => answer instanceof exported[name + kind];
const isList = (answer) => typeof answer === "function" || "_uri" in answer;
const ANSWERS = {
  create: isA("Instance"),
  fetch: isA("Instance"),
  update: isA("Instance"),
  getInstance: isA("Instance"),
  page: isA("Page"),
  getPage: isA("Page"),
  list: Array.isArray,
  each: Array.isArray,
  remove: (answer) => answer === true,
  get: isA("ContextImpl"),
};

const label = ({ module, kind, name }) => `${module.stem}${kind}.${name}`;

/** The answer without what the twin that tells of HTTP adds. */
function told(method, answer) {
  const base = plain(method.name);
  if (base === method.name || base === "each") return answer;
  const asksOnly = method.module.stem === "TaskQueueBulkRealTimeStatistics";
  assert.equal(answer.statusCode, asksOnly ? 200 : STATUSES[base] ?? 200);
  assert.ok("x-rate-limit-limit" in answer.headers);
  return answer.body;
}

function instances(answer) {
  if (Array.isArray(answer)) return answer;
  if (Array.isArray(answer.instances)) return answer.instances;
  return answer.constructor.name.endsWith("Instance") ? [answer] : [];
}

const wrongWith = (module, found) =>
  found.flatMap((one) => faults(module, one, MAY_BE_NULL[module.stem] ?? []));

/** Parameters that are given at a time; pages and each take those of lists. */
function groups(method) {
  const base = plain(method.name);
  const asks = ["List", "Context"].includes(method.kind) && base === method.name;
  const known = Object.keys(options(method.module, method.kind, base)).filter((one) => !OWN.includes(one));
  if (asks && ["list", "fetch", "remove"].includes(base)) return known.map((one) => [one]);
  if (!asks || !["create", "update"].includes(base)) return [];
  const alone = known.filter((one) => ALONE.includes(`${operationOf(method)} ${capital(one)}`));
  return [known.filter((one) => !alone.includes(one)), ...alone.map((one) => [one])];
}

/** The names under which something else is told than was asked for. */
function notTold(module, found, given) {
  const declared = fields(module, `${module.name}Instance`);
  return Object.keys(given).filter((name) => name in declared && !TOLD_OTHERWISE.includes(name)
    && !found.every((one) => same(one[name], given[name])));
}

function same(is, asked) {
  if (Array.isArray(asked)) return asked.includes(is);
  if (asked instanceof Date) return is.getTime() === asked.getTime();
  return is === asked || String(is) === asked;
}

test("every list of the SDK hangs on the client", () => {
  const stems = [...MODULES.values()].map((module) => module.stem);
  assert.deepEqual([...THINGS.keys()].sort(), stems.sort());
});

for (const method of METHODS) {
  test(`${label(method)} answers as declared`, async () => {
    const { module, name } = method;
    const answer = told(method, (await call(method)).answer);
    const judge = method.kind === "Instance" && !(plain(name) in ANSWERS) ? isList : ANSWERS[plain(name)];
    assert.ok(judge(answer, module));
    const found = instances(answer);
    assert.ok(found.length || ["remove", "get"].includes(plain(name)) || judge === isList);
    assert.deepEqual(wrongWith(module, found), []);
  });
}

for (const method of METHODS) {
  for (const names of groups(method)) {
    const which = names.length === 1 ? names[0] : "all it takes";
    test(`${label(method)} understands ${which}`, async () => {
      const { answer, given } = await call(method, names);
      const found = instances(answer);
      assert.deepEqual(names.filter((name) => given[name] === undefined), []);
      assert.deepEqual(wrongWith(method.module, found), []);
      assert.deepEqual(notTold(method.module, found, given), []);
    });
  }
}

for (const { module, list } of THINGS.values()) {
  if (!list.page) continue;
  test(`pages of ${module.stem} lead there and back`, async () => {
    const sid = (row) => row.sid ?? row.taskQueueSid;
    const every = (await list.list({ limit: 5000 })).map(sid);
    const pages = [await list.page({ pageSize: Math.max(1, Math.floor(every.length / 2)) })];
    while (pages.at(-1).nextPageUrl) pages.push(await pages.at(-1).nextPage());
    assert.deepEqual(pages.flatMap((page) => page.instances.map(sid)), every);
    const back = await pages.at(-1).previousPage();
    assert.deepEqual(back?.instances.map(sid), pages.at(-2)?.instances.map(sid));
  });
}

test("a refusal comes with TaskRouter's code", async () => {
  const nobody = THINGS.get("Worker").list(`WK${"0".repeat(32)}`);
  await assert.rejects(nobody.fetch(), { status: 404, code: 20404 });
  assert.equal(client.taskrouter.baseUrl, JSON.parse(process.env.FLOOR).url);
});
