// This browser as a device that is told: the service worker, the subscription, and its end when somebody signs out.
(() => {
  "use strict";
  const PATIENCE = 10000;

  const SIGN_IN = "push-sign-in"; // the one this device was enabled through, and ends with

  const serverKey = () => document.body.dataset.pushKey;
  const within = (work, time) =>
    Promise.race([
      work,
      new Promise((_, fail) => {
        setTimeout(() => fail(new DOMException("", "TimeoutError")), time);
      }),
    ]);
  const send = (method, body) =>
    fetch(document.body.dataset.subscriptions, {
      method,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      keepalive: true,
    });

  async function current() {
    const registration = await navigator.serviceWorker?.getRegistration("/");
    return (await registration?.pushManager?.getSubscription()) ?? null;
  }

  function keyOf(subscription) {
    const raw = subscription.options?.applicationServerKey;
    const text = raw && btoa(String.fromCharCode(...new Uint8Array(raw)));
    return text?.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  // Ends what was subscribed with another key, subscribes, and tells the server. Throws an AbortError, NotAllowedError
  // or TimeoutError of the browser's, or returns the server's answer.
  async function subscribe() {
    await navigator.serviceWorker.register(document.body.dataset.worker);
    const { pushManager } = await within(navigator.serviceWorker.ready, PATIENCE);
    const before = await pushManager.getSubscription();
    if (before && keyOf(before) !== serverKey()) await before.unsubscribe();
    const options = { userVisibleOnly: true, applicationServerKey: serverKey() };
    const subscription = await within(pushManager.subscribe(options), PATIENCE);
    const answer = await send("POST", { ...subscription.toJSON(), replaces: before?.endpoint ?? null });
    if (answer.ok) localStorage.setItem(SIGN_IN, document.body.dataset.signIn);
    return answer;
  }

  async function unsubscribe() {
    const subscription = await current();
    if (!subscription) return;
    await send("DELETE", { endpoint: subscription.endpoint });
    await subscription.unsubscribe();
  }

  // A device that was told keeps being told when the shop's key has changed, or its owner has signed in again. It fails
  // in silence: nobody has asked for anything, and the list of devices says that this one must be enabled anew.
  async function follow() {
    await navigator.serviceWorker?.register(document.body.dataset.worker);
    if (window.Notification?.permission !== "granted") return;
    const subscription = await current();
    if (!subscription) return;
    const isKnown = localStorage.getItem(SIGN_IN) === document.body.dataset.signIn;
    if (keyOf(subscription) !== serverKey() || !isKnown) await subscribe();
  }

  window.printalmaPush = { current, subscribe, unsubscribe };
  // Whoever holds the phone after a sign-out is not told any more; a server that does not answer keeps nobody in.
  on("submit", async (event) => {
    if (!event.target.matches("[data-signs-out]") || !("serviceWorker" in navigator)) return;
    event.preventDefault();
    await within(unsubscribe(), 3000).catch(() => null);
    await navigator.clearAppBadge?.().catch(() => null);
    event.target.submit();
  });
  window.addEventListener("load", () => follow().catch(() => null));
})();
