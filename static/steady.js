// Nothing moves under a hand: when something arrives above what is being read, aimed at or worked on, the page is
// scrolled by as much, and gets room at its foot where it is too short for that. A short list moved under the pointer
// that rested on it, and on a phone each tap that was on its way reached the next card's button.
(() => {
  "use strict";
  const ITEMS = "#orders tr, #news li, .group";
  const LISTS = "#list, #news, #groups";
  const MAX_PRESS = 3000; // ms: what is pushed waits for a press to end, but not for ever
  const CLICK_WITHIN = 60; // ms after a finger is up

  const top = (item) => item.getBoundingClientRect().top;
  let hand = matchMedia("(hover: none)").matches ? "finger" : null; // or "mouse", or "keys"
  let mouse = { x: 0, y: 0 };
  let held = null; // what stays, and where
  let drift = 0; // how far we have moved the page from its top
  let press = null; // one that is under way
  let over = null; // what ends it

  // --- where the hand is -------------------------------------------------------------------------------------------

  const head = () => first(".bar").getBoundingClientRect().bottom;
  const isOurs = () => Math.abs(scrollY - drift) <= 1; // else the reader has scrolled, to read something

  // A finger says nothing before it comes down: all of the list stays.
  function underHand() {
    const at = hand === "mouse" ? document.elementFromPoint(mouse.x, mouse.y) : document.activeElement;
    const item = hand === "mouse" || hand === "keys" ? at?.closest(ITEMS) : null;
    if (item) return item;
    const isIn = hand === "finger" || (hand === "mouse" && at?.closest(LISTS));
    const isRead = !isOurs() && first(LISTS) && top(first(LISTS)) < head();
    if (!isIn && !isRead) return null;
    return all(ITEMS).find((each) => each.getBoundingClientRect().bottom > head());
  }

  // Another list is another place: who asked for it does not want to be where a row of it was in the last one.
  function hold({ detail: { ctx } }) {
    const item = ctx.sourceElement?.id === "list" ? null : underHand();
    held = item ? { id: item.id, top: top(item), isOurs: isOurs() } : null;
  }

  // --- what keeps it there -----------------------------------------------------------------------------------------

  const room = () => parseFloat(document.body.style.getPropertyValue("--room")) || 0;
  const foot = () =>
    first("main").getBoundingClientRect().bottom + parseFloat(getComputedStyle(document.body).paddingBottom);
  // How far it can still be scrolled; less than nothing where the page is short.
  const spare = () => foot() - innerHeight;
  const give = (pixels) => document.body.style.setProperty("--room", `${Math.ceil(pixels)}px`);

  function settle() {
    const item = byId(held?.id);
    const by = item ? Math.round(top(item) - held.top) : 0;
    if (by) {
      if (by > spare()) give(room() + by - spare());
      scrollBy({ top: by, behavior: "instant" });
      drift = held.isOurs ? scrollY : 0;
    }
    held = null;
  }

  // Room that is not needed any more goes, below what is to be seen.
  function shrink() {
    if (room()) give(scrollY > 0 ? Math.max(0, room() - Math.max(0, spare())) : 0);
  }

  // The hand is gone: back to the top, to what is new.
  function release() {
    hand = null;
    if (!drift || !isOurs()) return;
    drift = 0;
    scrollTo({ top: 0, behavior: "instant" });
  }

  // --- while a press is under way nothing is swapped in ------------------------------------------------------------

  function begin() {
    if (press) return;
    press = new Promise((done) => {
      over = done;
    });
    setTimeout(end, MAX_PRESS, over);
  }

  function end(which) {
    if (which !== over) return;
    which?.();
    press = over = null;
  }

  window.printalmaSteady = { rest: () => press };
  on(
    "pointermove",
    ({ pointerType, clientX, clientY }) => {
      if (pointerType !== "mouse") return;
      hand = "mouse";
      mouse = { x: clientX, y: clientY };
    },
    { passive: true },
  );
  on(
    "pointerdown",
    ({ pointerType, clientX, clientY }) => {
      hand = pointerType === "mouse" ? "mouse" : "finger";
      mouse = { x: clientX, y: clientY };
      begin();
    },
    { capture: true, passive: true },
  );
  for (const name of ["pointerup", "pointercancel", "touchend", "touchcancel"]) {
    on(
      name,
      ({ touches, type, pointerType }) => {
        const isDown = touches ? touches.length > 0 : type === "pointercancel" || pointerType === "touch";
        if (!isDown) setTimeout(end, CLICK_WITHIN, over);
      },
      { capture: true, passive: true },
    );
  }
  on(
    "keydown",
    () => {
      hand = "keys";
    },
    { capture: true, passive: true },
  );
  document.documentElement.addEventListener("pointerleave", ({ pointerType }) => {
    if (pointerType === "mouse") release();
  });
  on("visibilitychange", () => {
    if (document.hidden) release();
  });
  on("scroll", shrink, { passive: true });
  on("htmx:ws:before:message:incoming", ({ detail }) => detail.waitUntil(press));
  on("htmx:before:swap", hold);
  on("htmx:after:swap", settle);
})();
