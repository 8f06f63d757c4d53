// Every page of the program, by its pattern (`page`): a test of the routes asks for each. Pages without `key` are looked at
// once, on the narrowest phone; the key pages at every width and in every mode.
//
// `path` is the address, or says it from what happened before (lib/scene.mjs); left out, it is the pattern. `follow` is a
// link on that page whose target is meant. `roles`: who looks at it (nobody in particular when left out). `public`: it is
// open to everybody, and shows no number of a person. `sheet`: it is paper of this size. `status`: what it answers, unless
// 200. `without`: a check that it does not pass, as docs/forty-tests.md says. `like`: the page with which it shares its
// title. `total`: its limit in KB over the wire (60 when left out).
const STAFF = ['social_worker', 'call_taker'];
const DESK = 150;

export const ROUTES = [
  // For everybody
  { page: '/', public: true, key: true },
  { page: '/', roles: ['resident'] },
  { page: '/help', public: true, key: true },
  { page: '/hazard', public: true },
  { page: '/help-me', public: true },
  { page: '/login', public: true, key: true },
  { page: '/login/staff', public: true },
  { page: '/login/code', path: '/login', press: { phone: '13800000002' }, public: true },
  { page: '/places', path: '/places?to=/help/new/where', public: true },
  { page: '/places/{id}', path: '/places/371722003003', public: true },
  { page: '/places/{id}', path: '/places/371722003003', roles: ['administrator'] },
  { page: '/report', public: true, key: true, total: 100 },
  { page: '/report/print', public: true, sheet: 'a4' },
  { page: '/report/{measure}', path: '/report/needs_raised', public: true, key: true, total: 100 },
  { page: '/report/{measure}/records', path: '/report/needs_raised/records', public: true },
  { page: '/t', public: true },
  { page: '/t/{code}', path: (s) => `/t/${s.asked}`, public: true },
  { page: '/verify', public: true },
  { page: '/c', public: true },
  { page: '/c/{shown}', path: (s) => `/c/${s.card}`, public: true },
  { page: '/demo/outbox' },
  // What answers that something is not there, or not for this person
  { page: '', path: '/nowhere', public: true, status: 404 },
  { page: '', path: '/cards', roles: ['resident'], status: 403 },
  // Asking for help
  { page: '/help/new/{page}', path: '/help/new/who', roles: ['resident'], key: true },
  { page: '/help/new/{page}', path: '/help/new/what', roles: ['resident'], key: true },
  { page: '/help/new/{page}', path: '/help/new/where', roles: ['resident'] },
  { page: '/hazard/new', roles: ['resident'], key: true },
  { page: '/c/{shown}/help', path: (s) => `/c/${s.card}/help`, roles: ['resident 2'] },
  { page: '/help/{code}', path: (s) => `/help/${s.asked}`, roles: ['resident'], key: true },
  { page: '/help/{code}/withdraw', path: (s) => `/help/${s.asked}/withdraw`, roles: ['resident'] },
  { page: '/me', roles: ['resident'] },
  { page: '/me/readers', roles: ['resident'] },
  { page: '/me/cards', roles: ['resident'] },
  { page: '/me/family', roles: ['resident'] },
  { page: '/me/consents', roles: ['resident'] },
  { page: '/me/data', roles: ['resident'] },
  { page: '/me/data/copy', roles: ['resident'], sheet: 'a4' },
  { page: '/people/{id}/erase', path: (s) => `/people/${s.resident}/erase`, roles: ['resident'] },
  { page: '/me/sessions', roles: ['resident'] },
  { page: '/me/tokens', roles: ['social_worker'] },
  { page: '/me/password', roles: ['social_worker'] },
  { page: '/mandates/{id}/slip', path: (s) => `/mandates/${s.mandate}/slip`, roles: ['resident'], sheet: 'a5' },
  // Volunteering
  { page: '/me/volunteer', roles: ['volunteer'] },
  { page: '/tasks', roles: ['volunteer'], key: true },
  { page: '/tasks/{code}', path: (s) => `/tasks/${s.ahead}`, roles: ['volunteer'], key: true },
  { page: '/tasks/{code}/now', path: (s) => `/tasks/${s.now}/now`, roles: ['department_clerk 2'], key: true },
  { page: '/tasks/{code}/check-out', path: (s) => `/tasks/${s.now}/check-out`, roles: ['department_clerk 2'] },
  { page: '/in/{token}', path: (s) => `/in/${s.token}`, roles: ['volunteer'] },
  { page: '/out/{token}', like: '/tasks/{code}/check-out', path: (s) => `/out/${s.token}`, roles: ['volunteer'] },
  { page: '/team', roles: ['team_leader'] },
  { page: '/me/hours', roles: ['volunteer 2'], key: true },
  { page: '/me/hours/late', roles: ['volunteer'] },
  { page: '/me/records/{id}', path: '/me/hours', follow: 'main a[href*="/me/records/"]', roles: ['volunteer 2'] },
  { page: '/me/certificates', roles: ['volunteer'] },
  // The desk
  { page: '/desk', roles: STAFF, key: true, total: DESK },
  { page: '/desk/{code}', path: (s) => `/desk/${s.asked}`, roles: ['social_worker'], key: true, total: DESK },
  { page: '/desk/{code}/assign', path: (s) => `/desk/${s.dispatched}/assign`, roles: ['social_worker'], total: DESK },
  { page: '/tasks/{code}/assign', like: '/desk/{code}/assign', path: (s) => `/tasks/${s.ahead}/assign`, roles: ['social_worker'], key: true, total: DESK },
  { page: '/tasks/{code}/attendance', path: (s) => `/tasks/${s.ahead}/attendance`, roles: ['social_worker'], total: DESK },
  { page: '/tasks/{code}/sheet', path: (s) => `/tasks/${s.ahead}/sheet`, roles: ['social_worker'], sheet: 'a5' },
  { page: '/tasks/{code}/sign-in-sheet', path: (s) => `/tasks/${s.ahead}/sign-in-sheet`, roles: ['social_worker'], sheet: 'a4' },
  { page: '/desk/{code}/photo/{file}/cover', path: (s) => `/desk/${s.hazard}`, follow: 'main a[href*="/cover"]', roles: ['grid_member'], total: DESK,
    // At 320 px the square at the edge of the region that scrolls may be cut by some pixels when it has the focus.
    without: 'keyboardWalk' },
  { page: '/handling', roles: ['grid_member'], key: true, total: DESK },
  { page: '/desk/call', roles: ['call_taker'], key: true, total: DESK },
  { page: '/desk/call/{code}', path: (s) => `/desk/call/${s.called}`, roles: ['call_taker'], total: DESK },
  { page: '/desk/handover', roles: ['social_worker'], total: DESK },
  { page: '/desk/handover/{id}', path: (s) => `/desk/handover/${s.handover}`, roles: ['call_taker'], total: DESK },
  { page: '/desk/handover/{id}/sheet', path: (s) => `/desk/handover/${s.handover}/sheet`, roles: ['call_taker'], sheet: 'a4' },
  { page: '/desk/confirm', roles: ['community_worker'], key: true, total: DESK },
  { page: '/desk/reviews', roles: ['social_worker'], total: DESK },
  { page: '/desk/reviews/{id}', path: (s) => `/desk/reviews/${s.review}`, roles: ['social_worker'], total: DESK },
  { page: '/desk/certificates', roles: ['community_worker'], total: DESK },
  // The register
  { page: '/people', roles: ['community_worker'], key: true, total: DESK },
  { page: '/people/new', roles: ['community_worker'], total: DESK },
  { page: '/people/{id}', path: (s) => `/people/${s.resident}`, roles: ['community_worker'], total: DESK },
  { page: '/people/{id}/edit', path: (s) => `/people/${s.resident}/edit`, roles: ['community_worker'], total: DESK },
  { page: '/people/{id}/cards', path: (s) => `/people/${s.resident}/cards`, roles: ['community_worker'], total: DESK },
  { page: '/people/{id}/mandates', path: (s) => `/people/${s.resident}/mandates`, roles: ['community_worker'], total: DESK },
  { page: '/people/{id}/access', path: (s) => `/people/${s.resident}/access`, roles: ['administrator'], total: DESK },
  { page: '/people/{id}/certificates', path: (s) => `/people/${s.volunteer}/certificates`, roles: ['community_worker'], total: DESK },
  { page: '/organisations', roles: ['community_worker'], total: DESK },
  { page: '/organisations/new', roles: ['community_worker'], total: DESK },
  { page: '/organisations/{id}', path: '/organisations', follow: 'main a[href*="/organisations/org_"]', roles: ['community_worker'], total: DESK },
  { page: '/cards', roles: ['community_worker'], total: DESK },
  { page: '/imports', roles: ['community_worker'], total: DESK },
  { page: '/imports/{id}', path: (s) => s.brought, roles: ['community_worker'], total: DESK },
];

// Addresses that are not a page of their own, and pages that the stories hold where they come up.
export const ELSEWHERE = {
  '/help/new': 'leads on to the first question',
  '/join': 'held in start: it needs a new phone',
  '/help/new/check': 'held in j1-help: it needs everything before it',
  '/report/{measure}/table.csv': 'a file',
  '/imports/template/{intake}': 'a file',
  '/imports/{id}/refused': 'a file',
  '/desk/{code}/photo/{file}': 'a photo',
  '/help/{code}/photos/{id}': 'a photo',
  '/help/draft/{kind}/photos/{id}': 'a photo',
  '/certificates/{id}': 'held in j3-certificate, on paper too',
  '/certificates/{id}/revocation': 'held in j3-certificate',
  '/verify/{code}': 'held in j3-certificate',
};
