// The button, and a strip of receipt paper as long as its order: a sheet of styles cannot measure.
(() => {
  "use strict";
  const MM = 96 / 25.4; // CSS pixels
  const SPARE = 2; // millimetres, for a printer's letters that are a little larger than the screen's

  document.querySelector("[data-print]").addEventListener("click", () => window.print());
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
