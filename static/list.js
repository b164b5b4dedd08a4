// The bar above the list: what it says is the page's address, and the list follows without the page being loaded anew.
(() => {
  "use strict";
  const TYPED = 200; // after the last key: a word is typed in one go
  const AGAIN = 3000; // after no answer

  const page = () => byId("filters").getAttribute("action"); // the list without a filter
  const here = () => location.pathname + location.search;
  let shown = here(); // the address whose list the page shows
  let asking = null; // the request under way; a newer one ends it, so answers cannot overtake each other
  let missed = null; // what was asked and not answered
  let timer = 0;
  let typing = null; // "asked" or "shown": one search is one step for Back, however many keys it took

  function asked() {
    const said = [...new FormData(byId("filters"))].map(([name, value]) => [name, value.trim()]);
    const period = byId("filters").elements.period.value;
    const query = new URLSearchParams(
      said.filter(([name, value]) => value && (period === "custom" || !/^(from|to)$/.test(name))),
    );
    return `${page()}${query.size ? "?" : ""}${query}`;
  }

  async function go(to, how) {
    clearTimeout(timer);
    timer = 0;
    asking?.abort();
    const mine = (asking = new AbortController());
    byId("list").ariaBusy = "true";
    let answer, text;
    try {
      // Not kept by the browser: Back would find the fragments where it looks for the page.
      answer = await fetch(to, {
        headers: { "HX-Request": "true" },
        cache: "no-store",
        redirect: "manual",
        signal: mine.signal,
      });
      text = await answer.text();
    } catch {
      answer = null;
    }
    if (mine !== asking) return;
    if (!answer || [502, 504].includes(answer.status)) return insist(to, how);
    if (missed) emit("printalma:answered");
    missed = null;
    if (!answer.ok) return location.assign(to); // to be signed in again, or to read what is wrong
    if (how) history[`${how}State`](null, "", to);
    if (typing) typing = "shown";
    const list = byId("list");
    htmx.swap({ sourceElement: list, target: list, swap: "none swapEmpty:false", text });
    arrived(to);
    // The socket follows this list from the position that came with it: what was pushed meanwhile is told again.
    emit("printalma:view");
  }

  // Without a server the field kept what was typed and the list what it was: it is asked again until it is answered.
  function insist(to, how) {
    if (!missed) emit("printalma:silent");
    asking = null;
    const mine = (missed = { to, how });
    setTimeout(again, AGAIN, mine);
  }

  function again(which) {
    if (which && which === missed && !asking && !timer) go(which.to, which.how);
  }

  function arrived(address) {
    asking = null;
    shown = address;
    byId("list").ariaBusy = null;
    for (const option of byId("filters").querySelectorAll("option")) option.selected = option.defaultSelected;
    showChosen();
    if (!typing && !timer) byId("q").value = new URLSearchParams(location.search).get("q") ?? "";
  }

  // On a phone the row of statuses is wider than the screen.
  function showChosen() {
    const chosen = first("#saved-views [aria-current]") ?? first(".filters [aria-current]");
    const row = chosen.closest(".filters");
    const [tab, view] = [chosen, row].map((each) => each.getBoundingClientRect());
    if (tab.left < view.left || tab.right > view.right) row.scrollLeft += tab.left - view.left - 16;
  }

  function type() {
    timer = 0;
    const to = asked();
    if (to === shown) {
      asking?.abort();
      asking = missed = null;
      byId("list").ariaBusy = null;
      return;
    }
    go(to, typing === "shown" ? "replace" : "push");
    typing ??= "asked";
  }

  function step(to) {
    typing = null;
    go(to, to === shown ? "replace" : "push");
  }

  on("input", (event) => {
    if (event.target.id !== "q") return;
    clearTimeout(timer);
    timer = setTimeout(type, TYPED);
  });
  on("focusout", (event) => {
    if (event.target.id === "q") typing = null;
  });
  on("change", ({ target }) => {
    if (target.form?.id !== "filters" || target.id === "q") return;
    const { from, period } = target.form.elements;
    if (target === period && period.value === "custom")
      from.focus(); // nothing to ask for before there is a day
    else step(asked());
  });
  on("submit", (event) => {
    if (event.target.id !== "filters") return;
    event.preventDefault();
    clearTimeout(timer);
    type();
  });
  on("click", (event) => {
    const link = event.target.closest("a");
    const add = (event.ctrlKey || event.metaKey) && link?.dataset.add; // a status beside those that are shown
    const isOther = event.button || event.shiftKey || event.altKey || ((event.ctrlKey || event.metaKey) && !add);
    if (isOther || !link?.closest("#bar, #list, #counters, #pill") || link.pathname !== page()) return;
    event.preventDefault();
    const to = new URL(add || link.href, location);
    if (link.closest(".filters") && !link.closest("#saved-views")) {
      // what has been typed and not been asked for yet counts
      const typed = byId("q").value.trim();
      if (typed) to.searchParams.set("q", typed);
      else to.searchParams.delete("q");
    }
    clearTimeout(timer);
    timer = 0;
    step(to.pathname + to.search);
    if (link.closest(".pages, #pill")) scrollTo(0, 0);
    if (link.matches("[data-clear]")) byId("q").focus();
  });
  window.addEventListener("popstate", () => {
    typing = null;
    if (here() !== shown) go(here(), null);
  });

  on("printalma:line", () => again(missed));
  on("DOMContentLoaded", showChosen);
})();
