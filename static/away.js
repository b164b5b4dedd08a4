// The page for when there is no network, or no server behind it: it gives way to what was wanted as soon as there is.
(() => {
  "use strict";
  const ASK_EVERY = 3000;
  const { itself, alive, home } = document.currentScript.dataset;

  async function ask() {
    const answer = await fetch(alive, { cache: "no-store" }).catch(() => null);
    if (!answer?.ok) return;
    if (location.pathname === itself) location.replace(home);
    else location.reload();
  }

  setInterval(ask, ASK_EVERY);
  addEventListener("online", ask);
  document.addEventListener("visibilitychange", ask);
})();
