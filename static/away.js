// The page for when there is no network, or no server behind it: it gives way to what was wanted as soon as there is.
(() => {
  "use strict";
  const ASK_EVERY = 3000;
  const { itself } = document.currentScript.dataset;

  async function ask() {
    const answer = await fetch("/livez", { cache: "no-store" }).catch(() => null);
    if (!answer?.ok) return;
    if (location.pathname === itself) location.replace("/dashboard");
    else location.reload();
  }

  setInterval(ask, ASK_EVERY);
  addEventListener("online", ask);
  document.addEventListener("visibilitychange", ask);
})();
