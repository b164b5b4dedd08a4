// A view of the artwork, as large as there is room. It is a copy of the one on the page, made again when that is drawn
// anew: what is looked at stays, and gets the pictures that have come.
(() => {
  "use strict";
  let shown = null; // the view's key

  const dialog = () => byId("zoom");
  const views = () => all("[data-look]");
  const view = () => views().find((each) => each.dataset.look === shown);

  const draw = () => {
    const source = view();
    if (!source) return dialog().close();
    const svg = source.querySelector("svg").cloneNode(true);
    svg.removeAttribute("width");
    svg.removeAttribute("height");
    const stage = dialog().querySelector(".stage");
    if (stage.firstChild?.outerHTML !== svg.outerHTML) stage.replaceChildren(svg);
    byId("zoom-title").textContent = source.dataset.name;
    for (const button of dialog().querySelectorAll("[data-step]")) button.hidden = views().length < 2;
  };

  const step = (by) => {
    const keys = views().map((each) => each.dataset.look);
    if (keys.length < 2) return;
    shown = keys[(keys.indexOf(shown) + by + keys.length) % keys.length];
    comeCloser(false);
    draw();
  };

  // Twice as large, around the place that was pressed, or around the middle.
  const comeCloser = (isClose, { x = 0.5, y = 0.5 } = {}) => {
    const stage = dialog().querySelector(".stage");
    stage.classList.toggle("close", isClose);
    dialog().querySelector("[data-closer]").ariaPressed = String(isClose);
    if (!isClose) return;
    stage.scrollLeft = stage.scrollWidth * x - stage.clientWidth / 2;
    stage.scrollTop = stage.scrollHeight * y - stage.clientHeight / 2;
  };
  const isClose = () => dialog().querySelector(".stage").classList.contains("close");

  on("click", (event) => {
    const look = event.target.closest("[data-look]");
    if (look) {
      shown = look.dataset.look;
      comeCloser(false);
      draw();
      return dialog().showModal();
    }
    if (!dialog()?.contains(event.target)) return;
    const pressed = event.target.closest("[data-step]");
    if (pressed) return step(Number(pressed.dataset.step));
    if (event.target.closest("[data-closer]")) return comeCloser(!isClose());
    if (event.detail > 1) return; // the second half of a double click, which has opened it
    if (event.target === dialog()) return dialog().close(); // beside it
    const svg = event.target.closest(".stage svg");
    if (!svg) return;
    const box = svg.getBoundingClientRect();
    const place = { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
    comeCloser(!isClose(), place);
  });

  on("keydown", (event) => {
    if (!dialog()?.open || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      if (isClose()) return; // arrows move what is larger than the screen
      event.preventDefault();
      step(event.key === "ArrowRight" ? 1 : -1);
    } else if (event.key === "+" || event.key === "-") {
      event.preventDefault();
      comeCloser(event.key === "+");
    }
  });

  // Back to the view that was looked at last.
  document.addEventListener("close", (event) => event.target === dialog() && view()?.focus(), true);

  on("htmx:after:swap", () => {
    if (dialog()?.open) draw();
  });
})();
