/* Whoever wants other words gets the words as they are to change, instead of an empty field. */
(function () {
  "use strict";
  var frame = document.querySelector("[data-proposing]");
  if (!frame) { return; }
  var area = frame.querySelector("textarea");
  var original = frame.dataset.words;
  var field = area.closest(".field");
  var kind = function () { var chosen = frame.querySelector("input[type=radio]:checked"); return chosen ? chosen.value : ""; };
  var put = function (text) { area.value = text; area.dispatchEvent(new Event("input", { bubbles: true })); };
  var follow = function () {
    var chosen = kind();
    if (chosen === "change" && !area.value) { put(original); }
    if (chosen !== "change" && area.value === original) { put(""); }
    /* What was typed stays in the field, so that another choice brings it back. */
    field.hidden = chosen === "delete" && !area.value;
  };
  frame.addEventListener("change", function (event) { if (event.target.type === "radio") { follow(); } });
  window.addEventListener("pageshow", follow);
})();
