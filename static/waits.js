// What waits too long, by the shop's own limits.
(() => {
  "use strict";

  // The server says it of what it draws; on a page that stays open, time passes.
  function tellWaits() {
    const { waits, over } = byId("orders").dataset;
    const limits = JSON.parse(waits);
    for (const time of all("#orders time")) {
      const [late, overdue] = limits[time.closest("tr").querySelector(".pick input").dataset.status] ?? [];
      const hours = (Date.now() - Date.parse(time.dateTime)) / 3600000;
      const word = overdue && hours >= overdue ? "overdue" : late && hours >= late ? "late" : "";
      if (time.className !== word) time.className = word;
      if (word) sayWait(time, over.replace("#", word === "late" ? late : overdue));
    }
  }

  // A colour is not seen by everybody, and does not say which limit it means.
  function sayWait(time, words) {
    if (time.title.endsWith(words)) return;
    time.title = `${time.title.split(" · ")[0]} · ${words}`;
    const said = time.nextElementSibling ?? document.createElement("span");
    said.className = "unseen";
    said.textContent = words;
    time.after(said);
  }

  on("DOMContentLoaded", () => setInterval(tellWaits, 60000));
})();
