// A field for a place narrows a list while one types: an ARIA combobox, in which the focus stays in the field. Choosing writes
// into the fields that the page sends without this file, so the server sees nothing new. The list lies below the field and not
// over what follows: nothing is covered, and it closes only once a finger has done what it came for.
(function () {
  'use strict';
  if (!window.fetch) return;
  // As long as somebody rests between two characters.
  var REST = 250;
  var all = function (selector, within) { return Array.prototype.slice.call(within.querySelectorAll(selector)); };
  var made = function (tag, role, within) {
    var element = document.createElement(tag);
    element.setAttribute('role', role);
    within.appendChild(element);
    return element;
  };

  all('[data-narrows]', document).forEach(function (part) {
    var field = part.querySelector('input');
    var around = field.parentNode;
    var said = made('p', 'status', around);
    said.className = 'hint';
    var list = made('ul', 'listbox', around);
    list.className = 'fitting';
    list.id = field.id + '-fitting';
    list.hidden = true;
    // Chromium stops with Tab at what scrolls.
    list.tabIndex = -1;
    list.setAttribute('aria-label', part.getAttribute('data-list'));
    // What is near by is offered before anything is typed.
    var near = all('option', part).map(function (option) { return { id: '', name: option.value }; });
    field.removeAttribute('list');
    [['role', 'combobox'], ['aria-autocomplete', 'list'], ['aria-expanded', 'false'], ['aria-controls', list.id]]
      .forEach(function (pair) { field.setAttribute(pair[0], pair[1]); });

    var places = [], at = -1, asked = 0, timer = 0;
    // The id goes where the form has room for one: into its hidden field, or to the one of several that are offered.
    var mark = function (id) {
      all('[name="' + part.getAttribute('data-id-in') + '"]', field.form).forEach(function (one) {
        if (one.type === 'radio') one.checked = !!id && one.value === id; else one.value = id;
      });
    };
    var point = function (to) {
      var options = all('[role=option]', list);
      if (options[at]) options[at].setAttribute('aria-selected', 'false');
      at = to;
      if (!options[at]) { field.removeAttribute('aria-activedescendant'); return; }
      options[at].setAttribute('aria-selected', 'true');
      field.setAttribute('aria-activedescendant', options[at].id);
      options[at].scrollIntoView({ block: 'nearest' });
    };
    var show = function (found, words) {
      point(-1);
      places = found;
      list.textContent = '';
      places.forEach(function (place, n) {
        var option = made('li', 'option', list);
        option.id = list.id + '-' + n;
        option.setAttribute('aria-selected', 'false');
        option.textContent = place.name;
        option.lang = 'zh-CN';
        // The focus stays in the field.
        option.addEventListener('mousedown', function (event) { event.preventDefault(); });
        option.addEventListener('click', function () { choose(place); });
      });
      list.scrollTop = 0;
      list.hidden = !places.length;
      field.setAttribute('aria-expanded', String(places.length > 0));
      said.textContent = words;
    };
    // An answer that was asked for before this counts for nothing.
    var close = function () { clearTimeout(timer); asked += 1; show([], ''); };
    var choose = function (place) { field.value = place.name; mark(place.id); close(); field.focus(); };
    var ask = function () {
      clearTimeout(timer);
      var typed = field.value.trim(), mine = asked += 1;
      if (!typed) { show([], ''); return; }
      fetch(part.getAttribute('data-narrows') + '?q=' + encodeURIComponent(typed), { credentials: 'same-origin' }).then(function (answer) {
        if (!answer.ok) throw new Error('not answered');
        return answer.json();
      }).then(function (found) { if (mine === asked) show(found.places, found.says); })
        .catch(function () { if (mine === asked) show([], ''); });
    };
    var typed = function (event) {
      // Pinyin that is not yet a character is no name.
      if (event.isComposing) return;
      mark('');
      clearTimeout(timer);
      timer = setTimeout(ask, REST);
    };
    field.addEventListener('input', typed);
    field.addEventListener('compositionend', typed);
    field.addEventListener('keydown', function (event) {
      if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
      var steps = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (steps && list.hidden) {
        event.preventDefault();
        if (field.value.trim()) ask(); else show(near, '');
      } else if (steps) {
        event.preventDefault();
        // Below the last is the first again; before any is chosen, up leads to the last.
        point((Math.max(at, steps > 0 ? -1 : 0) + steps + places.length) % places.length);
      } else if (event.key === 'Enter' && !list.hidden && at >= 0) {
        event.preventDefault();
        choose(places[at]);
      } else if (event.key === 'Escape' && !list.hidden) {
        event.preventDefault();
        close();
      } else if (event.key === 'Tab') {
        close();
      }
    });
    document.addEventListener('click', function (event) { if (!around.contains(event.target)) close(); });
  });
})();
