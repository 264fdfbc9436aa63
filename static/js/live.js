// The socket of a board: says hello, hands over messages, comes back after a break.
// It waits longer after each failure, with jitter, and rests while the page is hidden.

const FIRST_MS = 500, MOST_MS = 15000, SILENT_MS = 7000, RESTED_MS = 30000;
const REFUSED = new Set([4400, 4401]), SIGNED_OUT = 4401;

export function connect({ hello, message, down }) {
  let socket = null, waiting = null, failures = 0, heard = 0, hiddenSince = 0, welcome = false;

  function open() {
    clearTimeout(waiting);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const own = (socket = new WebSocket(`${scheme}://${location.host}/live/`));
    heard = Date.now();
    own.onopen = () => own.send(JSON.stringify(hello()));
    own.onmessage = (event) => {
      heard = Date.now();
      failures = 0;
      const said = JSON.parse(event.data);
      welcome ||= said.type !== "closing";
      message(said);
    };
    own.onclose = (event) => {
      if (socket !== own) return;
      socket = null;
      // Another tab may have signed in again, or changed the password: asked once more,
      // the browser shows its present cookie.
      const anew = event.code === SIGNED_OUT && welcome;
      welcome = false;
      if (REFUSED.has(event.code) && !anew) return down("refused");
      down("lost");
      if (!document.hidden) again();
    };
  }

  function again() {
    const most = Math.min(MOST_MS, FIRST_MS * 2 ** failures++);
    waiting = setTimeout(open, most * (0.5 + Math.random() / 2));
  }

  function close() {
    const own = socket;
    socket = null;
    clearTimeout(waiting);
    own?.close();
  }

  // A network that vanished closes nothing: beats come every two seconds, or it is gone.
  setInterval(() => {
    const now = Date.now();
    if (socket && now - heard > SILENT_MS) {
      close();
      down("lost");
      again();
    }
    if (socket && hiddenSince && now - hiddenSince > RESTED_MS) close();
  }, 1000);

  document.addEventListener("visibilitychange", () => {
    hiddenSince = document.hidden ? Date.now() : 0;
    if (!document.hidden && !socket) open();
  });
  addEventListener("online", () => socket || open());
  open();
}
