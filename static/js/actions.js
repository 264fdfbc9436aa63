// Asking TaskRouter for a change from a board: the row says asked, done, or why not.

const UNDO_MS = 10000, SHOWN_MS = 6000;

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

// The line under a row's action; also what a screen reader is told.
function say(cell, text, state, undo) {
  const place = cell.querySelector("output") ?? cell.appendChild(document.createElement("output"));
  place.textContent = text;
  place.dataset.state = state;
  if (undo) place.append(" ", button("undo", undo));
  document.querySelector("[data-said]").textContent = text;
  clearTimeout(Number(place.dataset.timer));
  const ends = undo ? UNDO_MS : SHOWN_MS;
  if (state === "done") place.dataset.timer = setTimeout(() => place.remove(), ends);
}

function button(text, press) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "quiet", textContent: text });
  made.addEventListener("click", press);
  return made;
}

export async function setActivity(cell, sid, activity, previous) {
  const since = performance.now();
  const seconds = () => `${((performance.now() - since) / 1000).toFixed(1)}\u00a0s`;
  const asking = setInterval(() => say(cell, `asked ${seconds()}`, "asked"), 100);
  const { state, text } = await ask(sid, activity);
  clearInterval(asking);
  const words = { done: `done in ${seconds()}`, refused: `refused: ${text}` }[state] ?? text;
  const undo = state === "done" && previous && previous !== activity
    ? () => setActivity(cell, sid, previous, "")
    : null;
  say(cell, words, state, undo);
}

// A menu of activities beside the link that opened it; the choice is one press.
export function chooseActivity(link, sid, present) {
  const menu = document.querySelector("[data-activities]");
  const at = link.getBoundingClientRect();
  menu.style.top = `${Math.max(8, Math.min(at.bottom, innerHeight - menu.dataset.items * 36 - 24))}px`;
  menu.style.right = `${Math.max(8, document.documentElement.clientWidth - at.right)}px`;
  for (const item of menu.querySelectorAll("button")) {
    item.setAttribute("aria-current", String(item.value === present));
  }
  menu.onclick = ({ target }) => {
    if (!target.value) return;
    menu.close();
    setActivity(link.parentElement, sid, target.value, present);
  };
  menu.onclose = () => link.focus();
  menu.showModal();
  (menu.querySelector("[aria-current=true]") ?? menu.querySelector("button"))?.focus();
}
