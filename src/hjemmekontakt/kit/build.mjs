// Bundles the style sheet, the script and the fonts into static/built/.
// Run from the root: node src/hjemmekontakt/kit/build.mjs
import { build } from "esbuild";
import { readFileSync, rmSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const kit = dirname(fileURLToPath(import.meta.url));
const built = join(kit, "static", "built");

// What an earlier build left must not be served beside the new; the storage adds the content hashes.
rmSync(built, { recursive: true, force: true });

const { metafile } = await build({
  entryPoints: [
    { in: join(kit, "js", "app.js"), out: "app" },
    { in: join(kit, "css", "app.css"), out: "app" },
  ],
  outdir: built,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome111", "firefox115", "safari16.4"],
  loader: { ".woff2": "file" },
  assetNames: "[name]",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
  // htmx works from attributes; this alias takes the module form, whose configuration we may set before it starts.
  alias: { htmx: "htmx.org/dist/htmx.esm.js" },
});

for (const file of Object.keys(metafile.outputs).sort()) {
  const bytes = readFileSync(file);
  const kb = (count) => `${(count / 1024).toFixed(1)} KB`;
  const sizes = [bytes.length, gzipSync(bytes).length].map((count) => kb(count).padStart(9));
  console.log(`${basename(file).padEnd(36)} ${sizes.join(" ")} gzip`);
}
console.log(`→ ${relative(process.cwd(), built)}`);
