// An order that is typed in: a product brings its price, sizes and colours, a zone its fee, and the sum follows.
(() => {
  "use strict";
  const form = () => first("form.entry");
  const field = (name) => form().elements[name];
  const KNOWN = ["name", "email", "company", "street", "apartment", "postal_code", "city", "region", "country"];
  const preset = new WeakMap(); // what was filled in: it is replaced as long as nobody has typed anything else

  function fill(input, value) {
    if (input.value && input.value !== preset.get(input)) return;
    input.value = value;
    preset.set(input, value);
  }

  function offer(id, values) {
    byId(id).replaceChildren(...values.map((value) => new Option(value, value)));
  }

  const productOf = (row) => {
    const { options } = byId("known-products");
    return [...options].find(({ value }) => value === field(`product_${row}`).value);
  };

  // A price that came with the page was typed, or sent: it stays.
  function choose(row, isNew) {
    const product = productOf(row);
    const { price = "", sizes = "[]", colors = "[]", picture = "" } = product?.dataset ?? {};
    const shown = field(`product_${row}`).closest(".of").querySelector("img");
    shown.hidden = !picture;
    if (picture) shown.src = picture;
    offer(`sizes-${row}`, JSON.parse(sizes));
    offer(`colors-${row}`, JSON.parse(colors));
    if (isNew) fill(field(`price_${row}`), price);
  }

  // As amounts are typed: "1 250", "29,90".
  const amount = (text) => Number(text.replace(/[\s\u00a0\u202f]/g, "").replace(",", ".") || 0);

  function sum() {
    let total = amount(field("fee").value || field("zone")?.selectedOptions[0]?.dataset.fee || "");
    for (const row of rows()) {
      if (!field(`product_${row}`).value) continue;
      const price = field(`price_${row}`).value || productOf(row)?.dataset.price || "";
      total += amount(price) * amount(field(`quantity_${row}`).value);
    }
    const { currency } = form().dataset;
    const words = new Intl.NumberFormat("fr-FR", { style: "currency", currency });
    byId("sum").querySelector("b").textContent = Number.isFinite(total) ? words.format(total) : "–";
  }

  // A known customer: what has been typed since the number was, stays.
  function meet() {
    const said = JSON.parse(byId("known").querySelector("p")?.dataset.known ?? "{}");
    for (const name of KNOWN) {
      const input = field(name);
      if (input !== document.activeElement || !input.value) fill(input, said[name] ?? "");
    }
  }

  const rows = () => all("[name^=product_]").map(({ name }) => name.slice("product_".length));

  on("input change", ({ target }) => {
    if (target.form !== form()) return;
    if (target.name.startsWith("product_")) choose(target.name.slice("product_".length), true);
    if (target.name === "zone") fill(field("fee"), target.selectedOptions[0].dataset.fee ?? "");
    sum();
  });
  on("htmx:after:swap", meet);
  on("DOMContentLoaded", () => {
    for (const row of rows()) choose(row, false);
    sum();
  });

  // A finger that comes to a number comes to replace it, as Tab does: "3" behind the "1" that was filled in was 13.
  let entered = null;
  on("focusin", ({ target }) => {
    entered = target.matches("form.entry [inputmode=numeric]") ? target : null;
    entered?.select();
  });
  on("click", ({ target }) => {
    if (target === entered) target.select();
    entered = null;
  });
})();
