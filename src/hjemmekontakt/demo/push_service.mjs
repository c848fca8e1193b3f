// The demo's push service with its browsers: takes over pushes as RFC 8030 says, checks who sends (RFC 8292), opens what
// is sealed (RFC 8291) as a browser would, and shows it. Node's own cryptography only: nothing of ours checks itself.
//
//   node push_service.mjs PORT        0 takes a free one; the port is written to standard output when it is ready
//
// GET    /nettleser/<name>   the subscription of a browser of that name, as a browser gives it to a page
// POST   /push/<name>        a push to it: 201, or 400, 403, 410 as a real service answers
// DELETE /push/<name>        that browser does not want any more: 410 from now on
// GET    /varsler            what the browsers show, oldest first; the same Topic takes the place of what came before
// DELETE /varsler            nothing is shown, and every browser wants again
// POST   /svar               {"status": 429, "headers": {"Retry-After": "120"}, "next": 2}: so the next pushes are answered;
//                            {"status": 503, "to": "phone"}: so all are to this browser, until everything is begun again
// GET    /                   the same, for people
import { createDecipheriv, createECDH, createHash, createPublicKey, hkdfSync, verify } from 'node:crypto';
import { createServer } from 'node:http';

const DAY = 24 * 60 * 60;
const LONGEST = 4096;
const browsers = new Map();
let shown = [];
let unwanted = new Set();
let answers = [];
const always = new Map();

// A browser of the same name has the same keys also when the demo is started again.
function browserOf(name) {
  if (!browsers.has(name)) {
    const ecdh = createECDH('prime256v1');
    ecdh.setPrivateKey(createHash('sha256').update(`hjemmekontakt demo browser ${name}`).digest());
    browsers.set(name, { ecdh, auth: createHash('sha256').update(`auth ${name}`).digest().subarray(0, 16) });
  }
  return browsers.get(name);
}

const derived = (secret, salt, info, length) => Buffer.from(hkdfSync('sha256', secret, salt, info, length));

function opened(body, { ecdh, auth }) {
  const [salt, record, length] = [body.subarray(0, 16), body.readUInt32BE(16), body[20]];
  const sender = body.subarray(21, 21 + length);
  const sealed = body.subarray(21 + length);
  if (length !== 65 || sealed.length > record) throw new Error('not one record of aes128gcm');
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), ecdh.getPublicKey(), sender]);
  const secret = derived(ecdh.computeSecret(sender), auth, info, 32);
  const key = derived(secret, salt, 'Content-Encoding: aes128gcm\0', 16);
  const nonce = derived(secret, salt, 'Content-Encoding: nonce\0', 12);
  const decipher = createDecipheriv('aes-128-gcm', key, nonce);
  decipher.setAuthTag(sealed.subarray(-16));
  const filled = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  const end = filled.findLastIndex((byte) => byte !== 0);
  if (filled[end] !== 2) throw new Error('not the last record');
  return JSON.parse(filled.subarray(0, end).toString('utf8'));
}

function whyNotSender(header, origin) {
  const [, token, key] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(header ?? '') ?? [];
  if (!token) return 'no VAPID';
  const [head, claims, signature] = token.split('.');
  const read = (part) => JSON.parse(Buffer.from(part, 'base64url'));
  const point = Buffer.from(key, 'base64url');
  const jwk = { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') };
  const is = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' };
  const { aud, exp, sub } = read(claims);
  const now = Date.now() / 1000;
  if (read(head).alg !== 'ES256') return 'not ES256';
  if (!verify('sha256', Buffer.from(`${head}.${claims}`), is, Buffer.from(signature, 'base64url'))) return 'not signed by k';
  if (aud !== origin) return `meant for ${aud}`;
  if (!(exp > now && exp <= now + DAY)) return 'runs out too late, or has';
  return /^(mailto:|https:)/.test(sub ?? '') ? null : 'no contact';
}

function push(name, request, body, origin) {
  if (answers.length) return answers.shift();
  if (unwanted.has(name)) return { status: 410 };
  if (always.has(name)) return always.get(name);
  let why;
  try {
    why = whyNotSender(request.headers.authorization, origin);
  } catch (problem) {
    why = String(problem);
  }
  if (why) return { status: 403, said: { why } };
  const { ttl, topic, urgency, 'content-encoding': encoding } = request.headers;
  if (!/^\d+$/.test(ttl ?? '') || encoding !== 'aes128gcm' || !/^[\w-]{0,32}$/.test(topic ?? '')) return { status: 400 };
  if (body.length > LONGEST) return { status: 413 };
  try {
    const notice = { to: name, ...opened(body, browserOf(name)), ttl: Number(ttl), topic, urgency, bytes: body.length };
    shown = [...shown.filter((each) => !topic || each.to !== name || each.topic !== topic), notice];
  } catch {
    return { status: 400 };
  }
  return { status: 201, headers: { Location: `${origin}/m/${shown.length}` } };
}

function doors(request, body, origin) {
  const [, area, name = ''] = request.url.split('/');
  const where = `${request.method} /${area}`;
  if (where === 'POST /push') return push(name, request, body, origin);
  if (where === 'DELETE /push') return { status: 204, done: unwanted.add(name) };
  if (where === 'GET /varsler') return { status: 200, said: shown };
  if (where === 'DELETE /varsler') {
    [shown, unwanted, answers] = [[], new Set(), []];
    always.clear();
    return { status: 204 };
  }
  if (where === 'POST /svar') {
    const { next, to, ...answer } = JSON.parse(body);
    if (to) always.set(to, answer);
    else answers = Array(next).fill(answer);
    return { status: 204 };
  }
  if (where === 'GET /nettleser') {
    const { ecdh, auth } = browserOf(name);
    const [p256dh, secret] = [ecdh.getPublicKey(), auth].map((bytes) => bytes.toString('base64url'));
    return { status: 200, said: { endpoint: `${origin}/push/${name}`, p256dh, auth: secret } };
  }
  return where === 'GET /' && !name ? { status: 200, page: page() } : { status: 404 };
}

const safe = (text) => String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

function page() {
  const list = shown.toReversed().map(({ to, title, body }) => `<li><strong>${safe(title)}</strong>: ${safe(body)} (${safe(to)})</li>`);
  return `<!doctype html><html lang="nb"><meta charset="utf-8"><title>Varsler i nettlesere</title>
<h1>Varsler i nettlesere</h1><p>Slik vises de på skjermen. Last siden på nytt for å se nye.</p><ul>${list.join('') || '<li>Ingen ennå.</li>'}</ul></html>`;
}

const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const { status, headers = {}, said, page: html } = doors(request, Buffer.concat(parts), `http://${request.headers.host}`);
    const kind = html ? 'text/html; charset=utf-8' : 'application/json';
    response.writeHead(status, { 'Content-Type': kind, 'Cache-Control': 'no-store', ...headers });
    response.end(html ?? (said === undefined ? '' : JSON.stringify(said)));
  });
});
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));
server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log(server.address().port));
