#!/usr/bin/env node
// Stands in for the program in the tests of the harness: takes `demo --data DIR --listen ADDR`, serves fixture pages,
// signs people in with a code from its outbox.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const option = (name) => process.argv[process.argv.indexOf(`--${name}`) + 1];
const [host, port] = option('listen').split(':');
const PHONE = '13800000001';
writeFileSync(join(option('data'), 'demo-accounts.json'), JSON.stringify(
  [{ role: 'volunteer', name: '甲', place: '371722003003', phone: PHONE, token: 'none' }]));

const POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'";
const sent = [];
const signedIn = (request) => /session=volunteer/.test(request.headers.cookie ?? '');
const setting = (request, name) => new RegExp(`${name}=(\\w+)`).exec(request.headers.cookie ?? '')?.[1];

function frame(request, { title, main }) {
  const english = request.url.startsWith('/en');
  return `<!doctype html><html lang="${english ? 'en' : 'zh-CN'}" data-size="${setting(request, 'size') ?? 'normal'}"><head>
    <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title} - Helin</title><link rel="stylesheet" href="/good.css"></head><body>
    <a class="skip" href="#main">${english ? 'Skip to content' : '跳到正文'}</a>
    <header><p>Helin</p></header><main id="main" tabindex="-1"><h1>${title}</h1>${main}</main>
    <footer><p>${english ? 'Questions?' : '有问题？'} <a href="tel:05300000000">0530-0000000</a></p></footer></body></html>`;
}

async function body(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return new URLSearchParams(text);
}

function answer(response, status, text, headers = {}) {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY, ...headers });
  response.end(text);
}

const field = (name, label, complete) => `<form method="post"><p><label for="f">${label}</label></p>
  <p><input id="f" name="${name}" type="text" inputmode="numeric" autocomplete="${complete}"></p><p><button>继续办理</button></p></form>`;

// A form that was refused, and says so.
const refused = `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>错误：登录 - Helin</title></head><body><main>
  <div id="errors" tabindex="-1" role="alert"><a href="#phone">请填手机号</a></div><h1>登录</h1>
  <label for="phone">手机号</label><p id="phone-error">错误：请填手机号</p>
  <input id="phone" aria-invalid="true" aria-describedby="phone-error"></main><script src="/focus.js"></script></body></html>`;

async function handle(request, response) {
  const url = new URL(request.url, 'http://fixture');
  const path = url.pathname.replace(/^\/en(?=\/)/, '');
  if (path === '/readyz') return answer(response, 200, 'ready');
  if (path === '/good.css') {
    return answer(response, 200, readFileSync(join(import.meta.dirname, 'good.css')), { 'content-type': 'text/css' });
  }
  if (path.startsWith('/settings/')) {
    const name = path.split('/').at(-1);
    return answer(response, 303, '', { location: '/', 'set-cookie': `${name}=${url.searchParams.get(name)}; Path=/` });
  }
  if (path === '/login' && request.method === 'POST') {
    sent.unshift({ to: (await body(request)).get('phone'), code: String(100000 + sent.length * 7919) });
    return answer(response, 303, '', { location: '/login/code' });
  }
  if (path === '/login') return answer(response, 200, frame(request, { title: '登录', main: field('phone', '手机号', 'tel') }));
  if (path === '/login/code' && request.method === 'POST') {
    const right = sent[0]?.code === (await body(request)).get('code');
    return answer(response, 303, '', right ? { location: '/mine', 'set-cookie': 'session=volunteer; Path=/' } : { location: '/login/code' });
  }
  if (path === '/login/code') return answer(response, 200, frame(request, { title: '验证码', main: field('code', '六位数字', 'one-time-code') }));
  if (path === '/demo/outbox') {
    // To each phone something else was sent since: it is not what one signs in with.
    const list = sent.map(({ to, code }) => `<li data-to="${to}">您的求助收到了</li><li data-to="${to}" data-code="${code}">${code}</li>`).join('');
    return answer(response, 200, frame(request, { title: '已发短信', main: `<ul>${list}</ul>` }));
  }
  if (path === '/mine') {
    return signedIn(request) ? answer(response, 200, frame(request, { title: '我的', main: '<p>甲，您好。</p>' })) : answer(response, 403, frame(request, { title: '请先登录', main: '<p>请先登录。</p>' }));
  }
  if (path === '/broken') return answer(response, 500, frame(request, { title: '出错了', main: '<p>请打电话。</p>' }));
  if (path === '/bad') return answer(response, 200, readFileSync(join(import.meta.dirname, 'bad.html')), { 'content-security-policy': "default-src * 'unsafe-inline'" });
  if (path === '/refused') return answer(response, 422, refused);
  if (path === '/focus.js') return answer(response, 200, "document.getElementById('errors').focus()", { 'content-type': 'text/javascript' });
  if (path === '/heavy.js') return answer(response, 200, `/* ${'x'.repeat(80_000)} */`, { 'content-type': 'text/javascript' });
  if (path === '/') return answer(response, 200, readFileSync(join(import.meta.dirname, request.url.startsWith('/en') ? 'good.en.html' : 'good.html')).toString()
    .replace('data-size="normal"', `data-size="${setting(request, 'size') ?? 'normal'}"`));
  return answer(response, 404, frame(request, { title: '没有这一页', main: '<p>请回首页。</p>' }));
}

createServer((request, response) => handle(request, response).catch((error) => answer(response, 500, error.message)))
  .listen(Number(port), host);
process.on('SIGTERM', () => process.exit(0));
