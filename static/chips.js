// Sizes and colours as one types them, separated by commas, are shown as chips: each can be taken out, and one that is
// there twice says so before it is saved.
(() => {
  "use strict";
  const parts = (text) =>
    text
      .split(",")
      .map((part) => part.trim())
      .filter(Boolean);
  const folded = (text) =>
    text
      .normalize("NFD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .replace(/[-‐‑–—]/g, " ")
      .split(/\s+/)
      .join(" ");

  function draw(chips) {
    const field = byId(chips.dataset.chips);
    const known = new Set();
    const drawn = parts(field.value).map((part, n) => {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.dataset.n = n;
      chip.className = known.has(folded(part)) ? "twice" : "";
      known.add(folded(part));
      const name = document.createElement("bdi");
      name.textContent = part;
      chip.append(name, " ×");
      chip.setAttribute("aria-label", chips.dataset[chip.className ? "twice" : "remove"].replace("#", part));
      return chip;
    });
    chips.replaceChildren(...drawn);
  }

  const drawAll = () => all("[data-chips]").forEach(draw);
  on("DOMContentLoaded", drawAll);
  addEventListener("pageshow", drawAll);
  on("input", ({ target }) => {
    const chips = target.id && first(`[data-chips="${CSS.escape(target.id)}"]`);
    if (chips) draw(chips);
  });
  on("click", ({ target }) => {
    const chip = target.closest("[data-chips] > button");
    if (!chip) return;
    const field = byId(chip.parentElement.dataset.chips);
    field.value = parts(field.value)
      .filter((_, n) => n !== Number(chip.dataset.n))
      .join(", ");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
})();
