// Something of every kind for Twilio's Node SDK to be used on.
import twilio from "twilio";
import { below, capital, methods, moduleBelow, MODULES, options, plain } from "./declared.js";

/** What test_node_sdk.py has set up. */
const FLOOR = JSON.parse(process.env.FLOOR);
const SIDS = {
  Workspace: "WorkspaceSid",
  TaskReservation: "Reservation",
  WorkerReservation: "Reservation",
  WorkerChannel: "Channel",
};
const CHANGING = ["update", "remove"];
let number = 0;

export const client = twilio(...FLOOR.account);
client.taskrouter.baseUrl = FLOOR.url;

/** By stem: {module, list, context}. */
export const THINGS = new Map();

function follow(module, list) {
  const sid = FLOOR.sids[SIDS[module.stem] ?? module.stem];
  const context = typeof list === "function" ? list(sid) : undefined;
  THINGS.set(module.stem, { module, list, context });
  for (const name of below(list)) follow(moduleBelow(module, "ListInstance", name), list[name]);
  if (!context) return;
  for (const name of below(Object.getPrototypeOf(context))) {
    follow(moduleBelow(module, "Context", name), context[name]);
  }
}

const first = [...MODULES.values()].find((module) => module.stem === "Workspace");
follow(first, client.taskrouter.v1.workspaces);

/** Every method: {module, kind, name}. */
export function everyMethod() {
  return [...THINGS.values()].flatMap(({ module, list }) =>
    Object.entries({ List: list, ...classes(module) }).flatMap(([kind, owner]) =>
      methods(owner).map((name) => ({ module, kind, name }))));
}

/** The prototypes of what a module has beside its list. */
export function classes({ name, exported }) {
  const kinds = { Context: "ContextImpl", Instance: "Instance", Page: "Page" };
  return Object.fromEntries(Object.entries(kinds)
    .filter(([, suffix]) => name + suffix in exported)
    .map(([kind, suffix]) => [kind, exported[name + suffix].prototype]));
}

/** What the method answers with, and what it was given. */
export async function call({ module, kind, name }, parameters = []) {
  const thing = await target(module.stem, kind, name);
  const base = plain(name);
  const given = await values(module, kind, name, parameters, thing);
  if (base === "each") return { answer: await each(thing, name, given), given };
  const words = {
    get: () => ["x"],
    getPage: () => [client.taskrouter.absoluteUrl(`v1${thing._uri}`)],
    getInstance: () => [thing._payload[thing._payload.meta.key][0]],
  }[base];
  const few = Object.keys(given).length ? [given] : [];
  return { answer: await thing[name](...(words ? words() : few)), given };
}

const each = (list, name, given) => new Promise((resolve, reject) => {
  const rows = [];
  list[name]({
    ...given,
    callback: (row) => rows.push(row),
    done: (error) => (error ? reject(error) : resolve(rows)),
  });
});

async function target(stem, kind, name) {
  const { list, context } = THINGS.get(stem);
  if (kind === "List") return list;
  if (kind === "Page") return list.page();
  const found = CHANGING.includes(plain(name)) ? await fresh(stem) : context;
  return kind === "Instance" ? found.fetch() : found;
}

/** The context of a resource that no other test will see. */
async function fresh(stem) {
  if (stem === "WorkerChannel") return (await made("Worker")).workerChannels("default");
  if (stem === "Task") return made(stem, { workflowSid: FLOOR.sids.Quiet });
  if (!stem.endsWith("Reservation")) return made(stem);
  const offer = await ring();
  return stem === "TaskReservation"
    ? THINGS.get("Task").list(offer.taskSid).reservations(offer.sid)
    : THINGS.get("Worker").list(offer.workerSid).reservations(offer.sid);
}

async function made(stem, more = {}) {
  const { module, list } = THINGS.get(stem);
  const given = await values(module, "List", "create", []);
  const { sid } = await list.create({ ...given, ...more });
  return list(sid);
}

/** An offer to the worker, whom another one may have sent away. */
async function ring() {
  await THINGS.get("Worker").context.update({ activitySid: FLOOR.sids.Ready });
  const task = await made("Task");
  const [offer] = await task.reservations.list();
  return offer;
}

/** The parameters, and what they or the method cannot do without. */
async function values(module, kind, name, parameters, thing) {
  if (module.stem === "TaskQueueBulkRealTimeStatistics") return { queueSids: [FLOOR.sids.TaskQueue] };
  const known = options(module, kind, name);
  const required = Object.keys(known).filter((one) => known[one].required);
  const operation = operationOf({ module, name });
  const asked = Object.assign(
    Object.fromEntries([...required, ...parameters].map((one) => [capital(one), FLOOR.values[capital(one)]])),
    FLOOR.also[operation],
    ...parameters.map((one) => FLOOR.company[`${operation} ${capital(one)}`]),
  );
  const given = {};
  for (const [one, { type }] of Object.entries(known)) {
    if (!(capital(one) in asked)) continue;
    given[one] = await ofThing(module, one, thing) ?? native(one, asked[capital(one)], type);
  }
  return given;
}

/** What only the thing itself can tell. */
async function ofThing(module, name, thing) {
  if (name === "ifMatch") return (await thing.fetchWithHttpInfo()).headers.etag;
  if (module.stem !== "Workspace" || !name.endsWith("ActivitySid")) return undefined;
  return (await thing.activities.list({ available: "false" }))[0].sid;
}

export function operationOf({ module, name }) {
  return capital(plain(name)).replace("Remove", "Delete") + module.stem;
}

/** As the SDK's users give it. */
function native(name, text, type) {
  if (type.startsWith("Array<")) return [text];
  if (type === "boolean") return text === "true";
  if (type === "number") return Number(text);
  if (type === "Date") return new Date(text);
  return ["friendlyName", "uniqueName"].includes(name) ? text + ++number : text;
}
