// Work on the rows of the list: ticking several, moving them, and a cursor for the keyboard. Rows come and go by
// pushes; what is ticked and where the cursor is stay.
(() => {
  "use strict";
  const MAX_MOVED = 100; // by one request; the others stay ticked

  const rows = () => all("#orders tr");
  const boxes = () => all("#orders .pick input");
  const idOf = (box) => box.value.split(":")[0];
  const mayBecome = (button, box) => button.dataset.from.split(" ").includes(box.dataset.status);
  const rowOf = (element) => element?.closest?.("#orders tr");
  const picked = new Map(); // ids, and with them the versions that were ticked
  const own = new Set(); // what this person has moved, as the last frame tells
  const lost = new Map(); // whose tick somebody else's doing took, and their numbers, while a word stands
  let last = null; // the row ticked last, where a range begins
  let menuRow = null;
  let focused = null; // a row that may be swapped out under the cursor

  // --- ticking ------------------------------------------------------------------------------------------------

  const ticked = () => boxes().filter((box) => box.checked);

  function tell() {
    const on = ticked();
    const words = byId("picked").nextElementSibling;
    byId("picked").textContent = on.length;
    words.textContent = counted(words.dataset, on.length);
    // Who has just acted from the bar goes on at the row where the ticking ended.
    if (!on.length && first("#bulk :focus-visible")) focus(byId(`order-${last}`));
    document.body.classList.toggle("picking", on.length > 0);
    offer(byId("bulk"), on);
    byId("all").checked = on.length > 0 && on.length === boxes().length;
    byId("all").indeterminate = on.length > 0 && !byId("all").checked;
  }

  // Only the moves that one of these orders may make, with how many may.
  function offer(where, on) {
    for (const button of where.querySelectorAll("[data-from]")) {
      const n = on.filter((box) => mayBecome(button, box)).length;
      button.hidden = !n;
      button.querySelector("span").textContent = where.id === "bulk" || on.length > 1 ? `(${n})` : "";
    }
  }

  function show(box, on) {
    box.checked = on;
    rowOf(box).classList.toggle("picked", on);
  }

  function tick(box, on) {
    show(box, on);
    if (on) picked.set(idOf(box), box.value);
    else picked.delete(idOf(box));
  }

  function tickTo(box, isRange) {
    const every = boxes();
    const [from, to] = [every.findIndex((each) => idOf(each) === last), every.indexOf(box)].sort((a, b) => a - b);
    if (isRange && from >= 0) for (const each of every.slice(from, to + 1)) tick(each, box.checked);
    tick(box, box.checked);
    last = idOf(box);
    tell();
  }

  function tickAll(on) {
    for (const box of boxes()) tick(box, on);
    tell();
  }

  // --- moving -------------------------------------------------------------------------------------------------

  // One menu for a row and for the ticked rows.
  const meant = () => (menuRow ? [byId(menuRow)?.querySelector(".pick input")].filter(Boolean) : ticked());

  function openMenu(button) {
    menuRow = rowOf(button)?.id;
    const menu = byId("row-menu");
    const place = button.getBoundingClientRect();
    const row = byId(menuRow);
    menu.firstElementChild.textContent = row
      ? `${row.querySelector(".number").textContent} · ${row.querySelector("th a").textContent}`
      : "";
    offer(menu, meant());
    aimPapers(menu, meant());
    menu.style.setProperty("--x", `${innerWidth - place.right}px`);
    menu.style.setProperty("--y", `${Math.min(place.bottom, innerHeight - 356)}px`);
  }

  function aimPapers(where, boxes) {
    for (const link of where.querySelectorAll("[data-print]")) {
      const { print: as } = link.dataset;
      link.search = new URLSearchParams({ ids: boxes.map(idOf), ...(as && { as }) });
    }
  }

  // The menu's button sends what a row's button sends, or the one of the ticked rows; the server asks what it must.
  function aim(button, event) {
    const on = meant().filter((box) => mayBecome(button, box));
    byId("row-menu").hidePopover();
    if (!on.length) return event.preventDefault(); // somebody moved it while the menu was open
    const { move: status } = button.dataset;
    button.setAttribute("form", menuRow ? "step" : "bulk");
    button.name = menuRow ? "step" : "status";
    button.value = menuRow ? `${on[0].value}:${status}` : status;
  }

  // Of the ticked rows only those that may make the move are sent: the button has said how many.
  function choose({ sourceElement, request }) {
    if (sourceElement.matches("[data-pay]")) return paid(request);
    if (sourceElement.id !== "bulk") return;
    const status = request.body.get("status");
    const button = first(`#bulk [value=${status}], [data-move=${status}]`);
    request.body.delete("order");
    const sent = ticked()
      .filter((box) => mayBecome(button, box))
      .slice(0, MAX_MOVED);
    for (const box of sent) request.body.append("order", box.value);
  }

  // What became of each is told; none of them is ticked any more.
  function paid(request) {
    request.body.delete("order");
    const sent = ticked().slice(0, MAX_MOVED);
    for (const box of sent) {
      request.body.append("order", box.value);
      tick(box, false);
    }
    byId("pay-many").hidePopover();
    tell();
  }

  // --- what stays when fragments are swapped in -------------------------------------------------------------------

  function settle() {
    if (focused && document.activeElement === document.body) focus(byId(focused));
    focused = null;
    for (const outcome of all("#outcome [data-done]")) {
      for (const id of outcome.dataset.done.split(" ")) picked.delete(id);
      delete outcome.dataset.done;
    }
    keepTicks();
    tell();
  }

  // A tick means the order as it was when it was ticked. What has left the list or moved since loses it: the second
  // with a word, unless it was one's own doing.
  function keepTicks() {
    const there = new Map(boxes().map((box) => [idOf(box), box]));
    const moved = [...picked].filter(([id, value]) => there.has(id) && there.get(id).value !== value && !own.has(id));
    for (const [id, value] of picked) if (there.get(id)?.value !== value) picked.delete(id);
    for (const [id, box] of there) show(box, picked.has(id));
    own.clear();
    if (!moved.length) return;
    // Frames come one by one: the last of five would speak of one order.
    if (!first("#outcome .word")) lost.clear();
    for (const [id] of moved) lost.set(id, rowOf(there.get(id)).querySelector(".number").textContent);
    const { lostOne, lostMany } = byId("bulk").dataset;
    const [number] = lost.values();
    const detail = lost.size < 2 ? lostOne.replace("#", number) : lostMany.replace("#", lost.size);
    emit("printalma:word", detail);
  }

  // --- the keyboard -------------------------------------------------------------------------------------------

  function focus(row) {
    row?.querySelector("th a").focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  }

  function walk(by) {
    const every = rows();
    const at = every.indexOf(rowOf(document.activeElement));
    focus(every[at < 0 ? 0 : Math.min(Math.max(at + by, 0), every.length - 1)]);
  }

  function tickHere(isRange) {
    const box = rowOf(document.activeElement)?.querySelector(".pick input");
    if (!box) return;
    box.checked = !box.checked;
    tickTo(box, isRange);
  }

  const KEYS = {
    "/": () => {
      byId("q").focus();
      byId("q").select();
    },
    j: () => walk(1),
    k: () => walk(-1),
    x: () => tickHere(false),
    X: () => tickHere(true),
    s: () => first("#bulk > button:not([hidden])")?.focus(),
    n: () => byId("new-order").click(),
    "?": () => byId("keys").showModal(),
    Enter: () => rowOf(document.activeElement)?.querySelector("th a").click(),
    Escape: () => (picked.size ? tickAll(false) : document.activeElement.blur()),
  };

  on("keydown", (event) => {
    if (!isForPage(event)) return;
    if (event.key === "Enter" && !event.target.matches(".pick input")) return; // links and buttons know what it means
    if (!Object.hasOwn(KEYS, event.key) || (event.repeat && !/[jk]/.test(event.key))) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  on("click", (event) => {
    const found = (selector) => event.target.closest(selector);
    if (found("#all")) tickAll(byId("all").checked);
    else if (found("#orders .pick input")) tickTo(event.target, event.shiftKey);
    else if (found("[popovertarget=row-menu]")) openMenu(found("[popovertarget=row-menu]"));
    else if (found("[popovertarget=print-many]")) aimPapers(byId("print-many"), ticked());
    else if (found("#print-many a")) byId("print-many").hidePopover();
    else if (found("[data-move]")) aim(found("[data-move]"), event);
    else if (found("[data-all]")) tickAll(true);
    else if (found("[data-none]")) tickAll(false);
    else if (found("[data-keys]")) byId("keys").showModal();
    else if (found("dialog [data-shut]")) found("dialog").close();
  });
  on("submit", (event) => {
    if (event.target.id !== "step") return;
    const row = rowOf(event.submitter) ?? byId(menuRow);
    row?.setAttribute("aria-busy", "true");
  });
  on("htmx:config:request", (event) => choose(event.detail.ctx));
  on("htmx:finally:request", () => all("#orders [aria-busy]").forEach((row) => row.removeAttribute("aria-busy")));
  on("printalma:told", ({ detail }) => {
    for (const event of detail) if (event.own) own.add(event.order);
  });
  on("htmx:before:swap", () => {
    focused = rowOf(document.activeElement)?.id;
  });
  on("htmx:after:swap", settle);
  on("DOMContentLoaded", () => {
    settle();
  });
})();
