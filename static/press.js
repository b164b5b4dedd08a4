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
  const ROWS = "tbody tr";
  const LAST = "last-press";

  // Where each row is, where each control is (within its row, where it has one), what it means, since when, and whether
  // that was an own press; of a table since when its rows are where they are.
  const known = new WeakMap();
  const touched = new Set(); // controls and rows in which something has changed since the last look
  const unready = new Set();
  let last = { at: -SETTLED }; // the gesture: of refused presses too, so that hammering goes on being one
  let down = 0; // when the pointer came down: what it aims at was there before
  let chosen = 0; // when a key last chose what Enter is to press
  let timer = 0;
  let scrolling = 0;
  let looking = 0;
  let isSwapping = false;
  let ending = 0; // of a swap, should nobody say that it is over
  const changes = new MutationObserver((records) => {
    note(records);
    lookSoon();
  });

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

  // A row's controls move with it: an order pushes fifty rows down, and two hundred controls were measured for it,
  // twice.
  function look(isOurs) {
    if (isSwapping) return; // what has moved may yet be put back
    cancelAnimationFrame(looking);
    looking = 0;
    const now = performance.now();
    const rows = new Map(); // those whose controls are to be looked at, and where they are
    for (const row of all(ROWS)) {
      const place = row.getBoundingClientRect();
      if (touched.has(row) || known.has(row) !== place.width > 0) rows.set(row, place);
      lookAtRow(row, place, isOurs, now);
    }
    for (const control of all(CONTROLS)) {
      const row = control.closest(ROWS);
      if (!row || rows.has(row)) lookAt(control, rows.get(row), isOurs, now);
    }
    touched.clear();
    show();
  }

  function lookAtRow(row, { left, top, width }, isOurs, now) {
    const was = known.get(row);
    const isMoved = !isOurs && was && width > 0 && hasMoved(was, { left, top });
    if (!width) known.delete(row);
    else if (isMoved || isOurs || !was) known.set(row, { since: -SETTLED, ...was, left, top });
    if (!isMoved) return;
    known.get(row).since = now;
    known.set(row.parentNode, { since: now });
    unready.add(row.parentNode);
  }

  function lookAt(control, row, isOurs, now) {
    const place = control.getBoundingClientRect();
    const [left, top] = [place.left - (row?.left ?? 0), place.top - (row?.top ?? 0)];
    const was = known.get(control);
    const means = was && !touched.has(control) ? was.means : meaning(control);
    const isThere = place.width > 0;
    const isNew =
      !isOurs && isThere && (was ? hasMoved(was, { left, top }) || was.means !== means : !isOpened(control));
    if (!isThere) known.delete(control);
    else if (isNew) known.set(control, { left, top, means, since: now });
    else if (!was || isOurs) known.set(control, { since: -SETTLED, ...was, left, top, means });
    if (isNew && (!row || place.top < innerHeight)) unready.add(control);
  }

  function note(records) {
    for (const { target } of records) {
      const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
      for (const each of [element?.closest(CONTROLS), element?.closest(ROWS)]) if (each) touched.add(each);
    }
  }

  // Once a frame, before it is painted, and before a press: an order changes a page in a dozen steps.
  function lookSoon() {
    looking ||= requestAnimationFrame(() => look(false));
  }

  const since = (thing) => known.get(thing)?.since ?? -SETTLED;
  const changed = (control) => Math.max(since(control), since(control.closest(ROWS)));

  // Also for those who cannot see that it is new: of a table's rows those in the window, for there may be hundreds. Of
  // rows that have only moved their table says it.
  function show() {
    const now = performance.now();
    for (const thing of unready) {
      const isStill = thing.isConnected && now - since(thing) < SETTLED;
      if (isStill !== thing.hasAttribute("aria-disabled")) {
        if (isStill) thing.setAttribute("aria-disabled", "true");
        else thing.removeAttribute("aria-disabled");
      }
      if (!isStill) unready.delete(thing);
    }
    clearTimeout(timer);
    const next = Math.min(...[...unready].map(since)) + SETTLED - now;
    if (unready.size) timer = setTimeout(show, Math.max(next, 100));
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
    const at = changed(control);
    const isOfGesture = isTail(event, now);
    const isChosen = !isPointer && chosen > at;
    last = { at: now, isPointer, x: event.clientX, y: event.clientY };
    const isReady = (isPointer ? down : now) - at >= SETTLED;
    if (!isOfGesture && (isChosen || isReady)) return accept(control, now);
    event.preventDefault();
    event.stopImmediatePropagation();
    const isByPress = known.get(control)?.isPressed && at === since(control);
    if (!isOfGesture && !isByPress) emit("printalma:unready");
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

  // What a swap has changed is seen here, once.
  function settle() {
    clearTimeout(ending);
    isSwapping = false;
    note(changes.takeRecords());
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
