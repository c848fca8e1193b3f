// The test identity provider: a real OpenID Connect provider that behaves as ID-porten does.
//
//   node provider.mjs CONFIG.json        or        HK_TEST_PROVIDER=CONFIG.json node provider.mjs
//
// CONFIG.json (made by `configuration(...)` in this folder's __init__.py):
// {
//   "issuer": "http://127.0.0.1:8001",      what tokens carry as `iss`; the addresses in the metadata start with it
//   "host": "127.0.0.1", "port": 8001,      where it listens: loopback only
//   "cookie_suffix": "8001",                ends each cookie's name: two providers on one host share cookies
//   "secret": "…",                          signs the cookies and makes subject identifiers
//   "jwks": {"keys": [private RSA JWK with kid, "alg": "RS256", "use": "sig"]},
//   "persons": [{"key": "astrid", "name": "Astrid Berg", "national_id": "…", "role": "citizen" or "employee"}],
//   "clients": [{"client_id": "…", "client_name": "…", "jwks": {"keys": [public JWK]}, "redirect_uris": ["…"],
//                "post_logout_redirect_uris": ["…"], "frontchannel_logout_uri": "…"}]
// }
//
// As in ID-porten: pushed authorisation requests and PKCE (S256) are required, clients answer for themselves by
// private_key_jwt with the issuer as audience, only the code flow exists, and the ID token carries iss aud sub
// (pairwise) pid acr amr auth_time iat exp nonce locale sid jti. A session ends after 30 idle minutes and after 120 in
// all. A session at a lower level than the one asked for leads to a new log-in; the level the tester then chooses is
// the one in the token.
// GET /healthz answers 200 when it is ready. Nothing is kept on disk and no identity number is written to any log.
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { Provider, interactionPolicy } from 'oidc-provider';
import MemoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js';

import {
  confirmLogOut, logIn, loggedOut, show, trouble,
} from './pages.mjs';

const config = JSON.parse(readFileSync(process.argv[2] ?? process.env.HK_TEST_PROVIDER, 'utf8'));

const LEVELS = ['idporten-loa-low', 'idporten-loa-substantial', 'idporten-loa-high'];
const LOCALES = ['nb', 'nn', 'en', 'se'];
const [IDLE, LONGEST] = [30 * 60, 120 * 60];
const LOG_IN = '/innlogging/';

const seal = (...parts) => createHmac('sha256', config.secret).update(parts.join('\n')).digest('base64url');
const origins = (uris) => [...new Set(uris.filter(Boolean).map((uri) => new URL(uri).origin))];

// ---- Persons: an account's id is sealed, so that no identity number reaches a log, a cookie or an address

const accounts = new Map();
const localeOfCode = new Map();

function remember(nationalId) {
  const accountId = seal('account', nationalId);
  accounts.set(accountId, nationalId);
  return accountId;
}

function whyNotPerson(form) {
  const typed = (form.get('national_id') ?? '').replace(/\s/g, '');
  if (!/^\d{11}$/.test(typed)) return 'Skriv et fødselsnummer med 11 siffer.';
  const month = Number(typed.slice(2, 4));
  if (month < 81 || month > 92) return 'Nummeret må være syntetisk: måneden skal være lagt til 80.';
  return null;
}

async function findAccount(ctx, accountId, token) {
  const pid = accounts.get(accountId);
  if (!pid) return undefined;
  return {
    accountId,
    async claims() {
      const session = token?.sessionUid ? await provider.Session.findByUid(token.sessionUid) : undefined;
      return {
        sub: accountId,
        pid,
        locale: localeOfCode.get(token?.jti) ?? 'nb',
        jti: randomUUID(),
        sid: session?.sidFor(token.clientId),
      };
    },
  };
}

async function grantAtOnce(ctx) {
  const grant = new provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
  grant.addOIDCScope(ctx.oidc.params.scope);
  await grant.save();
  return grant;
}

// ---- When a person must log in anew

function needsNewLogIn({ oidc }) {
  if (!oidc.session.accountId || oidc.result?.login) return false;
  const asked = (oidc.params.acr_values ?? '').split(' ').map((level) => LEVELS.indexOf(level)).filter((at) => at >= 0);
  const tooLow = asked.length > 0 && LEVELS.indexOf(oidc.session.acr) < Math.min(...asked);
  return tooLow || oidc.session.past(LONGEST);
}

const policy = interactionPolicy.base();
policy.remove('consent');
policy.get('login').checks.add(
  new interactionPolicy.Check('level_or_age', 'a new log-in is needed', needsNewLogIn),
);

// ---- The provider

class Memory extends MemoryAdapter {}

const provider = new Provider(config.issuer, {
  adapter: Memory,
  acrValues: LEVELS,
  claims: { openid: ['sub', 'pid', 'acr', 'amr', 'auth_time', 'locale', 'sid', 'jti'], profile: [] },
  clients: config.clients.map((client) => ({
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'RS256',
    subject_type: 'pairwise',
    require_auth_time: true,
    ...client,
  })),
  clientAuthMethods: ['private_key_jwt'],
  clientBasedCORS: () => false,
  cookies: {
    keys: [config.secret],
    names: {
      session: `testid_session_${config.cookie_suffix}`,
      interaction: `testid_login_${config.cookie_suffix}`,
      resume: `testid_resume_${config.cookie_suffix}`,
    },
  },
  discovery: {
    ui_locales_supported: LOCALES,
    frontchannel_logout_supported: true,
    frontchannel_logout_session_supported: true,
  },
  enabledJWA: {
    clientAuthSigningAlgValues: ['RS256'],
    idTokenSigningAlgValues: ['RS256'],
    userinfoSigningAlgValues: ['RS256'],
  },
  assertJwtClientAuthClaimsAndHeader(ctx, claims) {
    if (claims.aud !== config.issuer) throw new Error('the audience must be the issuer');
    if (!(claims.exp - claims.iat <= 120)) throw new Error('the assertion lives too long');
  },
  extraClientMetadata: { properties: ['frontchannel_logout_uri', 'frontchannel_logout_session_required'] },
  features: {
    devInteractions: { enabled: false },
    pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
    resourceIndicators: { enabled: false },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource() {},
      postLogoutSuccessSource: (ctx) => show(ctx, loggedOut({ frames: [] })),
    },
  },
  findAccount,
  interactions: { policy, url: (ctx, interaction) => `${LOG_IN}${interaction.uid}` },
  jwks: config.jwks,
  loadExistingGrant: grantAtOnce,
  pairwiseIdentifier: (ctx, accountId, client) => seal('sub', client.clientId, accountId),
  pkce: { required: () => true },
  renderError(ctx, out) {
    show(ctx, trouble({ error: out.error, description: out.error_description }), { status: ctx.status });
  },
  responseTypes: ['code'],
  routes: {
    authorization: '/authorize',
    pushed_authorization_request: '/par',
    token: '/token',
    userinfo: '/userinfo',
    jwks: '/jwks',
    end_session: '/logout',
  },
  scopes: ['openid', 'profile'],
  subjectTypes: ['pairwise'],
  ttl: {
    AccessToken: 120, AuthorizationCode: 60, Grant: LONGEST, IdToken: 120, Interaction: 30 * 60, Session: IDLE,
  },
});

provider.on('authorization.success', (ctx, out) => {
  if (!out?.code) return;
  const wanted = (ctx.oidc.params.ui_locales ?? '').split(' ').find((locale) => LOCALES.includes(locale));
  localeOfCode.set(ctx.oidc.entities.AuthorizationCode.jti, wanted ?? 'nb');
});
provider.on('server_error', (ctx, error) => console.error(`test-id: ${ctx.method} ${ctx.path}: ${error.name}`));

// ---- The log-in page

async function formOf(req) {
  let body = '';
  for await (const part of req) {
    body += part;
    if (body.length > 10_000) break;
  }
  return new URLSearchParams(body);
}

/** A session of somebody else in this browser ends before the new person's begins. */
async function forgetSomebodyElse(interaction, accountId) {
  const uid = interaction.session?.uid;
  if (!uid || interaction.session.accountId === accountId) return;
  const session = await provider.Session.findByUid(uid);
  await session?.destroy();
  interaction.session = undefined;
  await interaction.save(interaction.exp - Math.floor(Date.now() / 1000));
}

async function finish(ctx, result) {
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: false }));
  ctx.status = 303;
}

async function answer(ctx, interaction, showAgain) {
  const form = await formOf(ctx.req);
  if (form.has('cancel')) {
    return finish(ctx, { error: 'access_denied', error_description: 'the person chose to cancel' });
  }
  const person = config.persons.find(({ key }) => key === form.get('person'));
  const wrong = person ? null : whyNotPerson(form);
  if (wrong) return showAgain(wrong, form.get('level'));

  const accountId = remember(person?.national_id ?? form.get('national_id').replace(/\s/g, ''));
  const acr = `idporten-loa-${form.get('level') === 'substantial' ? 'substantial' : 'high'}`;
  await forgetSomebodyElse(interaction, accountId);
  return finish(ctx, { login: { accountId, acr, amr: ['TestID'] } });
}

async function logInPage(ctx) {
  const interaction = await provider.interactionDetails(ctx.req, ctx.res);
  if (ctx.path !== `${LOG_IN}${interaction.uid}`) {
    return show(ctx, trouble({ error: 'session_not_found' }), { status: 400 });
  }
  const client = await provider.Client.find(interaction.params.client_id);
  const showForm = (wrong, level) => show(
    ctx,
    logIn({
      persons: config.persons,
      action: ctx.path,
      clientName: client.clientName ?? client.clientId,
      level: level ?? 'high',
      wrong,
    }),
    { status: wrong ? 400 : 200, forms: origins(client.redirectUris) },
  );
  return ctx.method === 'POST' ? answer(ctx, interaction, showForm) : showForm();
}

// ---- Log-out: the session ends here, and each service in it is told by a frame

async function servicesToTell(session) {
  const told = await Promise.all(Object.entries(session.authorizations ?? {}).map(async ([clientId, { sid }]) => {
    const uri = (await provider.Client.find(clientId))?.frontchannel_logout_uri;
    if (!uri || !sid) return null;
    const address = new URL(uri);
    address.searchParams.set('iss', config.issuer);
    address.searchParams.set('sid', sid);
    return address.href;
  }));
  return told.filter(Boolean);
}

function goOn(ctx, frames, target) {
  if (target && !frames.length) {
    ctx.redirect(target);
    ctx.status = 303;
    return;
  }
  ctx.remove('Location');
  show(ctx, loggedOut({ frames, target }), { frames: origins(frames) });
}

function withState(uri, state) {
  if (!uri) return undefined;
  const address = new URL(uri);
  if (state != null) address.searchParams.set('state', state);
  return address.href;
}

async function endedByService(ctx) {
  const { session, entities } = ctx.oidc;
  const { secret, postLogoutRedirectUri, state } = session.state;
  const target = withState(postLogoutRedirectUri, state);
  if (!session.accountId) {
    goOn(ctx, [], target);
    if (!target) show(ctx, loggedOut({ frames: [] }));
  } else if (entities.IdTokenHint) {
    const frames = await servicesToTell(session);
    await session.destroy();
    ctx.oidc.cookies.set(provider.cookieName('session'), null, { httpOnly: true, sameSite: 'lax', overwrite: true });
    goOn(ctx, frames, target);
  } else {
    show(ctx, confirmLogOut({ action: ctx.oidc.urlFor('end_session_confirm'), secret }), { forms: origins([target]) });
  }
}

async function endedByPerson(ctx) {
  const frames = await servicesToTell(ctx.oidc.session);
  if (frames.length) goOn(ctx, frames, ctx.response.get('Location'));
}

provider.use(async (ctx, next) => {
  if (ctx.path === '/healthz') {
    ctx.body = 'ok';
  } else if (ctx.path.startsWith(LOG_IN)) {
    try {
      await logInPage(ctx);
    } catch (error) {
      show(ctx, trouble({ error: error.error ?? 'server_error' }), { status: error.statusCode ?? 500 });
    }
  } else {
    await next();
    if (ctx.oidc?.route === 'end_session' && ctx.status === 200) await endedByService(ctx);
    if (ctx.oidc?.route === 'end_session_confirm' && ctx.status === 303) await endedByPerson(ctx);
  }
});

provider.listen(config.port, config.host, () => console.log(`test-id: ready on ${config.issuer}`));
