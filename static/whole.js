// All orders of the list, not only those of its page: what acts on them (run.js) is fetched when it is wanted, as few
// visits do.
(() => {
  "use strict";
  const { run } = document.currentScript.dataset;
  let fetched = null;

  function fetchRun() {
    fetched ??= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = run;
      script.onload = done;
      script.onerror = () => {
        script.remove();
        fetched = null; // to be asked for again
        failed();
      };
      document.head.append(script);
    });
    return fetched;
  }

  function look() {
    const button = first("[data-whole]");
    button.hidden = !first("#list .pages");
    button.dataset.words ??= button.textContent;
    const [n] = byId("total").textContent.match(/[\d\s]+\+?/) ?? [""];
    button.textContent = button.dataset.words.replace("#", n.trim());
  }

  on("htmx:after:swap", look);
  on("DOMContentLoaded", look);
  on("change", (event) => event.target.closest(".pick") && fetchRun().catch(() => {}));
  on("click", (event) => {
    if (!event.target.closest?.("[data-whole]")) return;
    fetchRun().then(
      () => emit("printalma:whole"),
      () => emit("printalma:silent"),
    );
  });

  // What was begun and is not over comes with the page: later it would push the list down under a hand.
  if (Object.keys(localStorage).some((key) => key.startsWith("printalma-run-"))) {
    document.write(`<script src="${run}"></script>`);
    fetched = Promise.resolve();
  }
})();
