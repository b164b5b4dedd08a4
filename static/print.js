// The button, which waits for the pictures, and a strip of receipt paper as long as its order: a sheet of styles cannot
// measure.
(() => {
  "use strict";
  const MM = 96 / 25.4; // CSS pixels
  const SPARE = 2; // millimetres, for a printer's letters that are a little larger than the screen's
  const PATIENCE = 15000; // ms: a picture that does not come by then is not printed

  const loaded = new Promise((done) => {
    addEventListener("load", done); // of the drawings' pictures, too
    setTimeout(done, PATIENCE);
  });
  const button = document.querySelector("[data-print]");
  const words = button.querySelector("span");

  button.addEventListener("click", async () => {
    if (button.ariaBusy) return;
    const said = words.textContent;
    button.ariaBusy = "true";
    if (document.readyState !== "complete") words.textContent = button.dataset.loading;
    await loaded;
    words.textContent = said;
    button.ariaBusy = null;
    window.print();
  });
  if (document.body.classList.contains("on-80mm")) {
    const rules = new CSSStyleSheet();
    document.querySelectorAll(".paper").forEach((strip, n) => {
      const height = Math.ceil(strip.getBoundingClientRect().height / MM) + SPARE;
      rules.insertRule(`@page strip-${n} { size: 80mm ${height}mm; margin: 0; }`);
      strip.style.setProperty("page", `strip-${n}`);
      strip.classList.add("measured");
    });
    document.adoptedStyleSheets = [rules];
  }
})();
