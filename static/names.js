// Which order a row's controls are for: fifty rows would repeat each number four times on the way, and every order to
// every screen. Without scripts a box is called by its order's number, and a link by its customer.
(() => {
  "use strict";

  function say() {
    const rows = all("#orders [popovertarget]:not([aria-label])").map((menu) => menu.closest("tr"));
    if (!rows.length) return;
    const sentences = JSON.parse(byId("orders").dataset.names);
    for (const row of rows) {
      const link = row.querySelector("th a");
      const [act, menu] = row.querySelector(".do").children;
      const words = { number: row.querySelector(".number").textContent, customer: link.textContent };
      const name = (element, key, more) => {
        const said = { ...words, ...more };
        element.ariaLabel = sentences[key].replace(/\{(\w+)\}/g, (_, word) => said[word]);
      };
      name(row.querySelector(".pick input"), "pick");
      name(link, "open");
      name(menu ?? act, "menu");
      if (menu) name(act, act.title ? "look" : "step", { move: act.textContent, why: act.title });
    }
  }

  on("htmx:after:swap", say);
  // Before press.js looks: a name that comes later is another meaning, and takes no press for a while.
  on("DOMContentLoaded", say, { capture: true });
})();
