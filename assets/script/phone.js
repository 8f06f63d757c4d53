// Keeping the pages of one's task on the phone (offline.js does it): offered where a phone can. Everything works without this file.
(function () {
  'use strict';
  var all = function (selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); };
  var store = null;
  try { store = window.localStorage; } catch (e) { /* keeps nothing */ }
  var kept = document.documentElement.getAttribute('data-kept');
  var workers = window.caches && window.isSecureContext ? navigator.serviceWorker : null;
  var ask = function (message) {
    return workers.register('/offline.js').then(function () { return workers.ready; }).then(function (registration) {
      return new Promise(function (done, failed) {
        var channel = new MessageChannel();
        channel.port1.onmessage = function (answer) { if (answer.data) done(); else failed(); };
        registration.active.postMessage(message, [channel.port2]);
      });
    });
  };
  var wanted = function () { return store && store.getItem('offline') === '1'; };
  if (workers && store && !kept) all('[data-phone]').forEach(function (part) {
    var button = part.querySelector('button'), said = part.querySelector('[role=status]');
    var pages = (part.getAttribute('data-pages') || '').split(' ').filter(Boolean);
    var show = function (key) {
      part.hidden = !pages.length && !wanted();
      // Never empty: what is met says something.
      said.textContent = said.getAttribute('data-' + (key || (wanted() ? 'kept' : 'none')));
      button.querySelector('span').textContent = button.getAttribute(wanted() ? 'data-remove' : 'data-add');
    };
    var keep = function () {
      show('busy');
      return ask({ pages: pages.map(function (page) { return page.split('|'); }), title: encodeURIComponent(part.getAttribute('data-title')) })
        .then(function () { show('kept'); }, function () { show('failed'); });
    };
    show('');
    if (wanted() && pages.length) keep();
    button.addEventListener('click', function () {
      if (!wanted()) { store.setItem('offline', '1'); keep(); return; }
      store.removeItem('offline');
      ask({ drop: true }).then(function () { show('removed'); list(); }, function () { show('failed'); });
    });
  });
  // What lies on this phone.
  var list = function () {
    all('[data-kept-list]').forEach(function (part) {
      caches.open('helin-kept').then(function (cache) {
        return cache.keys().then(function (keys) {
          return Promise.all(keys.map(function (key) {
            var path = new URL(key.url).pathname;
            if (!/\/tasks\/[^\/]+$/.test(path)) return null;
            return cache.match(key).then(function (copy) {
              if (Number(copy.headers.get('x-until')) < Date.now()) return null;
              var item = document.createElement('li'), link = document.createElement('a');
              link.href = path;
              link.textContent = decodeURIComponent(copy.headers.get('x-title'));
              item.appendChild(link);
              return item;
            });
          }));
        });
      }).then(function (items) {
        items = items.filter(Boolean);
        part.textContent = '';
        items.forEach(function (item) { part.appendChild(item); });
        part.hidden = !items.length;
        all('[data-kept-none]').forEach(function (none) { none.hidden = items.length > 0; });
      });
    });
  };
  if (workers) list();
})();
