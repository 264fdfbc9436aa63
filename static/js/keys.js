// Keys that work on every page; not while somebody types, and never with Ctrl or Alt.
// Keys of a single letter or sign can be switched off: who speaks to the computer, or
// brushes a key, would else be sent away (WCAG 2.1.4).

const PAGES = { o: "/", q: "/queues/", a: "/agents/", h: "/history/", w: "/manage/workers/",
                m: "/manage/activities/", t: "/trust/" };

const SWITCH = "single-keys";
const singleKeys = () => localStorage.getItem(SWITCH) !== "off";

const typing = ({ target }) => target.matches?.("input, textarea, select, [contenteditable]");

// Down from the filter are the rows it leaves.
const leaves = ({ key, target }) => key === "ArrowDown" && target.matches?.("[data-filter]");

export function keys(more) {
  let going = false;

  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "k") return done(event, jump);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event) && !leaves(event)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key.length === 1 && !singleKeys()) return;
    if (going && PAGES[event.key]) return location.assign(PAGES[event.key]);
    going = event.key === "g";
    const press = { "/": jump, "?": help, ArrowDown: () => step(1), ArrowUp: () => step(-1), ...more }[event.key];
    if (press && press(event) !== false) event.preventDefault();
  });

  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-open-jump]")) jump();
    if (target.closest("[data-open-keys]")) help();
    if (target.matches("dialog")) target.close();
  });
  const box = document.querySelector("[data-single-keys]");
  if (box) {
    box.checked = singleKeys();
    box.addEventListener("change", () => localStorage.setItem(SWITCH, box.checked ? "on" : "off"));
  }
  const list = document.querySelector("[data-jump]");
  if (list) goWhereFound(list);
}

const done = (event, press) => { event.preventDefault(); press(); };

function jump() {
  const dialog = document.querySelector("[data-jump]");
  dialog?.showModal();
  dialog?.querySelector("input").select();
}

const help = () => document.querySelector("[data-keys]")?.showModal();

// Enter goes to the first place found; pressed before the words are answered, once they are.
function goWhereFound(dialog) {
  const input = dialog.querySelector("input");
  let answered = null, entered = false;
  const go = () => {
    entered = answered !== input.value;
    if (!entered) dialog.querySelector("a")?.click();
  };
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === input) go();
    if (event.key === "Escape") done(event, () => dialog.close());
    among(event, dialog);
  });
  dialog.addEventListener("click", ({ target }) => { if (target.closest("a")) dialog.close(); });
  dialog.addEventListener("input", () => { entered = false; });
  dialog.addEventListener("close", () => { entered = false; });
  dialog.addEventListener("htmx:afterSwap", ({ detail }) => {
    answered = detail.requestConfig.parameters.q;
    if (entered) go();
  });
}

// Up and down among the results of the jump.
function among(event, dialog) {
  const places = [dialog.querySelector("input"), ...dialog.querySelectorAll("a")];
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const at = places.indexOf(document.activeElement) + by;
  places[(at + places.length) % places.length].focus();
}

// Up and down the rows of the table that has the focus, else of the first.
function step(by) {
  const row = document.activeElement.closest?.("tr[data-sid]");
  const all = [...(row?.closest("table") ?? document).querySelectorAll("tr[data-sid]")];
  if (!all.length) return false;
  const next = all[row ? Math.min(all.length - 1, Math.max(0, all.indexOf(row) + by)) : 0];
  next.tabIndex = -1;
  next.focus();
}
