// What HTML fragments cannot do by themselves: say where the page is, notice silence, count, and tell the time.
(() => {
  "use strict";
  const OFFLINE_AFTER = 5000;    // after a close: most lines are back before anybody needs to know
  const SILENT_AFTER = 35000;    // two beats and a bit without a word: the line is dead, whatever the browser thinks
  const TOAST_STAYS = 7000;
  const ENDED = 4401;            // the right has ended: coming back is useless

  const byId = (id) => document.getElementById(id);
  const ages = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto", style: "short" });
  const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];
  let connection = null, offlineTimer = 0, silenceTimer = 0;

  function showOffline(isOffline) {
    clearTimeout(offlineTimer);
    offlineTimer = 0;
    const strip = byId("offline");
    if (strip) strip.hidden = !isOffline;
  }

  function heard() {
    showOffline(false);
    clearTimeout(silenceTimer);
    silenceTimer = setTimeout(() => {
      showOffline(true);
      connection?.socket?.close();
    }, SILENT_AFTER);
  }

  document.addEventListener("htmx:ws:after:connection", (event) => {
    connection = event.detail.connection;
    connection.socket.send(JSON.stringify({
      t: "hello", since: Number(byId("position").value), view: location.pathname + location.search,
    }));
    heard();
  });

  document.addEventListener("htmx:ws:after:message:incoming", () => {
    heard();
    settle();
  });

  document.addEventListener("htmx:ws:close", (event) => {
    clearTimeout(silenceTimer);
    if (event.detail.code === ENDED) {
      showOffline(false);
      byId("session-over").hidden = false;
    } else if (!offlineTimer && byId("offline").hidden) {
      offlineTimer = setTimeout(() => showOffline(true), OFFLINE_AFTER);
    }
  });

  // After fragments have been swapped in: what the page decides for itself.
  function settle() {
    for (const toast of document.querySelectorAll(".toast:not([data-seen])")) {
      toast.dataset.seen = "";
      if (toast.dataset.actor === document.body.dataset.user) toast.remove();
      else setTimeout(() => toast.remove(), TOAST_STAYS);
    }
    const rows = byId("orders");
    if (rows?.dataset.size) {
      for (const extra of [...rows.children].slice(Number(rows.dataset.size))) extra.remove();
    }
    countArrivals();
    tellAges();
  }

  function countArrivals() {
    const pill = byId("pill"), arrivals = byId("arrivals");
    if (!pill || !arrivals) return;
    const shown = [...arrivals.children].filter((arrival) => !byId(`order-${arrival.value}`));
    const n = new Set(shown.map((arrival) => arrival.value)).size;
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
