// What the scripts of a page share. It comes first, as a plain script: its names are there for all that follow.
"use strict";

const byId = (id) => document.getElementById(id);
const first = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];

// Listens on the document, where elements may come and go; `names` may be several.
const on = (names, listener, options) => {
  for (const name of names.split(" ")) document.addEventListener(name, listener, options);
};
const emit = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

// The words for so many, of those that the server has put on an element (data-one, data-many).
const counted = ({ one, many }, n) => (n < 2 ? one : many);

// A number as the server writes it.
const spelt = (n) => n.toLocaleString(document.documentElement.lang);

// The server's answer; null without a network. A sign-in page is not followed: it answers no script.
const tryFetch = (address, options) => fetch(address, { redirect: "manual", ...options }).catch(() => null);

// Whether a key means the page: nobody is typing, no dialog is open, and it is no shortcut of the browser's.
const isForPage = (event) =>
  !(event.ctrlKey || event.metaKey || event.altKey || event.isComposing) &&
  !event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") &&
  !first("dialog[open], :popover-open");
