// All orders of the list, not only those of its page. What it has is read once, with the versions of that moment, and
// acted on in pieces: each may be sent again, so a lost answer, a restart or a closed tab costs nothing but time.
// whole.js fetches it.
(() => {
  "use strict";
  const PIECE = 50; // orders in one request, with others' turns in between
  const PAPERS = 100; // orders on one paper, in one ZIP
  const UNDO_WITHIN = 60000; // ms: the server takes back what is a minute old
  const PAUSES = [1000, 2000, 4000, 8000, 15000]; // ms between two attempts while no server answers
  const TOLD_EVERY = 5000; // ms, to who listens
  const MAX_LISTED = 200; // orders under one reason

  const key = () => `printalma-run-${document.body.dataset.user}`;
  const numeral = new Intl.NumberFormat(document.documentElement.lang);
  const filled = (words, n, whole) => words.replace("#", numeral.format(n)).replace("@", numeral.format(whole));
  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
  const within = (selector) => byId("whole").querySelector(selector);
  const inRun = (selector) => byId("run").querySelector(selector);

  // --- what the list has -------------------------------------------------------------------------------------------

  let orders = []; // [id:version, status], as they were when they were read
  let asked = null; // the act that is being asked about

  const may = (button) => {
    const from = button.dataset.from?.split(" ");
    return orders.filter(([, status]) => !from || from.includes(status)).map(([seen]) => seen);
  };

  function showOnly(part) {
    for (const name of ["acts", "ask", "papers"]) within(`[data-${name}]`).hidden = name !== part;
  }

  async function read() {
    const dialog = byId("whole");
    const told = within("[data-count]");
    orders = [];
    showOnly(null);
    told.textContent = dialog.dataset.reading;
    dialog.showModal();
    const answer = await tryFetch(dialog.dataset.address + location.search);
    const lines = answer?.ok ? (await answer.text().catch(() => "")).split("\n") : [];
    const end = lines.findIndex((line) => line === "whole" || line === "cut");
    if (end < 0) {
      told.textContent = dialog.dataset.failed;
      return;
    }
    orders = lines.slice(0, end).map((line) => {
      const [id, version, status] = line.split(":");
      return [`${id}:${version}`, status];
    });
    told.textContent = filled(dialog.dataset[lines[end] === "cut" ? "cut" : "many"], orders.length);
    for (const button of dialog.querySelectorAll("[data-from]")) {
      const n = may(button).length;
      button.hidden = !n;
      button.querySelector("span").textContent = `(${numeral.format(n)})`;
    }
    const files = within("[data-files]");
    files.replaceChildren(...all("#files a").map((link) => link.cloneNode(true)));
    for (const link of files.children) link.textContent = files.dataset.words.replace("#", link.textContent.trim());
    showOnly("acts");
    within("[data-acts] button:not([hidden])").focus();
  }

  async function ask(button) {
    const seen = may(button);
    const act = button.dataset.act;
    const answer = await tryFetch(`${byId("whole").dataset.address}/${act}?n=${seen.length}`);
    if (!answer?.ok) {
      within("[data-count]").textContent = byId("whole").dataset.failed;
      return;
    }
    asked = { act, seen };
    within("[data-ask]").innerHTML = await answer.text();
    showOnly("ask");
    within("[data-ask]").querySelector("input, select, button")?.focus();
  }

  // On paper as many as one paper takes, one after the other: a browser opens no thirty tabs by itself. What was opened
  // is marked, and the next one stands out.
  function offerPapers(button) {
    const ids = orders.map(([seen]) => seen.split(":")[0]);
    const links = [];
    for (let from = 0; from < ids.length; from += PAPERS) {
      const part = ids.slice(from, from + PAPERS);
      const link = document.createElement("a");
      link.className = "button";
      link.target = "_blank";
      link.href = button.dataset.paper;
      link.search = new URLSearchParams([...new URLSearchParams(link.search), ["ids", part.join(",")]]);
      link.textContent = `${numeral.format(from + 1)} – ${numeral.format(from + part.length)}`;
      const item = document.createElement("li");
      item.append(link);
      links.push(item);
    }
    within("[data-papers] ol").replaceChildren(...links);
    const sizes = button.dataset.sizes?.split(" ");
    const choice = byId("whole-size");
    choice.closest("p").hidden = !sizes;
    for (const option of choice.options)
      option.hidden = option.disabled = option.value && !sizes?.includes(option.value);
    choice.value = "";
    showOnly("papers");
    tellNext();
  }

  function tellNext() {
    const links = [...within("[data-papers] ol").querySelectorAll("a")];
    const next = links.find((link) => !link.matches(".done"));
    for (const link of links) link.classList.toggle("primary", link === next);
    const words = within("[data-batches]");
    words.textContent = filled(
      words.dataset.batches,
      links.filter((link) => link.matches(".done")).length,
      links.length,
    );
    (next ?? within("[data-shut]")).focus();
  }

  // Of no size it is what this device prints on.
  function chooseSize({ value }) {
    for (const link of within("[data-papers] ol").querySelectorAll("a")) {
      const query = new URLSearchParams(link.search);
      if (value) query.set("paper", value);
      else query.delete("paper");
      link.search = query;
    }
  }

  // --- what is under way -------------------------------------------------------------------------------------------

  let run = null; // as it is kept on this device
  let isAtWork = false;
  let isStopping = false;
  let toldAt = 0;

  function keep() {
    try {
      localStorage.setItem(key(), JSON.stringify(run));
    } catch {} // no room, or none to be had: it goes on, and a closed tab forgets it
  }

  function forget() {
    run = null;
    localStorage.removeItem(key());
    byId("run").hidden = true;
  }

  // The answer of a piece; null when it is over, with a reason that was shown.
  async function send(piece) {
    const words = byId("run").dataset;
    for (let attempt = 0; !isStopping; attempt++) {
      const body = new URLSearchParams([...run.fields, ...piece.map((seen) => ["order", seen])]);
      const answer = await tryFetch(byId("whole").dataset.address, { method: "POST", body });
      if (answer?.ok) {
        const found = await answer.json().catch(() => null);
        if (found) return found;
      } else if (answer?.type === "opaqueredirect" || answer?.status === 401 || answer?.status === 403) {
        return refuse(words.over);
      } else if (answer && answer.status < 500 && answer.status !== 429) {
        const told = await answer.json().catch(() => null);
        return refuse(told?.message ?? words.stopped);
      }
      draw(words.waiting);
      await sleep(PAUSES[Math.min(attempt, PAUSES.length - 1)]);
    }
    return null;
  }

  function refuse(why) {
    isStopping = true;
    run.problem = why;
    return null;
  }

  async function work() {
    isAtWork = true;
    isStopping = false;
    run.problem = "";
    while (run.left.length && !isStopping) {
      draw();
      const piece = run.left.slice(0, PIECE);
      const found = await send(piece);
      if (!found) break;
      run.left.splice(0, piece.length);
      run.done.push(...found.done);
      run.refused.push(...found.refused);
      keep();
    }
    isAtWork = false;
    keep();
    draw();
    say();
    setTimeout(() => run && draw(), UNDO_WITHIN);
  }

  // Two tabs never work on the same: where a browser has no locks, who goes on twice sends the same pieces twice.
  async function begin() {
    const locks = navigator.locks;
    if (!locks) return work();
    await locks.request(key(), { ifAvailable: true }, (lock) => {
      if (lock) return work();
      emit("printalma:word", byId("run").dataset.elsewhere);
    });
  }

  function start(title, fields, left) {
    if (isAtWork) return emit("printalma:word", byId("run").dataset.elsewhere);
    run = { title, fields, left, total: left.length, done: [], refused: [], problem: "", at: Date.now() };
    toldAt = -Infinity; // of this one at once: what was said last is of the one before
    keep();
    byId("run").hidden = false;
    byId("run").scrollIntoView({ block: "nearest" });
    begin();
  }

  // --- what is to be seen of it ------------------------------------------------------------------------------------

  function draw(why = run.problem) {
    const box = byId("run");
    const over = run.total - run.left.length;
    const isEnded = !run.left.length;
    box.hidden = false;
    byId("run-title").textContent = run.title;
    Object.assign(inRun("progress"), { max: run.total, value: over, hidden: isEnded });
    inRun("[data-told]").textContent = sentence(over);
    inRun("[data-problem]").textContent = why;
    inRun("[data-stop]").hidden = !isAtWork || isStopping;
    inRun("[data-resume]").hidden = isAtWork || isEnded;
    inRun("[data-leave]").hidden = isAtWork;
    const isMove = run.fields[0][1] === "move";
    inRun("[data-undo-run]").hidden = isAtWork || !isMove || !run.done.length || Date.now() - run.at > UNDO_WITHIN;
    if (!isAtWork) listRefused();
    else inRun("[data-list]").replaceChildren();
    if (performance.now() - toldAt > TOLD_EVERY) say();
  }

  function sentence(over) {
    const words = byId("run").dataset;
    const said = [filled(words.done, isAtWork || run.left.length ? over : run.done.length, run.total)];
    const { length: n } = run.refused;
    if (n) said.push(filled(n < 2 ? words.refusedOne : words.refusedMany, n));
    if (!isAtWork) said.push(run.left.length ? words.stopped : words.ended);
    return said.join(" · ");
  }

  function say() {
    toldAt = performance.now();
    inRun("[role=status]").textContent = `${run.title} : ${inRun("[data-told]").textContent}`;
  }

  // Which were refused, under why: a hundred of one reason are one line, whenever each was changed.
  function listRefused() {
    const reasons = Map.groupBy(run.refused, ([, , why]) => why.replace(/\d+/g, ""));
    const parts = [...reasons.values()].map((those) => {
      const [[, , why]] = those;
      const part = document.createElement("details");
      part.open = reasons.size < 4;
      const summary = document.createElement("summary");
      summary.textContent = `${numeral.format(those.length)} : ${why}`;
      const links = those.slice(0, MAX_LISTED).flatMap(([id, number]) => {
        const link = document.createElement("a");
        link.href = byId("run").dataset.order.replace("/0", `/${id}`);
        link.textContent = number;
        return [link, " "];
      });
      const more = those.length - MAX_LISTED;
      part.append(summary, ...links, more > 0 ? filled(byId("run").dataset.more, more) : "");
      return part;
    });
    inRun("[data-list]").replaceChildren(...parts);
  }

  // --- presses -----------------------------------------------------------------------------------------------------

  on("click", (event) => {
    const found = (selector) => event.target.closest?.(selector);
    if (found("#whole [data-act]")) ask(found("[data-act]"));
    else if (found("#whole [data-paper]")) offerPapers(found("[data-paper]"));
    else if (found("#whole [data-papers] a")) {
      found("a").classList.add("done");
      tellNext();
    } else if (found("#whole [data-again]")) showOnly("acts");
    else if (found("#run [data-resume]")) begin();
    else if (found("#run [data-stop]")) stop();
    else if (found("#run [data-undo-run]")) start(byId("run").dataset.back, [["act", "back"]], run.done);
    else if (found("#run [data-leave]")) forget();
  });
  on("change", ({ target }) => target.id === "whole-size" && chooseSize(target));
  on("submit", (event) => {
    const form = event.target.closest("#whole [data-ask] form");
    if (!form) return;
    event.preventDefault();
    const act =
      asked.act === "pay"
        ? [["act", "pay"]]
        : [
            ["act", "move"],
            ["status", asked.act],
          ];
    byId("whole").close();
    first("#bulk [data-none]").click();
    start(form.querySelector("h3").textContent.trim(), [...act, ...new FormData(form)], asked.seen);
  });

  function stop() {
    isStopping = true;
    inRun("[data-stop]").hidden = true;
  }

  window.addEventListener("beforeunload", (event) => {
    if (isAtWork) event.preventDefault();
  });

  on("printalma:whole", read);
  on("DOMContentLoaded", () => {
    run = JSON.parse(localStorage.getItem(key()) ?? "null");
    if (run) draw();
  });
})();
