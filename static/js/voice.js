// What a screen reader is told: one's own results at once, levels that have changed at
// most every ten seconds, and nothing else; a board that moves would never be silent.

const PACE_MS = 10000, MOST = 3;
const WORDS = { act: "act", watch: "watch", "": "calm again" };

export function announce(text) {
  document.querySelector("[data-said]").textContent = text;
}

let known = null, toldAt = 0;

export function announceLevels(state, { now }) {
  if (now - toldAt < PACE_MS) return;
  const present = levels(state);
  const changed = [...present].filter(([sid, { level }]) => known && level !== (known.get(sid)?.level ?? ""));
  known = present;
  if (!changed.length) return;
  toldAt = now;
  const worst = changed.sort(([, a], [, b]) => rank(a) - rank(b)).map(([, one]) => `${one.name}: ${WORDS[one.level]}`);
  const more = worst.length > MOST ? `, and ${worst.length - MOST} more` : "";
  announce(worst.slice(0, MOST).join(", ") + more);
}

const rank = ({ level }) => Object.keys(WORDS).indexOf(level);

function levels({ rows }) {
  const named = { ...rows.worker, ...rows.queue };
  const found = new Map(Object.entries(named).map(([sid, { name, level }]) => [sid, { name, level }]));
  for (const { level } of Object.values(rows.total ?? {})) found.set("total", { name: "Service level", level });
  return found;
}
