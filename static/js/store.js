// What the browser knows of a board: one pure function, apply(state, message).
// Shapes of messages: statsync/live/frames.py. Pages redraw from the state alone.

export const start = (cursor, rows) => ({ cursor, rows, clock: null, closed: "", changes: 0 });

export function apply(state, message) {
  switch (message.type) {
    case "snapshot":
      return { ...heard(state, message), rows: message.rows, changes: state.changes + 1 };
    case "frame":
      return { ...heard(state, message), rows: merged(state.rows, message),
               changes: state.changes + size(message) };
    case "beat":
      return heard(state, message);
    case "closing":
      return { ...state, closed: message.reason };
    default:
      return state;
  }
}

const heard = (state, { cursor, now }) => ({ ...state, cursor, clock: now, closed: "" });

function merged(rows, { rows: changed, gone }) {
  const next = { ...rows };
  for (const kind of new Set([...Object.keys(changed), ...Object.keys(gone)])) {
    const kept = { ...next[kind], ...changed[kind] };
    for (const sid of gone[kind] ?? []) delete kept[sid];
    next[kind] = kept;
  }
  return next;
}

function size({ rows, gone }) {
  const all = [...Object.values(rows).map(Object.keys), ...Object.values(gone)];
  return all.reduce((sum, sids) => sum + sids.length, 0);
}

// The rows of one kind that are new, changed or gone between two states.
export function changed(before, after, kind) {
  const old = before.rows[kind] ?? {}, now = after.rows[kind] ?? {};
  if (old === now) return [];
  const sids = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [...sids].filter((sid) => old[sid] !== now[sid]);
}

// The total row, with what the tiles add up. Twin of dashboard/boards.py, total.
export function total(state) {
  const found = Object.values(state.rows.total ?? {})[0];
  return found ? { ...found, in_progress: found.handling + found.wrapping } : null;
}

export const intervals = (state) =>
  Object.values(state.rows.interval ?? {}).sort((a, b) => a.start - b.start);
