// Asking TaskRouter for a change from a board: the row says asked, done, or why not.

import { FORMATS, values } from "./format.js";
import { clock, conclude, resultIn, say } from "./results.js";

const token = () => document.querySelector("meta[name=csrf]").content;

// One press is one key: what is sent twice on the way is asked once.
const key = () => crypto.getRandomValues(new Uint32Array(4)).join("-");

async function ask(sid, activity) {
  const body = new FormData();
  body.set("activity_sid", activity);
  body.set("form_key", key());
  try {
    return await fate(await fetch(`/manage/workers/${sid}/activity/`, {
      method: "POST", body, headers: { "X-CSRFToken": token() },
    }));
  } catch {
    return { state: "unknown", text: "The dashboard did not answer. Whether it was done is not known; look before asking again." };
  }
}

// Only our own view answers in JSON; before it stand the sign-in, the CSRF check, proxies.
async function fate(answer) {
  if (answer.headers.get("content-type")?.includes("json")) return answer.json();
  if (answer.redirected && new URL(answer.url).pathname === "/sign-in/") {
    return { state: "unasked", text: "Not asked: you are signed out. Sign in again." };
  }
  if (answer.status === 403 || answer.status === 404) {
    return { state: "unasked", text: `Not asked: the dashboard answered ${answer.status}. Reload the page.` };
  }
  return { state: "unknown", text: `The dashboard answered ${answer.status}. Whether it was done is not known; look before asking again.` };
}

async function setActivity(result, sid, activity, previous) {
  if (result.dataset.state === "asked") return;
  const since = performance.now();
  const seconds = () => `${((performance.now() - since) / 1000).toFixed(1)}\u00a0s`;
  const ticking = clock(seconds());
  say(result, "asked", "asked", ticking);
  const timer = setInterval(() => { ticking.textContent = seconds(); }, 100);
  const { state, text } = await ask(sid, activity);
  clearInterval(timer);
  const words = { done: `done in ${seconds()}`, refused: `refused: ${text}` }[state] ?? text;
  const undo = state === "done" && previous && previous !== activity
    ? () => setActivity(result, sid, previous, "")
    : null;
  conclude(result, state, words, undo);
}

// A menu of activities beside the link that opened it; the choice is one press.
function chooseActivity(link, sid, row, changed) {
  const menu = document.querySelector("[data-activities]");
  const at = link.getBoundingClientRect();
  menu.style.top = `${Math.max(8, Math.min(at.bottom, innerHeight - menu.dataset.items * 36 - 24))}px`;
  menu.style.right = `${Math.max(8, document.documentElement.clientWidth - at.right)}px`;
  menu.querySelector("[data-changed]").textContent = changed;
  for (const item of menu.querySelectorAll("button")) {
    item.setAttribute("aria-current", String(item.value === row.activity_sid));
  }
  menu.onclick = ({ target }) => {
    if (!target.value) return;
    menu.close();
    setActivity(resultIn(link.parentElement, sid, row.name), sid, target.value, row.activity_sid);
  };
  menu.onclose = () => (link.isConnected ? link : document.querySelector("main")).focus();
  menu.showModal();
  (menu.querySelector("[aria-current=true]") ?? menu.querySelector("button"))?.focus();
}

// What a press in a row asks for; false where it is a plain link. `row` is what the thing
// is now, `shown` what the board shows: while it is held they may differ.
export function act(link, kind, sid, { row, shown, ready }) {
  const known = row ?? shown;
  const asks = kind === "worker" || (kind === "need" && known?.action === "back_to_ready" && ready);
  if (!asks) return false;
  if (!row) {
    const result = resultIn(link.parentElement, known.subject ?? sid, known.name ?? known.text);
    conclude(result, "unasked", "This is over by now; nothing was asked.", null);
  } else if (kind === "worker") {
    chooseActivity(link, sid, row, sameState(row, shown) ? "" : `Changed while held: ${stateOf(row)} now.`);
  } else {
    setActivity(resultIn(link.parentElement, row.subject, row.text), row.subject, ready, "");
  }
  return true;
}

const stateOf = (row) => FORMATS.state(values(row, ["state", "activity"]), {});
const sameState = (row, shown) => !shown || stateOf(row) === stateOf(shown);
