// Dans votre frontend
import { io } from "socket.io-client";

const socket = io("http://localhost:3004/orders", {
  auth: {
    token: localStorage.getItem("authToken"),
  },
  transports: ["websocket", "polling"],
});

// Écouter les nouvelles commandes (admins)
socket.on("newOrder", (notification) => {
  console.log("🆕 Nouvelle commande:", notification);

  // Afficher notification navigateur
  if (Notification.permission === "granted") {
    new Notification(notification.title, {
      body: notification.message,
      icon: "/favicon.ico",
    });
  }

  // Mettre à jour votre interface admin
  refreshOrdersList();
});
