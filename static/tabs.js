// The tabs above the list: a click shows one status, Ctrl, ⌘, a long press or the space bar adds it or takes it away.
// Their numbers are asked for after something has happened, by pages that somebody sees.
(() => {
  "use strict";
  const LONG = 500; // ms: a finger that stays means more than a tap
  const STRAY = 10; // px: less is no scrolling
  const PAUSE = 3000; // ms between two questions, however much happens

  // --- one more ---------------------------------------------------------------------------------------------------

  let held = null; // the tab under a finger
  let swallowed = null; // the tab whose press has acted: its click and its menu do nothing more

  const tabOf = (event) => event.target.closest?.(".filters a[data-add]");
  const add = (tab) => tab.dispatchEvent(new MouseEvent("click", { ctrlKey: true, bubbles: true, cancelable: true }));

  function release() {
    clearTimeout(held?.timer);
    held = null;
  }

  on("pointerdown", (event) => {
    release();
    swallowed = null;
    const tab = tabOf(event);
    if (!tab || event.pointerType === "mouse" || !event.isPrimary) return;
    const timer = setTimeout(() => {
      release();
      swallowed = tab;
      navigator.vibrate?.(10);
      add(tab);
    }, LONG);
    held = { x: event.clientX, y: event.clientY, timer };
  });
  on("pointermove", ({ clientX, clientY }) => {
    if (held && Math.hypot(clientX - held.x, clientY - held.y) > STRAY) release();
  });
  on("pointerup pointercancel", release);
  on("contextmenu", (event) => {
    if (held || (swallowed && tabOf(event))) event.preventDefault();
  });
  window.addEventListener(
    "click",
    (event) => {
      if (!event.isTrusted || !swallowed) return;
      swallowed = null;
      if (!tabOf(event)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );
  on("keydown", (event) => {
    const tab = event.key === " " && tabOf(event);
    if (!tab) return;
    event.preventDefault(); // it would scroll
    if (!event.repeat) add(tab);
  });

  // --- how many ---------------------------------------------------------------------------------------------------

  let asked = null; // what was so when the numbers were asked for
  let last = -PAUSE;
  let timer = 0;
  let refused = false; // the session has ended before the page heard of it

  // The list, which views there are, and the last thing that happened, if anything here is counted.
  function present() {
    const isCounted = "counted" in byId("saved-views").dataset;
    return [location.search, byId("views-news").value, isCounted ? byId("position").value : ""].join("\n");
  }

  // Who is signed out is answered nothing: the page says so already, or a press has.
  const isOver = () => !byId("session-over").hidden || refused;

  function want() {
    if (timer || isOver() || document.hidden || present() === asked) return;
    const isOther = asked?.split("\n")[0] !== location.search; // who searches waits for them
    timer = setTimeout(ask, isOther ? 0 : Math.max(0, last + PAUSE - performance.now()));
  }

  async function ask() {
    const [mine, list] = [present(), location.search];
    last = performance.now();
    const answer = await tryFetch(byId("saved-views").dataset.tabs + list, { headers: { "HX-Request": "true" } });
    const text = answer?.ok ? await answer.text().catch(() => null) : null;
    timer = 0;
    refused = answer?.status === 401;
    if (text === null) return; // until something happens, or the line is back
    asked = mine;
    const later = Number(answer.headers.get("Retry-After"));
    if (list === location.search) {
      const source = byId("saved-views");
      await htmx.swap({ sourceElement: source, target: source, swap: "none swapEmpty:false", text });
    }
    if (later) setTimeout(askAgain, later * 1000);
    want();
  }

  function askAgain() {
    asked = location.search; // the same list: no hurry
    want();
  }

  // Numbers that come while somebody gives the list a name draw nothing anew under their hands.
  document.addEventListener(
    "beforetoggle",
    ({ target, newState }) => {
      if (target.id === "save-view") target.toggleAttribute("hx-morph-skip", newState === "open");
    },
    true,
  );

  on("htmx:after:swap visibilitychange DOMContentLoaded", want);
})();
