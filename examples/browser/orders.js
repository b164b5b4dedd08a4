// Écoute les nouvelles commandes sur /orders/live : une simple WebSocket, aucune bibliothèque, rien de perdu.
// L'origine de cette page doit figurer dans CORS_ORIGINS du serveur.

const state = document.getElementById("state");
const list = document.getElementById("orders");

document.getElementById("sign-in").addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  const { server, email, password } = Object.fromEntries(new FormData(submitted.target));
  if ("Notification" in window) Notification.requestPermission();
  const answer = await fetch(new URL("/auth/login", server), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password }),
  }).catch(() => null);
  if (!answer) return say("Pas de réponse : l'adresse est fausse, ou cette page n'est pas dans CORS_ORIGINS");
  const said = await answer.json();
  if (!answer.ok) return say(said.message);
  submitted.target.hidden = true;
  listen(server, said.access_token);
});

function listen(server, token) {
  let since = null; // le dernier événement vu : d'ici on reprend
  let attempt = 0;

  function connect() {
    const address = new URL("/orders/live", server.replace(/^http/, "ws"));
    if (since !== null) address.searchParams.set("since", since);
    const socket = new WebSocket(address);
    let watch;
    const stillThere = () => {
      clearTimeout(watch); // un signe de vie vient toutes les 15 s
      watch = setTimeout(() => socket.close(), 35_000);
    };
    stillThere();
    socket.onopen = () => socket.send(JSON.stringify({ event: "auth", data: { token } }));
    socket.onmessage = (message) => {
      stillThere();
      attempt = 0;
      say("En direct");
      const { event, id, data } = JSON.parse(message.data);
      if (event === "newOrder") show(data);
      if (event === "reset") list.replaceChildren(); // trop a été manqué : relire GET /orders/admin/all
      since = id;
    };
    socket.onclose = ({ code }) => {
      clearTimeout(watch);
      if (code === 4401) return say("Session terminée : rechargez la page et reconnectez-vous");
      say("Connexion perdue, nouvel essai…");
      setTimeout(connect, Math.min(500 * 2 ** attempt++, 15_000) * (0.5 + Math.random()));
    };
  }

  connect();
}

function show({ title, message }) {
  const item = document.createElement("li");
  item.textContent = message; // du texte, jamais du HTML : un nom de client vient d'un inconnu
  list.prepend(item);
  if ("Notification" in window && Notification.permission === "granted") new Notification(title, { body: message });
}

function say(sentence) {
  state.textContent = sentence;
}
