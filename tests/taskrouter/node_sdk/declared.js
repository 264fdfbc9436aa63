// What Twilio's Node SDK offers for TaskRouter, read from its modules and declarations.
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(import.meta.url);
const ROOT = path.join(path.dirname(require.resolve("twilio")), "rest/taskrouter/v1");
const HTTP_INFO = "WithHttpInfo";

export const capital = (word) => word[0].toUpperCase() + word.slice(1);

/** By file, the modules; each declares one list, and what is in it. */
export const MODULES = new Map(
  readdirSync(ROOT, { recursive: true })
    .filter((file) => file.endsWith(".js"))
    .map((file) => [path.join(ROOT, file), readModule(path.join(ROOT, file))]),
);

function readModule(file) {
  const text = readFileSync(file.replace(/js$/, "d.ts"), "utf8");
  const exported = require(file);
  const list = Object.keys(exported).find((name) => name.endsWith("ListInstance"));
  const name = list.replace(/ListInstance$/, "");
  const owner = capital(path.basename(path.dirname(file)));
  // Two are called Reservation.
  return { file, text, exported, name, stem: name === "Reservation" ? owner + name : name };
}

/** The module of the list that hangs on a module's "ListInstance" or "Context". */
export function moduleBelow(module, kind, property) {
  const { type } = fields(module, module.name + kind)[property];
  const from = module.text.match(new RegExp(`import \\{ ${type} \\} from "(.+)";`));
  return MODULES.get(path.join(path.dirname(module.file), `${from[1]}.js`));
}

/** The fields of an interface or a class: name -> {type, required}. */
export function fields(module, name) {
  const block = module.text.match(new RegExp(`(?:interface|class) ${name} \\{\n(.*?)^\\}`, "ms"));
  const found = (block?.[1] ?? "").matchAll(/^ {4}"?(\w+)"?(\??): ([^;]+);$/gm);
  return Object.fromEntries([...found].map(([, key, optional, type]) => [key, { type, required: !optional }]));
}

/** The options a method takes, where they have a name of their own. */
export function options(module, kind, method) {
  const base = plain(method);
  const names = { List: "ListInstance", Context: "Context", Instance: "Context" };
  const words = base === "list" ? "" : capital(base);
  return fields(module, `${module.name}${names[kind]}${words}Options`);
}

export const plain = (method) => method.replace(HTTP_INFO, "");

/** Their names, of a list or of a class's prototype. */
export const methods = (owner) => own(owner, ({ value }) => typeof value === "function")
  .filter((name) => !["constructor", "toJSON"].includes(name));

/** The names under which lists hang on a list or on a context's prototype. */
export const below = (owner) => own(owner, ({ get }) => get);

const own = (owner, holds) => Object.entries(Object.getOwnPropertyDescriptors(owner))
  .filter(([name, found]) => !name.startsWith("_") && holds(found))
  .map(([name]) => name);

/** What of an instance is not as declared. */
export function faults(module, instance, mayBeNull) {
  return Object.entries(fields(module, `${module.name}Instance`))
    .filter(([name, { type }]) => !fits(module, instance[name], type)
      && !(instance[name] === null && mayBeNull.includes(name)))
    .map(([name, { type }]) => `${module.stem}.${name}: ${instance[name]} is no ${type}`);
}

function fits(module, value, type) {
  const each = type.match(/^Array<(.+)>$/);
  if (each) return Array.isArray(value) && value.every((one) => fits(module, one, each[1]));
  if (["string", "number", "boolean"].includes(type)) return typeof value === type;
  if (type === "Date") return value instanceof Date && !Number.isNaN(value.getTime());
  const words = module.text.match(new RegExp(`^export type ${type} = (.+);`, "m"));
  if (words) return JSON.parse(`[${words[1].replaceAll(" | ", ",")}]`).includes(value);
  return typeof value === "object" && value !== null;
}
