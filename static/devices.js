// "Mes notifications": turns this device on and off, and says in words what stands in the way.
(() => {
  "use strict";
  const ANSWER_WITHIN = 30000; // a browser that asks quietly may never be answered

  const isApple =
    /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);
  const isInstalled = () => navigator.standalone === true || matchMedia("(display-mode: standalone)").matches;

  function say(word, more) {
    const state = byId("device-state");
    state.textContent = `${state.dataset[word]}${more ? ` ${more}` : ""}`;
    state.dataset.word = word;
    byId("enable").hidden = ["on", "install", "insecure", "unsupported"].includes(word);
    byId("disable").hidden = word !== "on";
    byId("iphone").hidden = word !== "install";
  }

  function obstacle() {
    if (!window.isSecureContext) return "insecure";
    if (isApple && !isInstalled()) return "install";
    const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
    return able ? null : "unsupported";
  }

  function permission() {
    return Promise.race([
      Notification.requestPermission(),
      new Promise((done) => setTimeout(done, ANSWER_WITHIN, "default")),
    ]);
  }

  async function enable() {
    say("asking");
    const allowed = await permission();
    if (allowed !== "granted") return say(allowed === "denied" ? "denied" : "dismissed");
    say("working");
    let answer = null;
    try {
      answer = await window.printalmaPush.subscribe();
    } catch (error) {
      const words = {
        TimeoutError: "timeout",
        AbortError: "service",
        NotAllowedError: "private",
        SecurityError: "private",
        TypeError: "offline",
      };
      return say(words[error.name] ?? "service");
    }
    if (answer.ok) return location.reload();
    const { message, errors } = await answer.json().catch(() => ({}));
    say("refused", errors?.[0]?.message ?? message);
  }

  async function disable() {
    await window.printalmaPush.unsubscribe().catch(() => null); // the reloaded page shows whether it is gone
    location.reload();
  }

  async function look() {
    const hurdle = obstacle();
    if (hurdle) return say(hurdle);
    if (Notification.permission === "denied") return say("denied");
    const mine = (await window.printalmaPush.current())?.endpoint;
    const row = all("[data-endpoint]").find((device) => device.dataset.endpoint === mine);
    row?.classList.add("mine");
    say(row && Notification.permission === "granted" ? "on" : "off");
  }

  on("DOMContentLoaded", () => {
    byId("enable").addEventListener("click", enable);
    byId("disable").addEventListener("click", disable);
    look();
  });
})();
