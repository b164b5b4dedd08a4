// The order's page: what keys do, and a field that is empty again once its note is kept.
(() => {
  "use strict";
  const press = (selector) => document.querySelector(selector)?.click();
  const reach = (selector) => document.querySelector(selector)?.focus();
  const KEYS = {
    j: () => press("#way [rel=next]"),
    ArrowRight: () => press("#way [rel=next]"),
    k: () => press("#way [rel=prev]"),
    ArrowLeft: () => press("#way [rel=prev]"),
    u: () => press("#way .back"),
    c: () => reach(".actions .primary[name=status]"), // Enter then presses it: no order moves by one slip of a finger
    n: () => reach("#note"),
    a: () => press(".address [data-text]"),
    b: () => press(".papers a:first-child"),
    f: () => press(".papers a:last-child"),
    "?": () => document.getElementById("keys").showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.repeat) return;
    if (event.target.id === "note" && event.key === "Enter" && (event.ctrlKey || event.metaKey))
      return press("#add-note");
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (document.querySelector("dialog[open], :popover-open") || !Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys]")) KEYS["?"]();
    event.target.closest("[data-shut]")?.closest("dialog")?.close();
  });

  // What was sent leaves its field; what has been typed since stays.
  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    const work = ctx.response?.status < 400 && ctx.request.form?.closest("[data-work]");
    if (!work) return;
    for (const field of work.querySelectorAll("textarea")) {
      if (field.value === ctx.request.body.get(field.name)) field.value = "";
    }
    work.querySelector(":popover-open")?.hidePopover();
  });
})();
