// One gesture, one act. Two kinds of press do nothing, whatever control they reach: the tail of a gesture that has
// acted already (the second click of a double click, a held key), and a press on what has just come to its place or has
// just come to mean something else: the hand was on its way to what was there before. The server alone cannot tell: the
// second click of a double click asks, with the right version, for the step that the first one brought.
(() => {
  "use strict";
  const SETTLED = 500; // ms: nobody reads a new button and presses it within that
  const NEAR = 32; // px: two taps of one finger
  const MOVED = 12; // px: less, and the same control still lies under the hand
  // Who looks at a picture, and at the next, does nothing that anybody would take back.
  const LOOKS = "[data-look], #zoom *";
  const CONTROLS = `button:not(${LOOKS}), a[href], summary, input[type=checkbox], input[type=radio]`;
  const LAST = "last-press";

  const known = new WeakMap(); // where each control is, what it means, since when, and whether that was an own press
  const unready = new Set();
  let last = { at: -SETTLED }; // the gesture: of refused presses too, so that hammering goes on being one
  let down = 0; // when the pointer came down: what it aims at was there before
  let chosen = 0; // when a key last chose what Enter is to press
  let timer = 0;
  let scrolling = 0;
  let looking = 0;
  let isSwapping = false;
  let ending = 0; // of a swap, should nobody say that it is over
  const changes = new MutationObserver(lookSoon);

  // --- what has just come ------------------------------------------------------------------------------------------

  // A link is where it is; a button is also what it does. Links say how many orders there are, and that changes.
  function meaning(control) {
    if (control.matches("a")) return "";
    const { name, value, ariaLabel, textContent } = control;
    return [name, value, control.getAttribute("formaction"), ariaLabel, textContent.trim()].join("\n");
  }

  // What an own press has opened was waited for; a double click on what opened it is caught by its place. A question
  // comes when the server has answered: the next press may be on its way to something else.
  const isOpened = (control) => control.closest("dialog:not(.question), [popover]") !== null;
  const hasMoved = (from, { left, top }) => Math.abs(from.left - left) > MOVED || Math.abs(from.top - top) > MOVED;

  function look(isOurs) {
    if (isSwapping) return; // what has moved may yet be put back
    cancelAnimationFrame(looking);
    looking = 0;
    const now = performance.now();
    for (const control of all(CONTROLS)) {
      const { left, top, width } = control.getBoundingClientRect();
      const means = meaning(control);
      const was = known.get(control);
      const isNew =
        !isOurs && width > 0 && (was ? hasMoved(was, { left, top }) || was.means !== means : !isOpened(control));
      if (!width) known.delete(control);
      else if (isNew) known.set(control, { left, top, means, since: now });
      else if (!was || isOurs) known.set(control, { since: -SETTLED, ...was, left, top, means });
      if (isNew && (top < innerHeight || !control.closest("tbody"))) unready.add(control);
    }
    show();
  }

  // Once a frame, before it is painted, and before a press: an order changes a page in a dozen steps.
  function lookSoon() {
    looking ||= requestAnimationFrame(() => look(false));
  }

  const isUnready = (control, at) => at - (known.get(control)?.since ?? -SETTLED) < SETTLED;

  // Also for those who cannot see that it is new: of a table's rows those in the window, for there may be hundreds.
  function show() {
    const now = performance.now();
    for (const control of unready) {
      const isStill = control.isConnected && isUnready(control, now);
      if (isStill !== control.hasAttribute("aria-disabled")) {
        if (isStill) control.setAttribute("aria-disabled", "true");
        else control.removeAttribute("aria-disabled");
      }
      if (!isStill) unready.delete(control);
    }
    clearTimeout(timer);
    if (unready.size) timer = setTimeout(show, 100);
  }

  // --- presses -----------------------------------------------------------------------------------------------------

  function isTail({ detail, clientX, clientY }, now) {
    if (detail > 1) return true;
    if (now - last.at >= SETTLED || detail > 0 !== last.isPointer) return false;
    return !last.isPointer || Math.hypot(clientX - last.x, clientY - last.y) <= NEAR;
  }

  function press(event) {
    const control = event.target.closest?.(CONTROLS);
    if (!control || !event.isTrusted) return;
    if (looking) look(false);
    const now = performance.now();
    const isPointer = event.detail > 0;
    const { since, isPressed } = known.get(control) ?? {};
    const isOfGesture = isTail(event, now);
    const isChosen = !isPointer && chosen > since;
    last = { at: now, isPointer, x: event.clientX, y: event.clientY };
    if (!isOfGesture && (isChosen || !isUnready(control, isPointer ? down : now))) return accept(control, now);
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!isOfGesture && !isPressed) emit("printalma:unready");
  }

  // The next page is told of it: what is there has come by this press.
  function accept(control, now) {
    sessionStorage.setItem(LAST, JSON.stringify({ ...last, at: Date.now() }));
    if (!known.has(control)) return;
    known.set(control, { ...known.get(control), since: now, isPressed: true });
    unready.add(control);
    show();
  }

  function arrive() {
    const { at, ...gesture } = JSON.parse(sessionStorage.getItem(LAST) ?? "{}");
    const now = performance.now();
    const ago = Date.now() - at;
    const isByPress = ago < now + 1000;
    if (isByPress) last = { ...gesture, at: now - ago };
    look(!isByPress);
  }

  window.addEventListener("click", press, { capture: true });
  window.addEventListener(
    "pointerdown",
    () => {
      down = performance.now();
    },
    { capture: true, passive: true },
  );
  window.addEventListener(
    "keydown",
    (event) => {
      const isTyped = event.target.matches?.("textarea") && !(event.ctrlKey || event.metaKey);
      if (event.key !== "Enter" && event.key !== " ") {
        if (looking) look(false); // what has changed before the key was chosen with it
        chosen = performance.now();
        if (!last.isPointer) last.at = -SETTLED;
      }
      if (event.key !== "Enter" || !event.repeat || isTyped) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    { capture: true },
  );

  // Where the reader has moved things, they are where the reader looks for them.
  const follow = () => {
    cancelAnimationFrame(scrolling);
    scrolling = requestAnimationFrame(() => look(true));
  };
  window.addEventListener("scroll", follow, { capture: true, passive: true });
  window.addEventListener("resize", follow);
  on("toggle", () => look(true), { capture: true });
  on("htmx:before:swap", () => {
    isSwapping = true;
    clearTimeout(ending);
    ending = setTimeout(settle); // whatever becomes of it
  });
  on("htmx:finally:swap", settle);

  // Each look measures two hundred controls: what a swap has changed is seen here, once.
  function settle() {
    clearTimeout(ending);
    isSwapping = false;
    changes.takeRecords();
    look(false);
  }

  on("DOMContentLoaded", () => {
    arrive();
    const attributeFilter = ["hidden", "value", "name", "open", "form", "formaction", "aria-label"];
    changes.observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributeFilter,
    });
  });
})();
