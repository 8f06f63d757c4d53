// The pages that the matrix visits: `roles` who see it (everybody when left out), `public` when nobody needs to sign in,
// `follow` a link on the page whose target is meant, `total` its limit in KB over the wire (60 when left out).
const STAFF = ['social_worker', 'call_taker'];

export const ROUTES = [
  { path: '/', public: true },
  { path: '/help', public: true },
  { path: '/help-me', public: true },
  { path: '/login', public: true },
  { path: '/report', public: true, total: 100 },
  { path: '/c', public: true },
  { path: '/help/new/who', roles: ['resident'] },
  { path: '/tasks', roles: ['volunteer'] },
  { path: '/tasks', roles: ['volunteer'], follow: 'main a[href*="/tasks/"]' },
  { path: '/me/hours', roles: ['volunteer'] },
  { path: '/me/volunteer', roles: ['volunteer'] },
  { path: '/me/cards', roles: ['resident'] },
  { path: '/me/family', roles: ['resident'] },
  { path: '/me/consents', roles: ['resident'] },
  { path: '/cards', roles: ['community_worker'] },
  { path: '/people', roles: ['community_worker'] },
  { path: '/people', roles: ['administrator'], follow: 'main a[href*="/people/per_"]' },
  { path: '/organisations', roles: ['community_worker'] },
  { path: '/places/371722003003', roles: ['community_worker', 'administrator'] },
  { path: '/me/password', roles: ['social_worker'] },
  { path: '/desk', roles: STAFF, total: 150 },
  { path: '/desk', roles: ['social_worker'], follow: 'main a[href*="/desk/"]', total: 150 },
  { path: '/desk/call', roles: ['call_taker'], total: 150 },
];
