// The bell: how much is unread, in the bar, the title, the favicon and on the app's icon; and that somebody is looking.
(() => {
  "use strict";
  const LOOK_EVERY = 30000;
  const MOST = 99;

  let heard = 0; // the newest event this page was told of: what a reconnection repeats is dropped
  let lines = 0; // connections so far
  let looked = false;

  const count = () => Number(byId("bell").dataset.unread);

  function set(unread, upto) {
    Object.assign(byId("bell").dataset, { unread, upto });
    show();
  }

  function show() {
    const bell = byId("bell");
    const badge = byId("unread");
    const icon = byId("favicon");
    const n = count();
    const told = n > MOST ? `${MOST}+` : `${n}`;
    badge.textContent = told;
    badge.hidden = n === 0;
    bell.ariaLabel = n === 0 ? bell.dataset.none : `${told} ${counted(bell.dataset, n)}`;
    const title = document.title.replace(/^\(\d+\+?\) /, "");
    document.title = n === 0 ? title : `(${told}) ${title}`;
    icon.dataset.read ??= icon.getAttribute("href");
    const drawn = n === 0 ? icon.dataset.read : icon.dataset.unread;
    if (icon.getAttribute("href") !== drawn) icon.href = drawn; // the same once more is fetched once more
    (n === 0 ? navigator.clearAppBadge?.() : navigator.setAppBadge?.(n))?.catch(() => {}); // no icon, no badge
  }

  // The server's own count, where this page cannot tell by counting.
  async function ask() {
    const answer = await tryFetch(byId("bell").dataset.count);
    if (!answer?.ok) return null; // the line says what is wrong
    const found = await answer.json();
    if (found.upto < Number(byId("bell").dataset.upto)) return ask(); // overtaken by a frame
    set(found.unread, found.upto);
    return found;
  }

  // What frames have left in #told: whose reading moves the bell, and what happened, by whom.
  function take() {
    const told = byId("told");
    const me = document.body.dataset.user;
    const found = [...told.children];
    told.replaceChildren();
    if (found.some((one) => one.dataset.reader === me)) ask();
    const events = found.filter((one) => Number(one.value) > heard); // told once, however often a line repeats it
    if (events.length === 0) return;
    heard = Number(events.at(-1).value);
    const others = events.filter((one) => one.dataset.actor !== me);
    const fresh = others.filter((one) => Number(one.value) > Number(byId("bell").dataset.upto));
    if (fresh.length) set(count() + fresh.length, heard);
    if (others.length) emit("printalma:news");
    const detail = events.map(({ dataset: { kind, order, href, actor }, childNodes }) => ({
      kind,
      order,
      href,
      own: actor === me,
      words: [...childNodes],
    }));
    emit("printalma:told", detail);
  }

  // What is in view on the bell's own page is read.
  async function read() {
    const news = byId("news");
    if (!news || document.hidden || count() === 0) return;
    const body = new URLSearchParams({ upto: news.dataset.upto });
    await tryFetch(byId("bell").dataset.read, { method: "POST", body });
    await ask();
  }

  // Somebody looks: their phones need not ring. Without a line the server would not hear it.
  function look() {
    if (document.hidden || (!document.body.dataset.line && byId("asking").hidden)) return;
    tryFetch(byId("bell").dataset.seen, { method: "POST", keepalive: true }); // the line says what is wrong
  }

  window.printalmaBell = { ask };
  on("htmx:after:swap", () => {
    take();
    show(); // a swap may have brought another title
    if (byId("news") && Number(byId("news").dataset.upto) >= heard) read();
  });
  on("htmx:ws:after:connection", () => {
    if (lines++) ask(); // away for long: frames do not tell everything
  });
  on("htmx:ws:after:message:incoming", () => {
    if (!looked) look();
    looked = true;
  });
  on("visibilitychange", () => {
    look();
    read();
  });
  on("DOMContentLoaded", () => {
    heard = Number(byId("position").value);
    show();
    read();
    setInterval(look, LOOK_EVERY);
  });
})();
