// Everything works without this file; each part says what it adds.
(function () {
  'use strict';
  var all = function (selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); };
  var place = function (name) { try { var it = window[name]; it.setItem('t', ''); it.removeItem('t'); return it; } catch (e) { return null; } };
  var store = place('localStorage'), tab = place('sessionStorage');
  var DAY = 24 * 60 * 60 * 1000;

  // After a refusal, the summary of what is wrong comes first.
  all('[data-focus]').forEach(function (summary) { summary.focus(); });

  all('[data-count-for]').forEach(function (count) {
    var field = document.getElementById(count.getAttribute('data-count-for'));
    if (!field) return;
    var max = Number(field.getAttribute('data-max'));
    var said = null, rest = 0;
    var show = function () {
      // The server counts characters, not UTF-16 units.
      var left = max - Array.from(field.value).length;
      var words = count.getAttribute(left < 0 ? 'data-over' : 'data-left');
      count.textContent = words.replace('{n}', Math.abs(left));
      count.classList.toggle('over', left < 0);
      return left <= Math.min(30, max / 5) ? count.textContent : '';
    };
    // A browser puts back what was typed after the page is there.
    window.addEventListener('pageshow', show);
    field.addEventListener('input', function () {
      var words = show();
      // Spoken when the writing rests and few are left.
      if (words && !said) {
        said = document.createElement('p');
        said.className = 'hidden';
        said.setAttribute('role', 'status');
        count.parentNode.appendChild(said);
      }
      clearTimeout(rest);
      rest = setTimeout(function () { if (said) said.textContent = words; }, 1500);
    });
    show();
  });

  // What another answer makes needless is put away; what is wrong stays.
  all('[data-asks]').forEach(function (part) {
    var field = document.getElementById(part.getAttribute('data-asks'));
    var form = field && field.form;
    if (!form) return;
    var on = part.getAttribute('data-if');
    var off = part.getAttribute('data-unless');
    var show = function () {
      var said = form.querySelector('input[name="' + field.name + '"]:checked');
      // Before anything is chosen, what may be needed stays: nothing jumps.
      var needed = said ? (on ? said.value === on : said.value !== off) : !on;
      part.hidden = !needed && !part.querySelector('.bad, [aria-invalid]');
    };
    form.addEventListener('change', show);
    show();
    part.classList.remove('away');
  });

  // What is typed and not sent comes back to the same form for the same person: for a day, and at a desk, which others use
  // too, only in the same tab.
  var root = document.documentElement;
  var mine = 'keep:' + (root.getAttribute('data-whose') || '') + ':';
  var drafts = root.hasAttribute('data-density') ? tab : store;
  // Rows of a page move up when one is done, and one form serves several people: what is typed belongs to the number that stands
  // in the row, or to whom the form names, not to its place.
  var named = function (field) { var row = field.closest('[data-of]'); return row && document.getElementById(row.getAttribute('data-of')); };
  var key = function (field) {
    var by = named(field), number = by ? by.value.replace(/[^0-9a-z]/gi, '').toUpperCase() : '';
    return mine + field.form.getAttribute('action') + ':' + (number ? number + ':' + field.name.replace(/^[^_]*_/, '') : field.name);
  };
  var read = function (place, name) {
    try { var draft = JSON.parse(place.getItem(name)); return Date.now() - draft.at < DAY ? draft.text : ''; } catch (e) { return ''; }
  };
  var forget = function (everything) {
    [store, tab].forEach(function (place) {
      if (place) Object.keys(place).forEach(function (name) {
        // Of whoever was signed in before; what was typed before signing in stays.
        var other = mine !== 'keep::' && name.indexOf(mine) && name.indexOf('keep::');
        if (/^keep:/.test(name) && (everything || other || !read(place, name))) place.removeItem(name);
      });
    });
  };
  forget();
  var way = performance.getEntriesByType ? performance.getEntriesByType('navigation')[0] : null;
  // The answer to a form is a page that was led to, and not to sign in; whoever comes by themselves lost the network.
  // What the server keeps as it was typed is sent also while something in it is wrong.
  var refused = document.querySelector('#errors') && !document.querySelector('form[data-stored]');
  var answered = (way ? way.redirectCount > 0 : true) && !refused && !document.querySelector('[data-failure], [action$="/login"]');
  if (drafts) {
    var sent = drafts.getItem('sent');
    if (sent && answered) {
      sent.split('\n').forEach(function (name) { drafts.removeItem(name); });
    }
    drafts.removeItem('sent');
    all('[data-draft]').forEach(function (says) {
      var field = says.parentNode.querySelector('textarea');
      var write = function () { field.dispatchEvent(new Event('input')); };
      var typed = read(drafts, key(field));
      says.hidden = !typed || !!field.value;
      if (!says.hidden) { field.value = typed; write(); }
      var was = key(field), by = named(field);
      field.addEventListener('input', function () {
        try { drafts.setItem(key(field), JSON.stringify({ at: Date.now(), text: field.value })); } catch (e) { /* no room: the page still holds it */ }
      });
      // The words go with the number when that is put right.
      if (by) by.addEventListener('change', function () {
        var moved = read(drafts, was);
        if (moved === field.value) drafts.removeItem(was);
        was = key(field);
        if (field.value) write();
      });
      says.querySelector('button').addEventListener('click', function () { field.value = ''; says.hidden = true; write(); field.focus(); });
    });
  }

  // Back to a form that was refused, or loading it anew, asks for its page and does not send it again; what was typed is still
  // there, without what is secret.
  var here = location.pathname + location.search;
  var fields = function (action) {
    var form = all('form').filter(function (form) { return form.method === 'post' && form.getAttribute('action') === action; })[0];
    return Array.prototype.filter.call(form ? form.elements : [], function (field) {
      return field.name && !/^(hidden|password|file|submit)$/.test(field.type) && field.autocomplete !== 'one-time-code' && !/identity/.test(field.name);
    });
  };
  var ticks = function (field) { return /^(checkbox|radio)$/.test(field.type); };
  var called = function (field) { return field.name + (ticks(field) ? '=' + field.value : ''); };
  if (tab) {
    var was = null;
    try { was = JSON.parse(tab.getItem('form')); } catch (e) { /* nothing was sent */ }
    tab.removeItem('form');
    if (was && document.querySelector('#errors')) {
      history.replaceState(null, '', was.at);
      var typed = {};
      fields(was.to).forEach(function (field) { typed[called(field)] = ticks(field) ? field.checked : field.value; });
      try { tab.setItem(was.key, JSON.stringify({ at: Date.now(), text: { to: was.to, typed: typed } })); } catch (e) { /* no room */ }
    } else {
      if (was) tab.removeItem(was.key);
      try { if (was && was.texts && answered) tab.setItem(mine + 'done', JSON.stringify({ at: Date.now(), text: { to: was.to, texts: was.texts } })); } catch (e) { /* no room */ }
      var before = read(tab, mine + 'back:' + here);
      if (before && way && /^(reload|back_forward)$/.test(way.type)) fields(before.to).forEach(function (field) {
        var value = before.typed[called(field)], more = field.closest('details');
        if (value === undefined || value === (ticks(field) ? field.checked : field.value)) return;
        if (ticks(field)) field.checked = value; else field.value = value;
        if (more) more.open = true;
        ['input', 'change'].forEach(function (name) { field.dispatchEvent(new Event(name, { bubbles: true })); });
      }); else tab.removeItem(mine + 'back:' + here);
    }
  }

  var working = 0;
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (form.method !== 'post') return;
    if (form.getAttribute('data-sent') || working > 0) { event.preventDefault(); return; }
    // Whoever signs in next on this phone says for themselves what it keeps.
    if (/\/logout$/.test(form.action)) { forget(true); if (store) store.removeItem('offline'); }
    form.setAttribute('data-sent', '1');
    all('button').forEach(function (button) { if (button.form === form) button.setAttribute('aria-disabled', 'true'); });
    var names = Array.prototype.slice.call(form.querySelectorAll('textarea')).map(key).join('\n');
    try { if (names) drafts.setItem('sent', names); } catch (e) { /* kept a day instead */ }
    var at = location.pathname + location.search;
    var texts = {};
    Array.prototype.forEach.call(form.querySelectorAll('textarea[name]'), function (field) { if (field.value) texts[field.name] = field.value; });
    try { tab.setItem('form', JSON.stringify({ key: mine + 'back:' + at, at: at, to: form.getAttribute('action'), texts: texts })); } catch (e) { /* asked to send it again */ }
  });
  // Back from the next page, or after a lost connection, the form can be sent again; its key makes twice count once.
  var again = function () {
    all('form[data-sent]').forEach(function (form) { form.removeAttribute('data-sent'); });
    all('button[aria-disabled]').forEach(function (button) { button.removeAttribute('aria-disabled'); });
  };
  window.addEventListener('pageshow', again);
  // Back to a form that was sent and taken: its words are not there to be sent once more.
  window.addEventListener('pageshow', function (event) {
    if (!event.persisted && !(way && way.type === 'back_forward')) return;
    var taken = tab && read(tab, mine + 'done');
    if (taken) all('form').filter(function (form) { return form.getAttribute('action') === taken.to && !form.hasAttribute('data-stored'); }).forEach(function (form) {
      Array.prototype.forEach.call(form.querySelectorAll('textarea[name]'), function (field) {
        if (!field.value || field.value !== taken.texts[field.name]) return;
        field.value = '';
        field.dispatchEvent(new Event('input', { bubbles: true }));
      });
    });
  });
  window.addEventListener('online', again);
  setInterval(again, 20000);

  // Photos: at most 1600 pixels and JPEG, which is what a report needs and a village network carries.
  var smaller = function (file) {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size < 400000) return Promise.resolve(file);
    return createImageBitmap(file, { imageOrientation: 'from-image' }).then(function (image) {
      var scale = Math.min(1, 1600 / Math.max(image.width, image.height));
      var canvas = document.createElement('canvas');
      canvas.width = Math.round(image.width * scale);
      canvas.height = Math.round(image.height * scale);
      canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
      return new Promise(function (done) {
        canvas.toBlob(function (blob) {
          if (!blob || blob.size >= file.size) { done(file); return; }
          done(new File([blob], file.name.replace(/\.\w+$/, '') + '.jpg', { type: 'image/jpeg' }));
        }, 'image/jpeg', 0.82);
      });
    }).catch(function () { return file; });
  };
  if (window.createImageBitmap && window.DataTransfer) {
    all('input[type=file][data-shrink]').forEach(function (input) {
      input.addEventListener('change', function () {
        working += 1;
        Promise.all(Array.prototype.map.call(input.files, smaller)).then(function (files) {
          var list = new DataTransfer();
          files.forEach(function (file) { list.items.add(file); });
          input.files = list.files;
        }).catch(function () { /* sent as they are */ }).then(function () { working -= 1; });
      });
    });
  }

  // Where the device stands: only when asked, never needed.
  if (navigator.geolocation && window.isSecureContext) all('[data-here]').forEach(function (part) {
    var field = document.getElementById(part.getAttribute('data-here'));
    var button = part.querySelector('button');
    var said = part.querySelector('[role=status]');
    if (!field) return;
    var show = function (key) {
      if (key) said.textContent = said.getAttribute('data-' + key);
      button.querySelector('span').textContent = button.getAttribute(field.value ? 'data-remove' : 'data-add');
    };
    part.hidden = false;
    show(field.value ? 'added' : '');
    button.addEventListener('click', function () {
      if (field.value) { field.value = ''; said.textContent = ''; show(''); return; }
      show('busy');
      navigator.geolocation.getCurrentPosition(function (at) {
        field.value = at.coords.latitude.toFixed(5) + ',' + at.coords.longitude.toFixed(5);
        show('added');
      }, function () { show('failed'); }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
    });
  });
})();
