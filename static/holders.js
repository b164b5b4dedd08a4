// Who takes care of orders: what is the reader's own, one key to take an order or give it back, and whether anybody is
// there. Everybody is sent the same fragments.
(() => {
  "use strict";
  const AWAY_AFTER = 600000; // without a touch: an order's page that is left open at night keeps nobody at it
  const HIDDEN_AFTER = 60000; // behind another tab
  const me = () => document.body.dataset.user;

  function settle() {
    for (const each of all("[data-holder]")) each.classList.toggle("mine", each.dataset.holder === me());
    for (const line of all(".lookers")) {
      const names = [...line.querySelectorAll("[data-looker]")];
      for (const name of names) name.hidden = name.dataset.looker === me();
      line.hidden = names.every((name) => name.hidden);
    }
  }

  // --- one key --------------------------------------------------------------------------------------------------

  const holderOf = (row) => row.querySelector(".holder")?.dataset.holder ?? "";

  // The ticked rows, or the one under the cursor. What is all one's own is given back.
  function meant() {
    const ticked = all("#orders .pick :checked").map((box) => box.closest("tr"));
    const here = document.activeElement.closest?.("#orders tr");
    return ticked.length ? ticked : [here].filter(Boolean);
  }

  const areMine = (rows) => rows.length > 0 && rows.every((row) => holderOf(row) === me());

  function holdRows(rows) {
    const form = byId("hold");
    if (!form || !rows.length) return;
    form.elements.act.value = areMine(rows) ? "give" : "take";
    for (const old of form.querySelectorAll("[name=order]")) old.remove();
    for (const row of rows) {
      const order = document.createElement("input");
      Object.assign(order, { type: "hidden", name: "order" });
      order.value = `${row.id.replace("order-", "")}:${holderOf(row)}`;
      form.append(order);
    }
    form.requestSubmit();
  }

  // The same from a row's menu, for a finger.
  let menuRow = null;
  const ofMenu = () => (menuRow ? [byId(menuRow)].filter(Boolean) : meant());
  on("click", ({ target }) => {
    const hold = first("[data-hold]");
    if (target.closest("[popovertarget=row-menu]")) {
      menuRow = target.closest("#orders tr")?.id;
      const held = ofMenu();
      const isTaken = held.length > 0 && held.every(holderOf);
      hold.querySelector("span").textContent = hold.dataset[areMine(held) ? "give" : isTaken ? "over" : "take"];
    }
    if (!target.closest("[data-hold]")) return;
    byId("row-menu").hidePopover();
    holdRows(ofMenu());
  });

  on("keydown", (event) => {
    if (event.key !== "p" || event.repeat || !isForPage(event)) return;
    const own = byId("attended");
    if (own) [...own.querySelectorAll("button")].find((button) => button.checkVisibility())?.click();
    else holdRows(meant());
    if (own || byId("hold")) event.preventDefault();
  });

  // --- whether anybody is there -----------------------------------------------------------------------------------

  let timer = 0;
  let looked = 0;

  function setAway(is) {
    if (is === "away" in document.body.dataset) return;
    if (is) document.body.dataset.away = "";
    else delete document.body.dataset.away;
    emit("printalma:view"); // the page's socket is told
  }

  function wait() {
    clearTimeout(timer);
    timer = setTimeout(setAway, document.hidden ? HIDDEN_AFTER : AWAY_AFTER, true);
  }

  function touch() {
    if (document.hidden || Date.now() - looked < 1000) return;
    looked = Date.now();
    setAway(false);
    wait();
  }

  on("keydown pointerdown pointermove scroll", touch, { passive: true });
  on("visibilitychange", () => (document.hidden ? wait() : touch()));
  on("htmx:after:swap", settle);
  on("DOMContentLoaded", () => {
    settle();
    wait();
  });
})();
