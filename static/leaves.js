// Orders cut into leaves of a paper's size: none of them longer than it, each of several with its order's number and
// "2/7". A browser's own page numbers count through all orders, and two or four of its pages do not share a sheet.
// A leaf has the same size in millimetres on the screen and in the printer: what is measured here holds there.
const leaves = (() => {
  "use strict";
  // These go on overleaf. Everything else stands whole on one leaf, unless it is longer than that.
  const TORN = "article, section.shelf, table, tbody, ul, .drawn";
  const AGAIN = ":scope > thead, :scope > [data-again]"; // once more on each leaf
  const SPARE = 6; // pixels, for a printer's letters that are a little wider than the screen's

  // The leaves of one paper, of which the first is the paper itself.
  function cut(paper) {
    const stamps = paper.querySelector(":scope > .stamps");
    const { paddingBottom } = getComputedStyle(paper);
    const found = [];
    let open = []; // what the present leaf has that is not at its end, outermost first
    let isFresh = true; // nothing stands on it yet
    let end = 0;

    function isOver() {
      const last = open[0].lastElementChild;
      return last && last.getBoundingClientRect().bottom > end;
    }

    function shellOf(element) {
      const shell = element.cloneNode(false);
      for (const each of element.querySelectorAll(AGAIN)) shell.append(each.cloneNode(true));
      return shell;
    }

    const isShell = (element) =>
      [...element.childNodes].every((each) => !each.textContent.trim() || each.matches?.("thead, [data-again]"));

    function turn() {
      const before = open;
      const leaf = before[0].cloneNode(false);
      leaf.classList.add("more");
      if (stamps) leaf.append(stamps.cloneNode(true));
      open = [leaf];
      for (const element of before.slice(1)) {
        const shell = shellOf(element);
        open.at(-1).append(shell);
        open.push(shell);
      }
      for (const element of before.slice(1).reverse()) if (isShell(element)) element.remove();
      begin(leaf, before[0]);
    }

    function begin(leaf, behind) {
      if (behind) behind.after(leaf);
      found.push(leaf);
      end = leaf.getBoundingClientRect().bottom - parseFloat(paddingBottom) - SPARE;
      isFresh = true;
    }

    function put(node) {
      if (node.nodeType === Node.TEXT_NODE) return putText(node);
      if (node.nodeType !== Node.ELEMENT_NODE) return;
      if (fits(node) || node.matches("[data-spare]")) return; // what is only polite begins no leaf
      if (node.matches(TORN)) return tear(node);
      if (!isFresh) {
        turn();
        if (fits(node)) return;
      }
      tear(node);
    }

    function fits(node) {
      open.at(-1).append(node);
      if (isOver()) {
        node.remove();
        return false;
      }
      isFresh = false;
      return true;
    }

    function tear(element) {
      const children = [...element.childNodes].filter((each) => !each.matches?.("thead, [data-again]"));
      const shell = shellOf(element);
      open.at(-1).append(shell);
      open.push(shell);
      for (const child of children) put(child);
      open.pop();
    }

    function putText(node) {
      let words = node.data.split(/(?<=\s)/);
      while (words.length) {
        let [some, most] = [0, words.length];
        while (some < most) {
          const n = Math.ceil((some + most) / 2);
          const part = document.createTextNode(words.slice(0, n).join(""));
          open.at(-1).append(part);
          if (isOver()) most = n - 1;
          else some = n;
          part.remove();
        }
        if (!some && !isFresh) {
          turn();
          continue;
        }
        if (!some) some = words.length; // a word that is longer than a leaf
        open.at(-1).append(words.slice(0, some).join(""));
        words = words.slice(some);
        isFresh = false;
      }
    }

    const content = [...paper.childNodes].filter((each) => each !== stamps);
    paper.classList.add("leaf");
    begin(paper, null);
    open = [paper];
    if (!isOver()) return found;
    for (const each of content) each.remove();
    for (const each of content) put(each);
    return found;
  }

  function number(all, name) {
    if (all.length < 2) return;
    for (const [n, leaf] of all.entries()) {
      const foot = document.createElement("p");
      foot.className = "foot";
      for (const words of [name, `${n + 1}/${all.length}`]) {
        foot.append(Object.assign(document.createElement("span"), { textContent: words }));
      }
      leaf.append(foot);
    }
  }

  // All papers as leaves, several of which share a sheet.
  return function (sheets, onSheet) {
    sheets.classList.add("cut");
    const every = [...sheets.querySelectorAll(".paper")].flatMap((paper) => {
      const found = cut(paper);
      number(found, paper.dataset.name);
      return found;
    });
    if (onSheet < 2) return;
    for (let n = 0; n < every.length; n += onSheet) {
      const sheet = document.createElement("div");
      sheet.className = "shared";
      every[n].before(sheet);
      sheet.append(...every.slice(n, n + onSheet));
    }
  };
})();
