// A form that is being sent is not sent again by a second press.

export function onePress() {
  document.addEventListener("submit", (event) => {
    const { target: form } = event;
    if (form.method !== "post") return;
    if (form.ariaBusy === "true") event.preventDefault();
    form.ariaBusy = "true";
  });
  // A page that the browser kept, and shows again, may be sent again.
  addEventListener("pageshow", () => {
    for (const form of document.forms) form.ariaBusy = null;
  });
}
