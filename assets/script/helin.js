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
    if (everything && tab) tab.removeItem('done');
  };
  forget();
  var way = performance.getEntriesByType ? performance.getEntriesByType('navigation')[0] : null;
  // The answer to a form is a page that was led to, and not to sign in; whoever comes by themselves lost the network.
  // What the server keeps as it was typed is sent also while something in it is wrong.
  var refused = document.querySelector('.errors') && !document.querySelector('form[data-stored]');
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
      if (by) by.addEventListener('input', function () {
        var moved = drafts.getItem(was);
        drafts.removeItem(was);
        was = key(field);
        try { if (moved) drafts.setItem(was, moved); } catch (e) { /* no room */ }
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
    if (was && document.querySelector('.errors')) {
      history.replaceState(null, '', was.at);
      var typed = {};
      fields(was.to).forEach(function (field) { typed[called(field)] = ticks(field) ? field.checked : field.value; });
      try { tab.setItem(was.key, JSON.stringify({ at: Date.now(), text: { to: was.to, typed: typed } })); } catch (e) { /* no room */ }
    } else {
      if (was) tab.removeItem(was.key);
      try { if (was && was.texts && answered) tab.setItem('done', JSON.stringify({ to: was.to, texts: was.texts })); } catch (e) { /* no room */ }
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

  // What waits for a network: forms as they would have been sent, each with its key, so that twice counts once.
  var waiting = function () { try { return JSON.parse(store.getItem('outbox') || '[]'); } catch (e) { return []; } };
  // A page that offline.js shows from the phone carries the time at which it was kept.
  var kept = document.documentElement.getAttribute('data-kept');
  var note = document.querySelector('[data-waiting]');
  // In the city's time, like every other time on the page, wherever the phone is set to.
  var clock = function (at, how) {
    var part = document.querySelector('[data-ahead]');
    var shifted = new Date(new Date(at).getTime() + (part ? part.getAttribute('data-ahead') : 0) * 60000);
    how.timeZone = 'UTC';
    how.hourCycle = 'h23';
    how.hour = how.minute = '2-digit';
    return shifted.toLocaleString(document.documentElement.lang, how);
  };
  var fill = function (words, values) { return words.replace(/\{(\w+)\}/g, function (all, name) { return values[name] === undefined ? all : values[name]; }); };
  var pending = function (one) { return !one.refused; };
  // What was not taken says which it was, when it was pressed and why, until its owner has seen to it: whoever writes it down
  // anew needs the time.
  var tell = function (list) {
    if (!store) return;
    if (list.length) store.setItem('outbox', JSON.stringify(list)); else store.removeItem('outbox');
    if (!note) return;
    var words = note.querySelector('p'), drop = note.querySelector('[data-drop]');
    var refused = list.filter(function (one) { return one.refused; });
    Array.prototype.slice.call(note.querySelectorAll('[data-more]')).forEach(function (more) { more.remove(); });
    var said = refused.map(function (one) {
      var values = { what: one.what || '', why: one.why || '', time: one.at ? clock(one.at, { month: 'numeric', day: 'numeric' }) : '' };
      return fill(words.getAttribute('data-refused'), values);
    });
    var rest = list.filter(pending).length;
    if (rest) said.push(fill(words.getAttribute('data-waits'), { n: rest }));
    note.hidden = !list.length;
    words.textContent = said.shift() || '';
    said.reverse().forEach(function (text) {
      var more = document.createElement('p');
      more.setAttribute('data-more', '');
      more.textContent = text;
      words.after(more);
    });
    if (drop) drop.hidden = !refused.length;
  };
  var address = function (url) { return new URL(url, location.href).pathname; };
  var taskOf = function (path) { return path.replace(/^\/en(?=\/)/, '').replace(/\/(now|check-in|check-out)$/, ''); };
  // Signed in to the task of this page, and not told to anybody yet.
  var signedIn = function () {
    return waiting().filter(function (one) {
      return pending(one) && /\/check-in$/.test(address(one.to)) && taskOf(address(one.to)) === taskOf(location.pathname);
    })[0];
  };
  // What would be refused for being empty is said at once: later its time would be lost.
  var lacks = function (form) {
    var box = form.querySelector('[data-empty]'), any = false;
    if (!box) return false;
    var before = signedIn(), since = Number(form.getAttribute('data-since')) || (before && before.at ? new Date(before.at).getTime() : 0);
    var brief = since && Date.now() - since < form.getAttribute('data-shortest') * 60000;
    var filled = function (name) {
      return Array.prototype.some.call(form.elements, function (field) {
        if (field.name !== name) return false;
        if (/^(checkbox|radio)$/.test(field.type)) return field.checked;
        return name === 'code' ? /^\d{6,8}$/.test(field.value.normalize('NFKC').replace(/[\s-]/g, '')) : !!field.value.trim();
      });
    };
    Array.prototype.forEach.call(box.querySelectorAll('[data-needs]'), function (line) {
      line.hidden = line.getAttribute('data-needs').split(' ').some(filled) || (line.hasAttribute('data-unless-brief') && brief);
      any = any || !line.hidden;
    });
    box.hidden = !any;
    if (any) box.focus();
    return any;
  };
  var wait = function (form) {
    if (lacks(form)) { form.removeAttribute('data-sent'); return; }
    var fields = new URLSearchParams(new FormData(form)), at = new Date().toISOString();
    var button = form.querySelector('[type=submit]'), head = document.querySelector('h1');
    var what = [head, button].map(function (part) { return part ? part.textContent.trim() : ''; }).filter(Boolean).join(' · ');
    fields.append('device_at', at);
    tell(waiting().concat([{ to: form.action, page: location.pathname, body: fields.toString(), at: at, what: what }]));
    goOn();
    // A page from the phone says little of the network: it may be back.
    if (kept) deliver();
  };
  // A phone with bars says that it is online; whether anybody answers is seen by asking.
  var reached = function () {
    var late = new Promise(function (done, failed) { setTimeout(failed, 6000); });
    return Promise.race([late, fetch('/healthz', { cache: 'no-store' }).then(function (answer) {
      if (!answer.ok || answer.redirected) throw new Error('somebody else answers');
    })]);
  };
  // Who has signed in and waits for a network can go on to signing out.
  var goOn = function () {
    all('[data-when-waiting]').forEach(function (part) { part.hidden = !signedIn(); });
    all('[data-unless-waiting]').forEach(function (part) { part.hidden = !!signedIn(); });
  };
  // How many were sent since it was said last.
  var done = document.querySelector('[data-delivered]');
  var saySent = function () {
    var count = tab && tab.getItem('delivered');
    if (!count || !done || waiting().some(pending)) return;
    tab.removeItem('delivered');
    var words = done.querySelector('p');
    words.textContent = fill(words.getAttribute('data-words'), { n: count });
    done.hidden = false;
  };
  var why = function (text) {
    var faults = new DOMParser().parseFromString(text, 'text/html').querySelectorAll('.errors li');
    return Array.prototype.map.call(faults, function (fault) { return fault.textContent.trim(); }).join(' ');
  };
  var sending = false;
  var deliver = function () {
    var next = waiting().filter(pending)[0];
    if (!next || sending || !navigator.onLine) return;
    sending = true;
    fetch(next.to, { method: 'POST', body: new URLSearchParams(next.body) }).then(function (answer) {
      // Signed out meanwhile, or the server cannot now: it goes on waiting.
      if (/\/login/.test(answer.url) || answer.status >= 500 || answer.status === 429) { sending = false; return null; }
      return (answer.ok ? Promise.resolve('') : answer.text()).then(function (text) {
        sending = false;
        var list = waiting(), first = list.map(pending).indexOf(true);
        if (answer.ok) {
          // What was refused before has been written down anew with this.
          list = list.filter(function (one, at) { return at !== first && !(one.refused && one.to === next.to); });
          if (tab) tab.setItem('delivered', Number(tab.getItem('delivered') || 0) + 1);
        } else {
          list[first].refused = true;
          list[first].why = why(text);
        }
        tell(list);
        goOn();
        if (!answer.ok) return;
        // The page of the same task tells what is so now.
        if (!list.some(pending) && taskOf(location.pathname) === taskOf(next.page)) { location.reload(); return; }
        saySent();
        deliver();
      });
    }).catch(function () { sending = false; });
  };
  if (store && window.fetch && window.URLSearchParams && note) {
    tell(waiting());
    var drop = note.querySelector('[data-drop] button');
    if (drop) drop.addEventListener('click', function () { tell(waiting().filter(pending)); });
    saySent();
    window.addEventListener('online', deliver);
    // No browser says when a network that was there all along carries again.
    setInterval(deliver, 20000);
    goOn();
    deliver();
  }

  if (kept) {
    all('[data-kept-at]').forEach(function (part) {
      var words = part.querySelector('p');
      words.textContent = fill(words.getAttribute('data-words'), { time: clock(kept, {}) });
      part.hidden = false;
    });
    // What cannot wait is not offered.
    all('form:not([data-outbox]), [data-online]').forEach(function (part) { part.hidden = true; });
    all('details').forEach(function (part) { part.hidden = !!part.querySelector('form') && !part.querySelector('form:not([hidden])'); });
  }

  var working = 0;
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (form.method !== 'post') return;
    if (form.getAttribute('data-sent') || working > 0) { event.preventDefault(); return; }
    if (note && store && window.fetch && form.hasAttribute('data-outbox')) {
      event.preventDefault();
      form.setAttribute('data-sent', '1');
      if (kept || !navigator.onLine) wait(form);
      else reached().then(function () { form.submit(); }, function () { wait(form); });
      return;
    }
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
  window.addEventListener('pageshow', function () {
    var taken = null;
    try { taken = JSON.parse(tab.getItem('done')); } catch (e) { /* nothing was taken */ }
    if (taken) all('form').filter(function (form) { return form.getAttribute('action') === taken.to; }).forEach(function (form) {
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
