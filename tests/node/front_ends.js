// Front ends of the tests, as many as are asked for, in one process: JSON lines in, JSON lines out.
// {do: "open", id, url, namespace, options}  {do: "emit", id, event, args}  {do: "close", id}  →  {id, event, args}
// {do: "ask", id, event, args}  →  {id, event: "answered", args: [what the server acknowledged]}

const readline = require("node:readline");
const { io } = require("socket.io-client");

const sockets = new Map();

const commands = {
  open({ id, url, namespace, options }) {
    const tell = (event, ...args) => process.stdout.write(JSON.stringify({ id, event, args }) + "\n");
    const settings = { forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 200, ...options };
    const socket = io(url + namespace, settings);
    sockets.set(id, socket);
    socket.onAny((event, ...args) => tell("heard", event, ...args));
    socket.on("connect", () => tell("connect", socket.id, socket.io.engine.transport.name));
    socket.on("connect_error", (error) => tell("connect_error", error.message, error.data ?? null));
    socket.on("disconnect", (reason) => tell("disconnect", reason));
    socket.io.on("reconnect_attempt", (n) => tell("reconnect_attempt", n));
    socket.io.on("open", () => {
      const engine = socket.io.engine;
      engine.on("upgrade", (transport) => tell("upgrade", transport.name));
      // Everything but the protocol's own signs of life, which come every 25 s whatever happens.
      engine.on("packet", ({ type, data }) => ["ping", "noop"].includes(type) || tell("packet", type, data ?? null));
    });
  },
  emit({ id, event, args }) {
    sockets.get(id).emit(event, ...args);
  },
  ask({ id, event, args }) {
    const tell = (answer) => process.stdout.write(JSON.stringify({ id, event: "answered", args: [answer] }) + "\n");
    sockets.get(id).emit(event, ...args, tell);
  },
  close({ id }) {
    sockets.get(id).disconnect();
    sockets.delete(id);
  },
};

readline
  .createInterface({ input: process.stdin })
  .on("line", (line) => {
    const command = JSON.parse(line);
    commands[command.do](command);
  })
  .on("close", () => process.exit(0));
