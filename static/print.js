// The button, which waits for the pictures; papers cut into leaves, or into strips as long as their order; and the note
// that they are printed. A browser does not say whether its dialog was cancelled: one word takes the note back.
(() => {
  "use strict";
  const MM = 96 / 25.4; // CSS pixels
  const SPARE = 2; // millimetres, for a printer's letters that are a little larger than the screen's
  const PATIENCE = 15000; // ms: a picture that does not come by then is not printed
  const ON_SHEET = { a4x2: 2, a4x4: 4 };

  const loaded = new Promise((done) => {
    addEventListener("load", done); // of the drawings' pictures, too
    setTimeout(done, PATIENCE);
  });
  const button = document.querySelector("[data-print]");
  const words = button.querySelector("span");
  const paper = document.body.className.replace("on-", "");
  let isLaidOut = false;

  button.addEventListener("click", async () => {
    if (button.ariaBusy) return;
    const said = words.textContent;
    button.ariaBusy = "true";
    if (document.readyState !== "complete") words.textContent = button.dataset.loading;
    await loaded;
    words.textContent = said;
    button.ariaBusy = null;
    layOut();
    window.print();
  });

  function layOut() {
    if (isLaidOut) return;
    isLaidOut = true;
    if (paper === "80mm") cutStrips();
    else leaves(document.querySelector(".sheets"), ON_SHEET[paper] ?? 1);
  }

  function cutStrips() {
    const rules = new CSSStyleSheet();
    document.querySelectorAll(".paper").forEach((strip, n) => {
      const height = Math.ceil(strip.getBoundingClientRect().height / MM) + SPARE;
      rules.insertRule(`@page strip-${n} { size: 80mm ${height}mm; margin: 0; }`);
      strip.style.setProperty("page", `strip-${n}`);
      strip.classList.add("measured");
    });
    document.adoptedStyleSheets = [rules];
  }

  // --- what was printed ---------------------------------------------------------------------------------------

  // Once for each dialog, and never twice at once: the form's key says that it is the same again.
  async function send(form) {
    if (form.ariaBusy) return;
    form.ariaBusy = "true";
    const asked = { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" };
    let answer;
    try {
      answer = await fetch(form.action, { ...asked, headers: { "HX-Request": "true" } });
    } catch {
      answer = { ok: false };
    }
    form.ariaBusy = null;
    if (!answer.ok) {
      form.querySelector("span").textContent = form.dataset.failed;
      return;
    }
    const had = form.contains(document.activeElement);
    const made = document.createElement("template");
    made.innerHTML = await answer.text();
    form.replaceWith(made.content);
    if (had) document.querySelector("#noted button").focus();
  }

  document.addEventListener("submit", (event) => {
    if (event.target.id !== "noted") return;
    event.preventDefault();
    send(event.target);
  });
  window.addEventListener("afterprint", () => {
    const form = document.querySelector("#noted[data-note]:not([hidden])");
    if (form) send(form);
  });

  // A narrow screen reads one long slip; it is cut when it is printed.
  window.addEventListener("beforeprint", layOut);
  if (paper === "80mm" || !matchMedia("(max-width: 56rem)").matches) layOut();
})();
