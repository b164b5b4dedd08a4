// Copies what a button carries (data-text) or points at (data-copy), and says so: in the button, and to those who
// listen.
(() => {
  "use strict";
  const SAID_FOR = 2000;

  function byHand(text, button) {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "unseen";
    button.after(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    button.focus();
    return done;
  }

  async function copy(text, button) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return byHand(text, button); // no clipboard over plain HTTP, or not allowed
    }
  }

  function say({ dataset, classList, lastElementChild: label }) {
    const said = label.textContent;
    const show = (words) => {
      if (dataset.done) label.textContent = words;
    };
    classList.add("copied");
    show(dataset.done);
    setTimeout(() => {
      classList.remove("copied");
      show(said);
    }, SAID_FOR);
    const announcer = byId("announcer");
    announcer.textContent = ""; // the same words again are no change, and nothing would be said
    setTimeout(() => {
      announcer.textContent = dataset.said ?? dataset.done;
    }, 50);
  }

  on("DOMContentLoaded", () => {
    for (const path of all("[data-here]")) path.prepend(location.origin);
  });
  on("click", async (event) => {
    const button = event.target.closest("[data-text], [data-copy]");
    if (!button || button.classList.contains("copied")) return;
    const text = button.dataset.text ?? first(button.dataset.copy).textContent.trim();
    if (await copy(text, button)) say(button);
  });
})();
