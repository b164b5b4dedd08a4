// A photograph of a telephone's camera is larger than a form may be: it is made smaller before it is sent.
(() => {
  "use strict";
  const SMALL = 900_000; // bytes: with the rest of its form less than a form may have
  const SIDE = 1200; // pixels: what the server keeps of it
  const KINDS = ["image/jpeg", "image/png", "image/webp"];

  async function shrunk(file) {
    const image = await createImageBitmap(file);
    const scale = Math.min(1, SIDE / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    // What is no photograph may be transparent.
    const kind = file.type === "image/jpeg" ? file.type : "image/webp";
    const made = await new Promise((done) => canvas.toBlob(done, kind, 0.85));
    return new File([made], file.name, { type: made.type });
  }

  on("change", async ({ target }) => {
    if (!target.matches("[data-shrink]")) return;
    const [file] = target.files;
    target.setCustomValidity("");
    if (!file || file.size < SMALL) return;
    const buttons = [...target.form.querySelectorAll("button")];
    for (const button of buttons) button.disabled = true;
    try {
      if (!KINDS.includes(file.type)) return;
      const chosen = new DataTransfer();
      chosen.items.add(await shrunk(file));
      target.files = chosen.files;
    } catch {
      // It is no picture that this browser knows: the server says so.
    } finally {
      if (target.files[0].size > SMALL) target.setCustomValidity(target.dataset.large);
      for (const button of buttons) button.disabled = false;
    }
  });
})();
