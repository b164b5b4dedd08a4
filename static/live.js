// What HTML fragments cannot do by themselves: say where the page is, notice silence, count, and tell the time.
(() => {
  "use strict";
  const OFFLINE_AFTER = 5000;    // after a close: most lines are back before anybody needs to know
  const SILENT_AFTER = 35000;    // two beats and a bit without a word: the line is dead, whatever the browser thinks
  const ASK_EVERY = 15000;       // over HTTP, while there is no socket
  const TOAST_STAYS = 7000;
  const FRESH_STAYS = 10000;
  const ENDED = 4401;            // the right has ended: coming back is useless

  const byId = (id) => document.getElementById(id);
  const ages = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto", style: "short" });
  const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];
  let connection = null, silenceTimer = 0, awayTimer = 0;

  // --- the line -----------------------------------------------------------------------------------------------

  const here = () => ({ since: Number(byId("position").value), view: location.pathname + location.search });

  function tell(state) {
    for (const id of ["offline", "asking", "session-over"]) byId(id).hidden = id !== state;
  }

  function listen() {
    clearTimeout(silenceTimer);
    silenceTimer = setTimeout(() => {
      tell("offline");
      delete document.body.dataset.line;
      connection?.socket?.close();
      away(0);
    }, SILENT_AFTER);
  }

  function heard() {
    clearTimeout(awayTimer);
    awayTimer = 0;
    tell(null);
    document.body.dataset.line = "open";
    listen();
  }

  function ended() {
    clearTimeout(silenceTimer);
    clearTimeout(awayTimer);
    awayTimer = -1;
    tell("session-over");
  }

  // No socket: after a while the page says so, and asks over HTTP for what it misses until a socket is back.
  function away(delay) {
    if (!awayTimer) awayTimer = setTimeout(ask, delay);
  }

  async function ask() {
    awayTimer = setTimeout(ask, ASK_EVERY);
    const asking = awayTimer;
    let answer = null;
    try {
      answer = await fetch(`/dashboard/missed?${new URLSearchParams(here())}`, { redirect: "manual" });
    } catch {
      answer = null;  // no network at all: the strip below says so
    }
    if (asking !== awayTimer) return;  // a socket was faster
    if (answer?.type === "opaqueredirect" || answer?.status === 403) return ended();
    if (!answer?.ok) return tell("offline");
    const feed = byId("feed");
    await htmx.swap({ sourceElement: feed, target: feed, swap: "none swapEmpty:false", text: await answer.text() });
    tell("asking");
  }

  function greet() {
    connection.socket.send(JSON.stringify({ t: "hello", ...here() }));
  }

  document.addEventListener("htmx:ws:after:connection", (event) => {
    connection = event.detail.connection;
    greet();
    listen();
  });
  // The page has come to show something else: from its position on, the socket follows that.
  document.addEventListener("printalma:view", () => {
    if (connection?.socket?.readyState === WebSocket.OPEN) greet();
  });
  document.addEventListener("htmx:ws:after:message:incoming", heard);
  document.addEventListener("htmx:ws:close", (event) => {
    clearTimeout(silenceTimer);
    delete document.body.dataset.line;
    if (event.detail.code === ENDED) ended();
    else away(OFFLINE_AFTER);
  });
  window.addEventListener("online", () => connection?.socket?.close());

  // --- after fragments have been swapped in: what the page decides for itself -----------------------------------

  function settle() {
    for (const toast of document.querySelectorAll(".toast:not([data-seen])")) {
      toast.dataset.seen = "";
      if (toast.dataset.actor === document.body.dataset.user) toast.remove();
      else setTimeout(leave, TOAST_STAYS, toast);
    }
    for (const row of document.querySelectorAll(".fresh:not([data-seen])")) {
      row.dataset.seen = "";
      setTimeout(() => row.classList.remove("fresh"), FRESH_STAYS);
    }
    const rows = byId("orders");
    if (rows?.dataset.size) {
      const extra = [...rows.children].slice(Number(rows.dataset.size));
      for (const row of extra) if (!row.querySelector(":checked, :focus")) row.remove();  // somebody is at work on it
    }
    countArrivals();
    tellAges();
  }

  function leave(toast) {
    if (toast.matches(":hover, :focus-within")) setTimeout(leave, TOAST_STAYS, toast);  // somebody reads it
    else toast.remove();
  }

  function countArrivals() {
    const pill = byId("pill"), arrivals = byId("arrivals");
    if (!pill || !arrivals) return;
    const elsewhere = [...arrivals.children].filter((arrival) => !byId(`order-${arrival.value}`));
    const n = new Set(elsewhere.map((arrival) => arrival.value)).size;
    pill.hidden = n === 0;
    pill.textContent = `${n} ${n < 2 ? pill.dataset.one : pill.dataset.many}`;
  }

  function tellAges() {
    for (const time of document.querySelectorAll("time[data-age]")) {
      const seconds = Math.max(0, (Date.now() - Date.parse(time.dateTime)) / 1000);
      const [unit, length] = UNITS.find(([, length]) => seconds >= length) ?? ["second", 1];
      const told = ages.format(-Math.floor(seconds / length), unit);
      if (time.textContent !== told) time.textContent = told;
    }
  }

  document.addEventListener("click", (event) => {
    event.target.closest("[data-close]")?.closest(".toast")?.remove();
  });
  document.addEventListener("htmx:after:swap", settle);
  document.addEventListener("DOMContentLoaded", () => {
    tellAges();
    setInterval(tellAges, 10000);
  });
})();
