// The desk: keys of one character, and whether something new has come. Everything works without this file: a key does what a
// link or a field in sight does, and the list is drawn anew by its link.
(function () {
  'use strict';
  var all = function (selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); };
  var FIELDS = 'input:not([type=hidden]), select, textarea';
  var shown = function (element) { return element.getClientRects().length > 0; };

  // Off for whoever dictates, or strikes keys unawares (WCAG 2.1.4): then the page does not have the mark.
  if (document.documentElement.hasAttribute('data-keys')) {
    var search = all('[role=search]').map(function (form) { return all(FIELDS, form).filter(shown)[0]; }).filter(Boolean)[0];
    var keyed = function (key) { return key === '/' ? search : all('[data-key="' + key + '"]').filter(shown)[0]; };
    ['a', 'n', '/', '?'].forEach(function (key) { if (keyed(key)) keyed(key).setAttribute('aria-keyshortcuts', key); });

    // From the row that has the focus, or that a link of which has it; from none, the row shown beside the list or the first.
    var row = function (by) {
      var rows = all('[data-row]').filter(shown);
      var line = document.activeElement.closest('tr, li');
      var at = line ? rows.indexOf(line.querySelector('[data-row]')) : -1;
      if (at >= 0) return rows[at + by];
      return rows.filter(function (one) { return one.hasAttribute('aria-current'); })[0] || rows[0];
    };
    // A form that is open already is not drawn again: its first field is meant.
    var go = function (target) {
      var form = target.getAttribute('aria-current') === 'true' ? target.closest('section').querySelector('form[action]') : null;
      var field = form ? all(FIELDS, form).filter(shown)[0] : target.matches(FIELDS) ? target : null;
      if (field) field.focus(); else target.click();
    };
    document.addEventListener('keydown', function (event) {
      if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
      if (document.activeElement.closest('input, select, textarea, [contenteditable], [role=listbox]')) return;
      var moves = { j: 1, k: -1 }[event.key];
      var target = moves ? row(moves) : /^[an/?]$/.test(event.key) && !event.repeat ? keyed(event.key) : null;
      if (!target) return;
      // What is struck must not be typed into the field that it leads to.
      event.preventDefault();
      if (moves) target.focus(); else go(target);
    });
  }

  // Only while somebody can see it; the rows stay where they are until they ask for them.
  var EVERY = 20000;
  all('[data-refresh]').forEach(function (part) {
    var link = part.querySelector('a');
    if (!window.fetch || !link) return;
    var asked = Date.now(), plain = link.textContent, timer = 0;
    var ask = function () {
      asked = Date.now();
      fetch(part.getAttribute('data-refresh'), { credentials: 'same-origin', redirect: 'manual' }).then(function (answer) {
        // Signed out, or no longer of this desk: the link leads to whatever is so now.
        if (answer.type === 'opaqueredirect' || answer.status === 401 || answer.status === 403) clearInterval(timer);
        return answer.ok ? answer.text() : null;
      }).then(function (words) {
        if (words === null || link.textContent === (words || plain)) return;
        link.textContent = words || plain;
        link.classList.toggle('new', !!words);
      }).catch(function () { /* no network: the next time */ });
    };
    var due = function () { if (document.visibilityState === 'visible' && Date.now() - asked > EVERY - 1000) ask(); };
    timer = setInterval(due, EVERY);
    document.addEventListener('visibilitychange', due);
  });
})();
