// Two soft notes for a new order, or one that its customer cancels: once per burst, on one tab, never for one's own
// doings.
(() => {
  "use strict";
  const APART = 3000;
  const AGAIN = 30000;
  const NOTES = [
    [0, 659.25],
    [0.16, 987.77],
  ]; // seconds, hertz: an e and the b above
  const WANTED = "sound";
  const REPEATED = "sound-again";
  const WAITING = "sound-waiting";

  let context = null;
  let reminds = false; // one of the tabs that can be heard, until it is closed

  // --- whether it may sound: a browser wants a click first, after every reload -------------------------------------

  const isWanted = () => localStorage.getItem(WANTED) === "on";

  function show() {
    const state = !isWanted() ? "off" : context?.state === "running" ? "on" : "locked";
    for (const button of all("[data-sound]")) {
      button.dataset.sound = state;
      button.setAttribute("aria-pressed", String(state !== "off"));
      button.title = button.ariaLabel = button.dataset[state];
      for (const label of button.querySelectorAll("span")) label.textContent = button.dataset[state];
    }
    for (const words of all("[data-sound-words]")) words.textContent = words.dataset[state];
  }

  async function unlock() {
    if (isWanted() && context?.state !== "running") await start();
  }

  async function start() {
    if (!context) begin();
    await context.resume();
    show();
  }

  function begin() {
    context = new AudioContext();
    context.onstatechange = show;
    if (navigator.locks)
      navigator.locks.request(
        "sound-again",
        () =>
          new Promise(() => {
            reminds = true;
          }),
      );
    else reminds = true;
  }

  async function listen() {
    await start();
    play();
  }

  async function toggle() {
    const wasLocked = isWanted() && context?.state !== "running";
    localStorage.setItem(WANTED, isWanted() && !wasLocked ? "off" : "on");
    if (isWanted()) await listen();
    show();
  }

  // --- the sound ---------------------------------------------------------------------------------------------------

  function play() {
    for (const [after, pitch] of NOTES) {
      const at = context.currentTime + after;
      const note = context.createOscillator();
      const volume = context.createGain();
      note.frequency.value = pitch;
      volume.gain.setValueAtTime(0, at);
      volume.gain.linearRampToValueAtTime(0.22, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, at + 0.9);
      note.connect(volume).connect(context.destination);
      note.start(at);
      note.stop(at + 0.9);
    }
  }

  // One tab sounds, and keeps the others still for a while. Where there are no locks, each may sound.
  function ring() {
    if (!isWanted() || context?.state !== "running") return;
    if (!navigator.locks) return play();
    navigator.locks.request("sound", { ifAvailable: true }, (lock) => {
      if (lock) play();
      return lock && new Promise((done) => setTimeout(done, APART));
    });
  }

  // --- again, while an order that came in has not been touched -----------------------------------------------------

  const waiting = () => new Set(JSON.parse(localStorage.getItem(WAITING) ?? "[]"));

  async function remind() {
    if (!reminds || localStorage.getItem(REPEATED) !== "on" || waiting().size === 0) return;
    const found = await window.printalmaBell.ask();
    if (found?.pending === 0)
      localStorage.removeItem(WAITING); // touched while no tab was open to see it
    else if (found) ring();
  }

  on("printalma:told", ({ detail }) => {
    const orders = waiting();
    for (const { kind, order, own } of detail) {
      if (kind !== "placed") orders.delete(order);
      else if (!own) orders.add(order);
    }
    localStorage.setItem(WAITING, JSON.stringify([...orders].slice(-100)));
    if (detail.some(({ kind, own }) => kind !== "moved" && !own)) ring();
  });

  on("click", (event) => {
    if (event.target.closest("[data-sound]")) return toggle();
    return event.target.closest("#sound-try") ? listen() : unlock();
  });
  on("keydown", unlock);
  on("change", ({ target }) => {
    if (target.id === "sound-again") localStorage.setItem(REPEATED, target.checked ? "on" : "off");
  });
  window.addEventListener("storage", show);
  on("DOMContentLoaded", () => {
    for (const box of all("#sound-again")) box.checked = localStorage.getItem(REPEATED) === "on";
    show();
    setInterval(remind, AGAIN);
  });
})();
