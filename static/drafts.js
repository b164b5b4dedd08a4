// What somebody has typed and not yet sent outlives a session that ends, a lost line and a restart, for a day. It is
// kept in this browser under its person and its form, so nobody else's page shows it; passwords are never kept. A form
// that has acted, and signing out, forget it.
(() => {
  "use strict";
  const KEPT_FOR = 86400000;
  const DRAFT = "printalma:draft:";
  const SENT = "printalma:sent"; // the plain form that was sent last: the page it leads to says whether it has acted
  const OUT = "printalma:out";
  const TYPED = "textarea, input:is([type=text], [type=email], [type=time], :not([type]))";
  const NEVER = "button, [type=password], [type=search], [type=hidden], [type=file]";

  const mine = () => `${DRAFT}${document.body.dataset.user}:`;
  const keyOf = (form) => mine() + new URL(form.getAttribute("action"), location.href).pathname;
  const isKept = (form) => form?.method === "post" && form.querySelector(TYPED) !== null;
  const isPlain = (form, button) => !form.matches("[hx-post]") && !button?.matches("[hx-post]");
  const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !field.matches(NEVER));
  const seen = new WeakSet(); // a form gets back what was typed when it comes, not under somebody's hands
  const hasActed = ({ request, response }) => isKept(request.form) && response?.status < 400;
  const bases = (form) => [...form.querySelectorAll("[data-with]")];
  const counts = (form) => bases(form).map((base) => [form.elements[base.dataset.with], base]);
  let isAgain = false; // a form that was refused has come back with what was typed, as if that had been there before
  let isOut = false; // signed out in another tab: what is typed here now is nobody's

  function isTouched(field) {
    if (field.type === "checkbox") return field.checked !== field.defaultChecked;
    if (field.matches("select")) return [...field.options].some((option) => option.selected !== option.defaultSelected);
    return field.value !== field.defaultValue;
  }

  function read(key) {
    try {
      const found = JSON.parse(localStorage.getItem(key));
      if (found && Date.now() - found.at < KEPT_FOR) return found.said;
    } catch {
      // half written, or not ours
    }
    localStorage.removeItem(key);
    return null;
  }

  // Only what was changed: what others change meanwhile in the other fields is not undone. What a count was begun from
  // stays with it, and so does the form's key: when it has acted and only its answer was lost, it does not act again.
  function keep(form) {
    if (!isKept(form)) return;
    hold(form);
    if (isOut) return;
    const said = isAgain ? { ...read(keyOf(form)) } : {};
    for (const field of fieldsOf(form).filter(isTouched)) {
      said[field.name] = field.type === "checkbox" ? field.checked : field.value;
      const base = form.querySelector(`[data-with=${field.name}]`);
      if (base) said[base.name] = base.value;
    }
    try {
      if (!Object.keys(said).length) return forget(form);
      const key = form.elements.form_key?.value;
      localStorage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), said: { ...said, form_key: key } }));
    } catch {
      // no store, or a full one: the page works as it would without
    }
  }

  // A half-typed count and what it was begun from are not drawn anew: an order that comes meanwhile still counts. Once
  // it has counted, the field shows what there is, under the cursor too: the next press would count the difference.
  function hold(form) {
    for (const [field, base] of counts(form)) {
      for (const each of [field, base]) each.toggleAttribute("hx-morph-skip", isTouched(field));
    }
  }

  function release(form) {
    for (const pair of counts(form)) for (const each of pair) each.removeAttribute("hx-morph-skip");
  }

  function renew(form) {
    for (const [field] of counts(form)) field.value = field.defaultValue;
  }

  function restore(form) {
    if (seen.has(form) || !isKept(form)) return false;
    seen.add(form);
    const said = !fieldsOf(form).some(isTouched) && read(keyOf(form));
    if (!said) return false;
    for (const field of fieldsOf(form).filter(({ name }) => Object.hasOwn(said, name))) {
      if (field.type === "checkbox") field.checked = said[field.name];
      else field.value = said[field.name];
      const base = isTouched(field) && form.querySelector(`[data-with=${field.name}]`);
      if (base) base.value = said[base.name];
    }
    hold(form);
    const isBack = fieldsOf(form).some(isTouched); // or it is what the form says by now anyway
    if (isBack && said.form_key) form.elements.form_key.value = said.form_key;
    else if (!isAgain) forget(form);
    return isBack;
  }

  const restoreAll = () => [...document.forms].filter(restore).length > 0;

  function forget(form) {
    localStorage.removeItem(keyOf(form));
    byId("draft").hidden = true;
  }

  function signOut() {
    isOut = true;
    for (const key of Object.keys(localStorage)) if (key.startsWith(mine())) localStorage.removeItem(key);
    localStorage.setItem(OUT, `${document.body.dataset.user} ${Date.now()}`);
  }

  for (const name of ["input", "change"]) on(name, ({ target }) => keep(target.form));
  on("submit", ({ target: form, submitter }) => {
    if (form.matches("[data-signs-out]")) signOut();
    else if (isKept(form) && isPlain(form, submitter)) sessionStorage.setItem(SENT, keyOf(form));
  });
  on("htmx:after:request", ({ detail: { ctx } }) => {
    if (hasActed(ctx)) release(ctx.request.form);
  });
  on("htmx:finally:request", ({ detail: { ctx } }) => {
    if (!hasActed(ctx)) return;
    renew(ctx.request.form);
    keep(ctx.request.form); // what has been typed since it was sent
  });
  on("htmx:after:swap", restoreAll);
  window.addEventListener("storage", ({ key, newValue }) => {
    if (key === OUT && newValue?.split(" ")[0] === document.body.dataset.user) isOut = true;
  });
  on("DOMContentLoaded", () => {
    isAgain = first("main .flash.problem") !== null;
    for (const key of Object.keys(localStorage)) if (key.startsWith(DRAFT)) read(key); // a day later it goes, whosever
    if (first(".flash.done, .card.link")) localStorage.removeItem(sessionStorage.getItem(SENT));
    sessionStorage.removeItem(SENT);
    if (restoreAll()) byId("draft").hidden = false;
  });
})();
