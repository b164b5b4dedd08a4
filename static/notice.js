// What others did, in one notice of the bar, where nobody's hand is on its way to anything: several are summed up, and
// spoken of as one. And a word on what became of one's own act, where no answer of the server's says it.
(() => {
  "use strict";
  const STAYS = 7000;
  const WORD_STAYS = 6000;
  const SPOKEN = ["placed", "refused"]; // to a screen reader
  const SPOKEN_EVERY = 5000; // who listens hears nothing else while two orders come a second

  let told = []; // what the notice that is to be seen tells of
  let timer = 0;
  let unspoken = [];
  let isSpeaking = false;

  function phrase(kind, n) {
    const words = byId("notice").dataset;
    return n < 2 ? words[`${kind}One`] : words[`${kind}Many`].replace("#", spelt(n));
  }

  function summary() {
    const title = document.createElement("strong");
    title.textContent = byId("notice").dataset.title;
    const of = (name) => told.filter(({ kind }) => kind === name).length;
    const counts = { placed: of("placed"), refused: of("refused"), low: of("low") };
    counts.moved = told.length - counts.placed - counts.refused - counts.low;
    const said = Object.entries(counts).map(([kind, n]) => n && phrase(kind, n));
    return [title, ` ${said.filter(Boolean).join(" · ")}`];
  }

  function tell(news) {
    const notice = byId("notice");
    told = notice.hidden ? news : [...told, ...news];
    const [only] = told.length === 1 && told[0].words.length ? told : [];
    notice.replaceChildren(...(only ? only.words : summary()));
    notice.href = only ? (only.href ?? notice.dataset.order.replace(/0$/, only.order)) : notice.dataset.all;
    notice.hidden = false;
    unspoken.push(...news.filter(({ kind }) => SPOKEN.includes(kind)));
    if (!isSpeaking) speak();
    clearTimeout(timer);
    timer = setTimeout(leave, STAYS);
  }

  function speak() {
    isSpeaking = unspoken.length > 0;
    if (!isSpeaking) return;
    const [{ words, kind }] = unspoken;
    const [title] = unspoken.length < 2 ? words : [];
    byId("announcer").textContent = title?.textContent ?? phrase(kind, unspoken.length);
    unspoken = [];
    setTimeout(speak, SPOKEN_EVERY);
  }

  function leave() {
    const notice = byId("notice");
    const isRead = notice.matches(":hover, :focus") || document.hidden;
    if (isRead) timer = setTimeout(leave, STAYS);
    else notice.hidden = true;
  }

  // A press that did nothing, and a tick that was lost, say so; what is still being read is not wiped away for it.
  function say(text) {
    const word = document.createElement("p");
    word.className = "outcome word";
    word.textContent = text;
    for (const before of all("#outcome .word")) before.remove();
    byId("outcome").append(word);
    setTimeout(() => word.remove(), WORD_STAYS);
  }

  on("printalma:unready", () => say(byId("outcome").dataset.unready));
  on("printalma:word", ({ detail }) => say(detail));
  on("click", (event) => {
    event.target.closest("#problems > *")?.remove();
  });
  on("printalma:told", ({ detail }) => {
    const news = detail.filter(({ own }) => !own);
    if (news.length) tell(news);
  });
})();
