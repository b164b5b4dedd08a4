// Shows what the server pushes, and a page of ours when there is no network. It keeps nothing private: only that page.
"use strict";
const KEPT = `kept-${TOLD.kept.join()}`;
const NO_SERVER = [502, 504];

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll([TOLD.offline, ...TOLD.kept])));
});

addEventListener("activate", (event) => event.waitUntil(takeOver()));

async function takeOver() {
  for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
  await clients.claim();
}

addEventListener("fetch", (event) => {
  const { request } = event,
    { pathname, search } = new URL(request.url);
  // Not what is framed: it would reach the server looking like a page that somebody goes to (web/origin.py).
  if (request.destination === "document" && request.method === "GET") {
    event.respondWith(go(request));
  } else if (TOLD.kept.includes(pathname + search)) {
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  }
});

// A proxy without a server behind it answers with a page of its own, which never goes.
async function go(request) {
  const answer = await fetch(request).catch(() => null);
  if (answer && !NO_SERVER.includes(answer.status)) return answer;
  return (await caches.match(TOLD.offline)) ?? answer ?? Response.error();
}

// --- notifications -------------------------------------------------------------------------------------------------

addEventListener("push", (event) => event.waitUntil(Promise.all([show(read(event.data)), mark()])));

// A browser ends the subscription of a worker that shows nothing: even gibberish is a notification.
function read(data) {
  let told = null;
  try {
    told = data.json();
  } catch {
    told = null;
  }
  return told && typeof told.title === "string" ? told : { title: TOLD.title, message: TOLD.body, tag: "garbled" };
}

async function show({ id, title, message, tag, url, image, timestamp }) {
  const before = tag ? await registration.getNotifications({ tag }) : [];
  const repeated = before.some((shown) => shown.data?.id === id); // sent twice: it replaces itself without a sound
  await registration.showNotification(title, {
    body: message ?? "",
    tag: tag ?? "",
    renotify: Boolean(tag) && !repeated,
    icon: TOLD.icon,
    badge: TOLD.badge,
    image: image ? new URL(image, location.origin).href : undefined,
    lang: TOLD.lang,
    timestamp: Date.parse(timestamp) || Date.now(),
    data: { id, url },
  });
}

// The number on the app's icon; a dot when the server cannot be asked.
async function mark() {
  if (!navigator.setAppBadge) return;
  const answer = await fetch(TOLD.count, { redirect: "manual" }).catch(() => null);
  const unread = answer?.ok ? [(await answer.json()).unread] : [];
  await navigator.setAppBadge(...unread).catch(() => {}); // no icon, no badge
}

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(new URL(event.notification.data?.url ?? TOLD.home, location.origin)));
});

async function open(url) {
  const page = url.origin === location.origin ? url.href : location.origin + TOLD.home;
  const windows = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const at = (test) => windows.find((found) => test(new URL(found.url)));
  const found =
    at((shown) => shown.href === page) ??
    at((shown) => shown.pathname === TOLD.home) ??
    at((shown) => shown.pathname.startsWith(`${TOLD.home}/`));
  if (!found) return clients.openWindow(page);
  await found.focus().catch(() => null); // some systems keep a window where it is: it shows the order all the same
  if (found.url !== page) await found.navigate(page).catch(() => clients.openWindow(page)); // not under this worker yet
}

addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

async function renew({ oldSubscription, newSubscription }) {
  const answer = await fetch(TOLD.key);
  const applicationServerKey = (await answer.json()).data.publicKey;
  const options = { userVisibleOnly: true, applicationServerKey };
  const subscription = newSubscription ?? (await registration.pushManager.subscribe(options));
  await fetch(TOLD.subscriptions, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...subscription.toJSON(), replaces: oldSubscription?.endpoint ?? null }),
  });
}
