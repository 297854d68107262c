// Shows the chosen picture at once, before it is sent. The server decides what it is worth.

const field = document.querySelector('input[type="file"][name="picture"]');
const preview = document.querySelector("[data-picture-preview]");

field?.addEventListener("change", () => {
  const [file] = field.files;
  if (!file?.type.startsWith("image/")) return;
  const reader = new FileReader();
  reader.addEventListener("load", () => show(reader.result));
  reader.readAsDataURL(file);
});

function show(source) {
  const image = new Image(80, 80);
  image.alt = "";
  image.addEventListener("load", () => {
    const frame = document.createElement("span");
    frame.className = "avatar large";
    frame.append(image);
    preview.replaceChildren(frame);
  });
  image.src = source;
}
