// A slider beside the day of the card as it was: sliding shows the day, letting go shows the card.
const form = document.querySelector("[data-k-as-of]");
const slider = form?.querySelector("input[type=range]");
const field = form?.querySelector("input[type=date]");

if (slider && field && slider.max !== "0") {
  const first = Date.parse(`${field.min}T00:00:00Z`);
  slider.parentElement.hidden = false;
  slider.addEventListener("input", () => {
    field.value = new Date(first + slider.valueAsNumber * 86_400_000).toISOString().slice(0, 10);
    slider.setAttribute("aria-valuetext", field.value);
  });
  slider.addEventListener("change", () => form.requestSubmit());
}
