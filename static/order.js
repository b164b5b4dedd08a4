// The order's page: what keys do, and a field that is empty again once its note is kept.
(() => {
  "use strict";
  const press = (selector) => first(selector)?.click();
  const seen = (selector) => all(selector).find((each) => each.checkVisibility());
  const reach = (selector) => seen(selector)?.focus();
  const STEP = ":is(.actions, .reach) .primary:is([name=status], .hold)"; // in the bar, on a phone
  const KEYS = {
    j: () => press("#way [rel=next]"),
    ArrowRight: () => press("#way [rel=next]"),
    k: () => press("#way [rel=prev]"),
    ArrowLeft: () => press("#way [rel=prev]"),
    u: () => press("#way .back"),
    // Enter then presses it: no order moves by one slip of a finger
    c: () => reach(STEP),
    n: () => reach("#note"),
    a: () => press(".address [data-text]"),
    m: () => press(".papers .mend"),
    b: () => press(".papers [href*='as=slip']"),
    f: () => press(".papers [href*='as=sheet']"),
    "?": () => byId("keys").showModal(),
  };

  on("keydown", (event) => {
    if (event.repeat) return;
    if (event.target.id === "note" && event.key === "Enter" && (event.ctrlKey || event.metaKey))
      return press("#add-note");
    if (event.key === "Escape" && !event.isComposing) event.target.closest("input, textarea, select")?.blur();
    if (!isForPage(event) || !Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  on("click", (event) => {
    if (event.target.closest("[data-keys]")) KEYS["?"]();
    event.target.closest("[data-shut]")?.closest("dialog")?.close();
  });

  // What has been settled is gone: the keyboard goes on with what is left to look at, or with the step that was held.
  let isAsked = false;
  on("htmx:before:swap", () => {
    isAsked = first("#to-check:focus-within") !== null;
  });
  on("htmx:after:swap", () => {
    if (isAsked && document.activeElement === document.body) {
      (byId("to-check") ?? seen(STEP))?.focus({ preventScroll: true });
    }
  });

  // What was sent leaves its field; what has been typed since stays, and so does what waits for an answer.
  on("htmx:after:request", ({ detail: { ctx } }) => {
    const isQuestion = ctx.text?.includes('hx-target="#question"');
    const work = ctx.response?.status < 400 && !isQuestion && ctx.request.form?.closest("[data-work]");
    if (!work) return;
    for (const field of all("[data-work] :is(textarea, [inputmode=decimal])")) {
      if (field.value === ctx.request.body.get(field.name)) field.value = "";
    }
    work.querySelector(":popover-open")?.hidePopover();
  });
})();
