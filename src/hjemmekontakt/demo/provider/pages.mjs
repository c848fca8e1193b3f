// The test identity provider's pages: Norwegian, plain, usable without JavaScript and at 320 px.
import { createHash } from 'node:crypto';

const STYLE = `
*{box-sizing:border-box}
body{margin:0;background:#f3f4f6;color:#1b1f24;font:1.125rem/1.5 Inter,system-ui,sans-serif}
main{max-width:36rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .5rem}
h2,legend{font-size:1.25rem;font-weight:600;margin:2rem 0 .5rem;padding:0}
p{margin:.5rem 0}
fieldset{border:0;margin:0;padding:0}
ul{list-style:none;margin:0;padding:0}
li{margin:.5rem 0}
label{display:block}
.choice{display:flex;gap:.75rem;align-items:center;min-height:3rem}
.choice input{width:1.5rem;height:1.5rem;flex:none}
button,.button{display:block;width:100%;min-height:3.25rem;padding:.75rem 1rem;border:2px solid #0b4f8a;
border-radius:.5rem;background:#fff;color:#0b4f8a;font:inherit;font-weight:600;text-align:left;text-decoration:none;
cursor:pointer;overflow-wrap:anywhere}
button:hover,.button:hover{background:#e6f0f9}
button.strong,.button.strong{background:#0b4f8a;color:#fff;text-align:center}
button.quiet{border-color:#5b6570;color:#1b1f24;text-align:center}
input[type=text]{width:100%;min-height:3.25rem;margin:.25rem 0 .75rem;padding:.5rem .75rem;border:2px solid #5b6570;
border-radius:.5rem;font:inherit}
:focus-visible{outline:4px solid #1b1f24;outline-offset:2px}
.note{background:#fff6d6;border-left:.5rem solid #b58900;padding:.75rem 1rem;margin:1rem 0}
.wrong{background:#fdeaea;border-left:.5rem solid #b3261e;padding:.75rem 1rem;margin:1rem 0}
iframe{width:1px;height:1px;border:0;position:absolute;left:0;top:0;opacity:0}
.default{position:absolute;width:1px;height:1px;min-height:0;padding:0;border:0;overflow:hidden;clip-path:inset(50%)}
`;
const STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

const ESCAPES = {
  '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;',
};
const text = (value) => String(value).replace(/[&<>"']/g, (sign) => ESCAPES[sign]);

function page(title, body, head = '') {
  return `<!DOCTYPE html>
<html lang="nb">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${head}<title>${text(title)} – Test-ID</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

/** Give a page out with headers that let nothing run, and no address that the forms and frames do not need. */
export function show(ctx, html, { status = 200, forms = [], frames = [] } = {}) {
  ctx.status = status;
  ctx.type = 'html';
  ctx.set('Cache-Control', 'no-store');
  ctx.set('Referrer-Policy', 'no-referrer');
  ctx.set('X-Content-Type-Options', 'nosniff');
  ctx.set('Content-Security-Policy', [
    "default-src 'none'", `style-src ${STYLE_HASH}`, 'img-src data:', "base-uri 'none'", "frame-ancestors 'none'",
    `form-action ${["'self'", ...forms].join(' ')}`, `frame-src ${frames.length ? frames.join(' ') : "'none'"}`,
  ].join('; '));
  ctx.body = html;
}

function people(title, persons) {
  if (!persons.length) return '';
  const buttons = persons.map(({ key, name }) => (
    `<li><button name="person" value="${text(key)}">${text(name)}</button></li>`));
  return `<h2>${title}</h2>\n<ul>\n${buttons.join('\n')}\n</ul>`;
}

/** The log-in page: who are you, and at which level. */
export function logIn({ persons, action, clientName, level = 'high', wrong = '' }) {
  const chosen = (value) => (value === level ? ' checked' : '');
  return page('Logg inn', `
<h1>Test-ID</h1>
<p>Velg hvem du vil logge inn som hos ${text(clientName)}.</p>
<p class="note">Dette er en prøveinnlogging. Alle personene er oppdiktet.</p>
${wrong ? `<p class="wrong" role="alert">${text(wrong)}</p>` : ''}
<form method="post" action="${text(action)}" autocomplete="off">
<button class="default" name="person" value="other" tabindex="-1" aria-hidden="true">Annen person</button>
<fieldset>
<legend>Sikkerhetsnivå</legend>
<label class="choice"><input type="radio" name="level" value="high"${chosen('high')}> Høyt</label>
<label class="choice"><input type="radio" name="level" value="substantial"${chosen('substantial')}> Betydelig</label>
</fieldset>
${people('Innbyggere', persons.filter(({ role }) => role !== 'employee'))}
${people('Ansatte', persons.filter(({ role }) => role === 'employee'))}
<h2>Annen person</h2>
<label for="national_id">Syntetisk fødselsnummer (11 siffer)</label>
<input type="text" id="national_id" name="national_id" inputmode="numeric" maxlength="14"
${wrong ? 'aria-invalid="true"' : ''}>
<button class="strong" name="person" value="other">Logg inn som annen person</button>
<h2>Vil du ikke logge inn?</h2>
<button class="quiet" name="cancel" value="yes">Avbryt</button>
</form>`);
}

const frame = (uri) => `<iframe src="${text(uri)}" title="Logger ut" tabindex="-1" aria-hidden="true"></iframe>`;

/** Every service is told of the log-out by a frame of its own; then the page goes on by itself. */
export function loggedOut({ frames, target }) {
  const goOn = target
    ? `<p><a class="button strong" href="${text(target)}">Tilbake til tjenesten</a></p>`
    : '<p>Du kan lukke vinduet.</p>';
  return page('Du er logget ut', `
<h1>Du er logget ut</h1>
<p>Vi har bedt tjenestene du brukte, om å logge deg ut også.</p>
${goOn}
${frames.map(frame).join('\n')}`,
  target ? `<meta http-equiv="refresh" content="1; url=${text(target)}">\n` : '');
}

/** Somebody asks for a log-out without proof of which session: the person answers herself. */
export function confirmLogOut({ action, secret }) {
  return page('Logg ut', `
<h1>Vil du logge ut?</h1>
<p>Du blir logget ut av alle tjenester som bruker Test-ID.</p>
<form method="post" action="${text(action)}">
<input type="hidden" name="xsrf" value="${text(secret)}">
<button class="strong" name="logout" value="yes">Ja, logg ut</button>
</form>`);
}

/** Something is wrong with what a service asked for. */
export function trouble({ error, description }) {
  return page('Noe gikk galt', `
<h1>Noe gikk galt</h1>
<p>Gå tilbake til tjenesten og prøv igjen.</p>
<p class="wrong"><strong>${text(error)}</strong></p>
${description ? `<p lang="en">${text(description)}</p>` : ''}`);
}
