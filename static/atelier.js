// The page of the press. A tap says what a piece is to be, and says it until the server has answered: on a slow line
// what is tapped meanwhile goes together, in order, and what was lost on the way is said again, which changes nothing.
(() => {
  "use strict";
  const MOST = 100; // ticks of one request
  const PATIENCE = 15000;
  const AGAIN_AFTER = 3000;
  const GIVE_UP_AFTER = 120000;
  const PROBLEM = '<hx-partial hx-target="#problems"';

  const queue = [];
  let sending = false;
  let failing = 0; // since when nothing has been answered

  const position = () => Number(byId("position").value);
  const controls = (value) => all("#press button[name]").filter((control) => control.value === value);

  function settle(said) {
    for (const each of said) {
      queue.splice(queue.indexOf(each), 1);
      for (const control of controls(each.value)) control.ariaBusy = null;
    }
  }

  // What the socket has told already is not told again by an answer that was overtaken; a problem is nobody else's.
  async function show(answer) {
    const text = await answer.text();
    const isNews = Number(answer.headers.get("Log-Position")) >= position();
    const feed = byId("feed");
    await window.printalmaSteady.rest();
    const told = isNews ? text : text.slice(text.lastIndexOf(PROBLEM));
    await htmx.swap({ sourceElement: feed, target: feed, swap: "none swapEmpty:false", text: told });
  }

  function fail() {
    failing ||= performance.now();
    if (performance.now() - failing < GIVE_UP_AFTER) return setTimeout(send, AGAIN_AFTER);
    failing = 0;
    settle([...queue]);
    emit("printalma:silent");
  }

  async function send() {
    if (sending || !queue.length) return;
    sending = true;
    const [{ name, path }] = queue;
    const said = queue.filter((each) => each.path === path).slice(0, name === "tick" ? MOST : 1);
    const body = new URLSearchParams(said.map((each) => [each.name, each.value]));
    body.set("since", position());
    const headers = { "HX-Request": "true" };
    const answer = await tryFetch(path, { method: "POST", body, headers, signal: AbortSignal.timeout(PATIENCE) });
    sending = false;
    if (!answer || answer.status >= 500) return fail();
    failing = 0;
    if (!answer.headers.has("Log-Position")) return location.reload(); // signed out, and there one is told
    settle(said);
    await show(answer);
    send();
  }

  on("click", (event) => {
    const control = event.target.closest("#press button[name]");
    if (!control) return;
    event.preventDefault();
    const { name, value, form } = control;
    if (queue.some((each) => each.value === value && each.name === name)) return;
    control.ariaBusy = "true";
    queue.push({ name, value, path: form.getAttribute("action") });
    send();
  });

  // --- keys: from piece to piece, and from group to group ----------------------------------------------------------

  function reach(control, key) {
    const group = control.closest(".group");
    const ticks = [...group.querySelectorAll("[name=tick]")];
    const [by, beside] = {
      ArrowRight: [1],
      ArrowLeft: [-1],
      ArrowDown: [0, group.nextElementSibling],
      ArrowUp: [0, group.previousElementSibling],
    }[key];
    return by ? ticks[ticks.indexOf(control) + by] : beside?.querySelector("[name=tick]");
  }

  on("keydown", (event) => {
    const control = event.target.closest("#groups [name=tick]");
    if (!control || !event.key.startsWith("Arrow") || !isForPage(event)) return;
    event.preventDefault();
    reach(control, event.key)?.focus();
  });

  // --- what is only for a while, and the whole screen --------------------------------------------------------------

  function leave() {
    for (const job of all("[data-leaves]:not([data-seen])")) {
      job.dataset.seen = "";
      setTimeout(() => job.matches("[data-leaves]") && job.remove(), Number(job.dataset.leaves) * 1000);
    }
  }

  on("click", (event) => {
    if (!event.target.closest("[data-whole-screen]")) return;
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen().catch(() => null);
  });
  on("htmx:after:swap", leave);
  on("DOMContentLoaded", () => {
    first("[data-whole-screen]").hidden = !document.fullscreenEnabled;
    leave();
  });
})();
