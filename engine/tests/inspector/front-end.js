// Chrome's DevTools front end from its npm package, bundled and served on this machine.
//
// The package has the sources of the front end and what its build generates from other repositories; esbuild does the rest. What
// the build itself generates is made here: style sheets and skills as modules, the list of images, and that of languages, of
// which English stands in the sources.

import { build } from "esbuild";
import { createServer } from "node:http";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, "node_modules/chrome-devtools-frontend/front_end");

/** Names of files in a folder. */
const list = (folder) => fs.readdirSync(path.join(root, folder));

/** A module whose value is a text. */
const text = (name, file) => `export ${name} ${JSON.stringify(fs.readFileSync(file, "utf8"))};`;

function images() {
  const found = [...list("Images/src").map((name) => `src/${name}`), ...list("Images")].filter((name) => /\.(svg|png|avif)$/.test(name));
  const rules = found.map((name) => `--image-file-${path.parse(name).name}: url("/Images/${name}");`);
  return `const sheet = new CSSStyleSheet();
    sheet.replaceSync(${JSON.stringify(`:root { ${rules.join(" ")} }`)});
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    export {};`;
}

const languages = `export const LOCALES = ["en-US"];
  export const BUNDLED_LOCALES = ["en-US"];
  export const DEFAULT_LOCALE = "en-US";
  export const LOCAL_FETCH_PATTERN = "/locales/@LOCALE@.json";
  export const REMOTE_FETCH_PATTERN = "@HOST@/@VERSION@/@LOCALE@.json";`;

/** A module that the package's own build generates. */
function generated(file) {
  const from = path.relative(root, file);
  if (from === "Images/Images.js") return images();
  if (from === "core/i18n/locales.js") return languages;
  if (from.endsWith(".css.js")) return text("default", file.slice(0, -3));
  if (from.endsWith(".skill.js")) {
    const words = fs.readFileSync(file.replace(/\.skill\.js$/, ".md"), "utf8");
    return `export const skill = ${JSON.stringify({ name: path.basename(file, ".skill.js"), description: "", content: words })};`;
  }
  throw new Error(`${from} is not in the package`);
}

const sources = {
  name: "front-end",
  setup(bundle) {
    bundle.onResolve({ filter: /^\.\.?\// }, ({ path: name, resolveDir }) => {
      const file = path.resolve(resolveDir, name);
      const script = file.replace(/\.js$/, ".ts");
      const found = [file, script].find((file) => fs.existsSync(file) && fs.statSync(file).isFile());
      if (found) return { path: found };
      // What asks for a module without its ending does so in Node only.
      return file.endsWith(".js") ? { path: file, namespace: "generated" } : { path: name, external: true };
    });
    bundle.onLoad({ filter: /.*/, namespace: "generated" }, ({ path: file }) => ({ contents: generated(file), loader: "js" }));
  },
};

/** Bundles the front end into a folder. */
export async function bundle(folder) {
  const entries = ["devtools_app/devtools_app", "formatter_worker/formatter_worker-entrypoint", "heap_snapshot_worker/heap_snapshot_worker-entrypoint"];
  await build({
    absWorkingDir: root,
    entryPoints: entries.map((name) => `entrypoints/${name}.ts`),
    outdir: folder,
    outbase: root,
    // Workers are found from any of them at `../../entrypoints`.
    chunkNames: "chunks/all/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    target: "esnext",
    // What runs in Node only, or is not shipped with it.
    external: ["node:*", "puppeteer", "lighthouse"],
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: false } },
    plugins: [sources],
    logLevel: "error",
  });
  const page = fs.readFileSync(path.join(root, "entrypoint_template.html"), "utf8");
  fs.writeFileSync(path.join(folder, "devtools_app.html"), page.replaceAll("%ENTRYPOINT_NAME%", "devtools_app"));
}

const kinds = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png", ".json": "application/json" };

/** Serves a bundled front end; gives the server, which knows its port. */
export async function serve(folder) {
  const server = createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    if (name.endsWith(".json") && name.includes("locales")) return response.setHeader("content-type", "application/json").end("{}");
    const file = [folder, root].map((base) => path.join(base, path.normalize(name))).find((file) => fs.existsSync(file) && fs.statSync(file).isFile());
    if (!file) return response.writeHead(404).end();
    response.setHeader("content-type", kinds[path.extname(file)] ?? "application/octet-stream");
    fs.createReadStream(file).pipe(response);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return server;
}
