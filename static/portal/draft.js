/* Words of the draft that are selected, by finger, mouse or keyboard, can be commented on by themselves. */
(function () {
  "use strict";
  var draft = document.querySelector(".draft[data-comment]");
  var bar = document.querySelector("[data-pick]");
  if (!draft || !bar || !window.getSelection) { return; }
  var words = bar.querySelector("[data-pick-words]");
  var link = bar.querySelector("[data-pick-link]");
  var said = document.querySelector("[data-pick-said]");
  var longest = 500, shown = 60;
  var held = false, timer = 0;
  document.querySelector("[data-pick-hint]").classList.remove("with-script");

  /* Places are counted in code points, as the server counts them. */
  var points = function (text) { return Array.from(text); };

  /* The part of the selection that lies in the words of one clause, the first that has any. */
  var picked = function () {
    var selection = window.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) { return null; }
    var range = selection.getRangeAt(0);
    if (!range.intersectsNode(draft)) { return null; }
    var lines = draft.querySelectorAll(".clause-text > p > span:last-child");
    for (var at = 0; at < lines.length; at += 1) {
      if (range.intersectsNode(lines[at]) && !lines[at].querySelector(".clause-withheld")) {
        var found = within(range, lines[at]);
        if (found) { return found; }
      }
    }
    return null;
  };

  var within = function (range, line) {
    var part = document.createRange();
    part.selectNodeContents(line);
    if (range.compareBoundaryPoints(Range.START_TO_START, part) > 0) { part.setStart(range.startContainer, range.startOffset); }
    if (range.compareBoundaryPoints(Range.END_TO_END, part) < 0) { part.setEnd(range.endContainer, range.endOffset); }
    var text = points(part.toString());
    if (!text.join("").trim()) { return null; }
    var before = document.createRange();
    before.selectNodeContents(line);
    before.setEnd(part.startContainer, part.startOffset);
    var first = points(before.toString()).length;
    return {
      key: line.parentNode.id || line.closest(".clause").id,
      first: first,
      end: first + Math.min(text.length, longest),
      text: text
    };
  };

  var show = function () {
    var found = picked();
    if (!found) {
      if (!held) { bar.hidden = true; said.textContent = ""; }
      return;
    }
    var start = found.text.slice(0, shown).join("");
    words.textContent = "“" + start + (found.text.length > shown ? "…" : "") + "”";
    link.href = draft.dataset.comment + encodeURIComponent(found.key) + "&words=" + found.first + "-" + found.end;
    if (bar.hidden) { said.textContent = said.dataset.words; }
    bar.hidden = false;
  };

  /* A tap on the bar ends the selection before it is a click: hold the bar until then. */
  bar.addEventListener("pointerdown", function () {
    held = true;
    setTimeout(function () { held = false; }, 1000);
  });
  bar.querySelector("[data-pick-cancel]").addEventListener("click", function () {
    held = false;
    window.getSelection().removeAllRanges();
    bar.hidden = true;
  });
  document.addEventListener("selectionchange", function () {
    clearTimeout(timer);
    timer = setTimeout(show, 120);
  });
})();
