// Vérifie que les notifications en temps réel arrivent, et dit ce qui marche et ce qui ne marche pas.
//
//   npm install socket.io-client@4
//   node test-websocket.js http://localhost:3004 VOTRE_TOKEN [secondes d'attente, 60 sans autre indication]
//
// Code de sortie : 0 si tout marche, 1 sinon.

const [address, token, patience = "60"] = process.argv.slice(2);

if (!address || !token) {
  fail(
    "Il manque l'adresse ou le token.",
    "Usage : node test-websocket.js http://localhost:3004 VOTRE_TOKEN [secondes]",
  );
} else {
  main().catch((error) => fail("Erreur inattendue : " + error.message));
}

async function main() {
  await findServer();
  const user = await findUser();
  const socket = await connect();
  await ping(socket);
  await waitForEvent(socket, user);
  say("🎉 Tout marche.");
  process.exit(0);
}

async function findServer() {
  let answer;
  try {
    answer = await fetch(new URL("/healthz", address), { signal: AbortSignal.timeout(10_000) });
  } catch (error) {
    const reason = error.cause?.code ?? error.message;
    fail(
      `Aucun serveur ne répond à ${address} (${reason}).`,
      "Vérifiez l'adresse et le port, et que le serveur est lancé.",
    );
  }
  if (!answer.ok) {
    fail(`${address} répond ${answer.status} : ce n'est pas PrintAlma, ou il ne va pas bien.`);
  }
  say(`✅ Le serveur répond à ${address}.`);
}

async function findUser() {
  const answer = await fetch(new URL("/auth/profile", address), { headers: { Authorization: `Bearer ${token}` } });
  if (answer.status === 401) {
    fail(
      "Le serveur refuse ce token (401).",
      "Il a expiré, ou sa session est terminée : reconnectez-vous et prenez le nouveau.",
    );
  }
  const user = await answer.json();
  say(`✅ Token accepté : ${user.email} (${user.role}).`);
  return user;
}

function connect() {
  const socket = loadClient()(new URL("/orders", address).href, {
    auth: { token },
    transports: ["websocket", "polling"],
    reconnection: false,
    timeout: 10_000,
  });
  return new Promise((resolve) => {
    socket.on("connect", () => {
      say(`✅ WebSocket connecté (${socket.id}).`);
      resolve(socket);
    });
    socket.on("connect_error", (error) => {
      if (error.message === "unauthorized") {
        fail("La connexion est refusée : unauthorized.", "Reconnectez-vous et prenez le nouveau token.");
      }
      fail(
        `Le WebSocket ne s'ouvre pas : ${error.message}.`,
        "Un proxy devant le serveur doit laisser passer « Upgrade ».",
      );
    });
    socket.on("disconnect", (reason) => {
      if (reason === "io server disconnect") {
        fail("Le serveur a mis fin à la connexion.", "La session vient de se terminer : reconnectez-vous.");
      }
      fail(`La ligne est coupée : ${reason}.`, "Le serveur redémarre peut-être. Relancez ce script.");
    });
  });
}

async function ping(socket) {
  const pong = within(5, (done) => socket.once("pong", done));
  socket.emit("ping");
  const answer = await pong;
  if (!answer) {
    fail("Aucun pong en 5 secondes : la ligne est ouverte, mais personne ne répond.");
  }
  say(`✅ Pong reçu : ${answer.message}`);
}

async function waitForEvent(socket, user) {
  const isAdmin = ["ADMIN", "SUPERADMIN"].includes(user.role);
  const event = isAdmin ? "newOrder" : "myOrderUpdated";
  say(isAdmin ? "⏳ Passez une commande…" : "⏳ Faites changer le statut d'une de vos commandes…");
  const notification = await within(Number(patience), (done) => socket.once(event, done));
  if (!notification) {
    fail(
      `Connecté, mais aucun événement ${event} en ${patience} secondes.`,
      isAdmin
        ? "La commande est-elle bien arrivée sur ce serveur ? Voyez la liste sur /dashboard."
        : "Un client n'entend parler que de ses propres commandes, quand leur statut change.",
    );
  }
  say(`✅ ${notification.title} ${notification.message}`);
}

function loadClient() {
  try {
    return require("socket.io-client").io;
  } catch {
    return fail("Il manque socket.io-client.", "Installez-le : npm install socket.io-client@4");
  }
}

function within(seconds, listen) {
  return new Promise((resolve) => {
    const alarm = setTimeout(resolve, seconds * 1000);
    listen((value) => {
      clearTimeout(alarm);
      resolve(value);
    });
  });
}

function say(sentence) {
  console.log(sentence);
}

function fail(sentence, advice) {
  console.log("❌ " + sentence);
  if (advice) console.log("   " + advice);
  process.exit(1);
}
