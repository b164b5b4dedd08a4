// What HTML fragments cannot do by themselves: say where the page is, refuse what is another page's, notice silence,
// count, and tell the time. (How soon a closed line is tried again: templates/_scripts.html.)
(() => {
  "use strict";
  const OFFLINE_AFTER = 5000; // after a close: most lines are back before anybody needs to know
  const SILENT_AFTER = 35000; // two beats and a bit without a word: the line is dead, whatever the browser thinks
  const ASK_EVERY = 15000; // over HTTP, while there is no socket
  const ASK_AGAIN = 4000; // while there is no answer either
  const GREET_EVERY = 1000; // a line that asks for more is closed: who types or leafs asks for a list a letter
  const FRESH_STAYS = 8000; // and as much longer as nothing else has the page painted: each time costs all of a frame
  const STALE_WITHIN = 4000;
  const ENDED = 4401; // the right has ended: coming back is useless
  const ANEW = Number.MAX_SAFE_INTEGER; // a position that no log has: what is shown is drawn anew

  const ages = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto", style: "short" });
  const UNITS = [
    ["day", 86400],
    ["hour", 3600],
    ["minute", 60],
  ];
  let clock = null;
  let connection = null;
  let silenceTimer = 0;
  let awayTimer = 0;
  let greetTimer = 0;
  let greetedAt = 0;
  const above = new Set(); // rows that have come while the reader looked further down
  let known = null; // today in the shop by this device's clock
  let stale = null; // the day that the page waits to be drawn anew for
  let told = 0; // the events up to here have been told, whatever list is shown and from when it is

  // --- the line -----------------------------------------------------------------------------------------------

  const position = () => Number(byId("position").value);
  const since = () => (stale === byId("day") ? ANEW : Math.min(position(), told));
  const isAway = () => "away" in document.body.dataset; // holders.js says so
  const here = () => ({ since: since(), view: location.pathname + location.search, ...(isAway() && { away: true }) });

  // What was drawn for the list that was here before, and comes after the answer that brought another, is nothing to
  // this one: its socket will be told everything again, for this list, from where that answer stands.
  function isForeign(text) {
    const [, name] = /<data id="shows" value="([^"]*)"/.exec(text) ?? [];
    return name !== undefined && name.replaceAll("&amp;", "&") !== byId("shows").value;
  }

  // What is hidden once more has changed for whoever watches the page: each frame had all of it looked at again.
  function hide(strip, is) {
    if (strip.hidden !== is) strip.hidden = is;
  }

  function tell(state) {
    for (const id of ["offline", "asking", "session-over"]) hide(byId(id), id !== state);
    // The shop is called otherwise than this page, whose socket it takes for a stranger's: the strip says what to set.
    hide(byId("other-host"), state !== "asking" || byId("other-host").dataset.host === location.host);
  }

  function listen() {
    clearTimeout(silenceTimer);
    silenceTimer = setTimeout(() => {
      lose();
      dial();
    }, SILENT_AFTER);
  }

  // Nothing comes any more, whatever the socket says of itself. What is heard all the same shows that it does.
  function lose() {
    clearTimeout(silenceTimer);
    tell("offline");
    delete document.body.dataset.line;
    away(0);
  }

  // A new line at once. One that waits for its turn does so for seconds; one that is closed while nobody answers, for
  // ten; and the timers of a tab that nobody looks at for a minute.
  function dial() {
    if (awayTimer < 0) return; // the right has ended
    const feed = byId("feed");
    const anew = feed.cloneNode();
    connection?.socket?.close();
    connection = null;
    feed.replaceWith(anew); // what the old one has still to say is said to nobody
    htmx.process(anew);
  }

  function heard() {
    clearTimeout(awayTimer);
    awayTimer = 0;
    tell(null);
    listen();
    if (document.body.dataset.line) return;
    document.body.dataset.line = "open";
    emit("printalma:line");
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
    const answer = await tryFetch(`${byId("feed").dataset.missed}?${new URLSearchParams(here())}`);
    if (asking !== awayTimer) return; // a socket was faster
    if (answer?.type === "opaqueredirect" || answer?.status === 403) return ended();
    if (!answer?.ok) {
      clearTimeout(awayTimer);
      awayTimer = setTimeout(ask, ASK_AGAIN);
      return tell("offline");
    }
    if (!byId("offline").hidden) dial();
    const feed = byId("feed");
    const text = await answer.text();
    await window.printalmaSteady.rest();
    await htmx.swap({ sourceElement: feed, target: feed, swap: "none swapEmpty:false", text });
    tell("asking");
  }

  function greet() {
    clearTimeout(greetTimer);
    greetedAt = performance.now();
    connection.socket.send(JSON.stringify({ t: "hello", ...here() }));
  }

  on("htmx:ws:after:connection", (event) => {
    connection = event.detail.connection;
    greet();
    listen();
  });
  // The page has come to show something else: from its position on, the socket follows that.
  on("printalma:view", () => {
    clearTimeout(greetTimer);
    greetTimer = setTimeout(
      () => {
        if (connection?.socket?.readyState === WebSocket.OPEN) greet();
      },
      greetedAt + GREET_EVERY - performance.now(),
    );
  });
  on("htmx:ws:after:message:incoming", heard);
  on("htmx:ws:close", (event) => {
    clearTimeout(silenceTimer);
    delete document.body.dataset.line;
    if (event.detail.code === ENDED) ended();
    else away(OFFLINE_AFTER);
  });
  on("htmx:before:swap", (event) => {
    const { sourceElement, text, request } = event.detail.ctx;
    if (sourceElement.id === "feed" && isForeign(text)) event.preventDefault();
    const asked = request?.headers["HX-Current-URL"];
    if (!asked || asked === location.href) return;
    const { tasks } = event.detail; // the page has changed its list since: only what it did is still worth a word
    tasks.splice(0, tasks.length, ...tasks.filter(({ target }) => target === "#outcome"));
  });
  window.addEventListener("offline", lose);
  window.addEventListener("online", dial);
  on("visibilitychange", () => {
    if (!document.hidden && awayTimer > 0) dial();
  });

  // --- midnight in the shop: what is of today is of yesterday ------------------------------------------------------

  // Each beat says which day it is. A device that slept, or has no line, knows by its own clock that one has passed.
  function turnOver() {
    const day = clock.format(Date.now());
    const isOver = byId("today").value !== byId("day").value || day !== known;
    known = day;
    if (!isOver || stale === byId("day")) return;
    stale = byId("day");
    if (connection?.socket?.readyState === WebSocket.OPEN) greet();
    window.printalmaBell?.ask();
    emit("printalma:news"); // "today" is a heading of the bell's page
  }

  // --- after fragments have been swapped in: what the page decides for itself -----------------------------------

  function settle() {
    fade(Date.now() - FRESH_STAYS);
    for (const row of all(".fresh:not([data-seen])")) {
      row.dataset.seen = Date.now();
      above.add(row.id);
      setTimeout(fade, FRESH_STAYS + STALE_WITHIN, Date.now());
    }
    const rows = byId("orders");
    if (rows?.dataset.size) {
      const extra = [...rows.children].slice(Number(rows.dataset.size));
      for (const row of extra) if (!row.querySelector(":checked, :focus")) row.remove(); // somebody is at work on it
    }
    const welcome = byId("welcome");
    if (welcome) welcome.hidden = first("#orders tr, #list .empty") !== null;
    tellAges(all("time[data-age='']"));
    requestAnimationFrame(countArrivals); // measured with the frame's own layout: before, it took a second one
  }

  // With the frame of what comes next.
  function fade(before) {
    for (const row of all(".fresh[data-seen]")) if (row.dataset.seen <= before) row.classList.remove("fresh");
  }

  // What the list would show on its first page, and what has come above what is to be seen.
  function countArrivals() {
    const pill = byId("pill");
    const arrivals = byId("arrivals");
    if (!pill || !arrivals) return;
    const head = first(".bar").getBoundingClientRect().bottom;
    for (const id of above) if (!(byId(id)?.getBoundingClientRect().bottom <= head)) above.delete(id);
    const elsewhere = [...arrivals.children].filter((arrival) => !byId(`order-${arrival.value}`));
    const n = new Set(elsewhere.map((arrival) => arrival.value)).size + above.size;
    hide(pill, n === 0);
    if (n === 0) return;
    pill.href = arrivals.dataset.href;
    pill.textContent = `${spelt(n)} ${counted(pill.dataset, n)}`;
  }

  // Below a minute it is now: at two orders a second all fifty rows said another second with each.
  function tellAges(times) {
    for (const time of times) {
      const seconds = Math.max(0, (Date.now() - Date.parse(time.dateTime)) / 1000);
      const [unit, length] = UNITS.find(([, length]) => seconds >= length) ?? ["second", Infinity];
      const told = ages.format(-Math.floor(seconds / length), unit);
      time.title ||= time.textContent; // the moment, as the server wrote it
      if (time.textContent !== told) time.textContent = told;
      time.dataset.age = "told";
    }
  }

  on("scroll", countArrivals, { passive: true });
  on("visibilitychange", turnOver);
  on("htmx:after:swap", (event) => {
    if (event.detail.ctx.sourceElement?.id === "feed") told = position();
    settle();
    turnOver();
  });
  on("DOMContentLoaded", () => {
    told = position();
    clock = new Intl.DateTimeFormat("fr", { timeZone: document.body.dataset.zone });
    known = clock.format(Date.now());
    tellAges(all("time[data-age]"));
    setInterval(() => {
      tellAges(all("time[data-age]"));
      turnOver();
    }, 10000);
  });
})();
