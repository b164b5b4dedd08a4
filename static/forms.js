// What all forms have in common: a press that did nothing says so, one that goes to another page is sent once, and what
// one has just done can be taken back.
(() => {
  "use strict";
  const UNDO_STAYS = 60000;
  const NEWS_STAYS = 6000;
  const UNSAID_STAYS = 15000;
  const GOES_WITHIN = 10000; // after that a plain form may be sent again: its page is still there

  const outcome = () => byId("outcome");
  const shut = () => outcome()?.replaceChildren();

  // --- a press that did nothing ---------------------------------------------------------------------------------

  function say(word) {
    const told = byId("unsaid").content.firstElementChild.cloneNode(true);
    told.querySelector("p").textContent = outcome().dataset[word];
    told.querySelector("a").hidden = word !== "over";
    told.dataset.unsaid = "";
    outcome().replaceChildren(told);
    if (word !== "over") setTimeout(leave, UNSAID_STAYS, told);
  }

  // It lay over the page until somebody shut it. Who reads it keeps it.
  function leave(told) {
    if (told.matches(":hover, :focus-within") || document.hidden) setTimeout(leave, UNSAID_STAYS, told);
    else told.remove();
  }

  const answered = () => first("#outcome > [data-unsaid]")?.remove();

  on("htmx:before:response", (event) => {
    const { request, response } = event.detail.ctx;
    if (response.status !== 401) return;
    event.preventDefault(); // nothing of it is for the page, and no field is emptied
    if (request.method !== "GET") say("over");
  });
  on("htmx:after:request", ({ detail: { ctx } }) => {
    if (ctx.request.method === "GET" || ctx.text.includes("<hx-partial")) return;
    if (ctx.response.status < 400) return answered();
    say(ctx.response.status < 500 ? "refused" : "broken");
  });
  on("htmx:error", ({ detail: { ctx } }) => {
    if (ctx && ctx.request?.method !== "GET") say("silent");
  });
  on("printalma:silent", () => say("silent"));
  on("printalma:answered", answered);
  // One comes back to where one was, not to where the page was first opened.
  on(
    "click",
    (event) => {
      const link = event.target.closest("a[data-comes-back]");
      if (link) link.search = new URLSearchParams({ next: location.pathname + location.search });
    },
    true,
  );

  // What is usually written in a field, by a press beside it.
  on("click", ({ target }) => {
    const usual = target.closest("[data-fills]");
    if (!usual) return;
    const field = byId(usual.dataset.fills);
    field.value = usual.textContent;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // --- plain forms -------------------------------------------------------------------------------------------------

  on("submit", (event) => {
    const { target: form, submitter } = event;
    if (form.method !== "post" || form.matches("[hx-post]") || submitter?.matches("[hx-post]")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, GOES_WITHIN);
  });

  // A form that has acted is a new one.
  on("htmx:after:request", ({ detail: { ctx } }) => {
    const key = ctx.request.method !== "GET" && ctx.response.status < 400 && ctx.request.form?.elements.form_key;
    if (key) key.value = crypto.getRandomValues(new BigUint64Array(2)).join("-");
  });

  // --- a move that asks -------------------------------------------------------------------------------------------

  // The server's answer is the question: whoever reads it has pressed nothing of it yet.
  on("htmx:after:swap", () => {
    const dialog = first("#question dialog:not([data-seen])");
    if (!dialog) return;
    dialog.dataset.seen = "";
    dialog.showModal();
  });
  on("submit", (event) => event.target.closest("#question dialog")?.close());

  // --- what became of one's act ------------------------------------------------------------------------------------

  on("htmx:after:swap", () => {
    for (const told of all("#outcome > :not([data-seen])")) {
      told.dataset.seen = "";
      const stays = told.querySelector("[data-undo]") ? UNDO_STAYS : NEWS_STAYS;
      if (!told.matches(".problem")) setTimeout(() => told.remove(), stays);
    }
  });
  on("click", (event) => {
    if (event.target.closest("#outcome [data-shut]")) shut();
  });
  on("keydown", (event) => {
    if (event.key !== "z" || event.repeat || !isForPage(event)) return;
    const undo = first("#outcome [data-undo]") ?? first("main > .flash [data-undo], main > .undo [data-undo]");
    if (!undo) return;
    event.preventDefault();
    undo.click();
  });
})();
