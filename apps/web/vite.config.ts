import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import tailwind from "@tailwindcss/vite";
import babel from "@rolldown/plugin-babel";
import react, { reactCompilerPreset } from "@vitejs/plugin-react";
import { defineConfig, loadEnv, type Plugin, type ProxyOptions } from "vite";

const compress = promisify(brotliCompress);

/** Writes a compressed copy of each text file in the build, which the daemon serves unchanged. */
function precompress(): Plugin {
  return {
    name: "precompress",
    apply: "build",
    async writeBundle({ dir = "" }, bundle) {
      const texts = Object.keys(bundle).filter((name) => /\.(?:js|css|html)$/.test(name));
      const compressOne = async (name: string) => {
        const text = await readFile(join(dir, name));
        await writeFile(join(dir, `${name}.br`), await compress(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
      };
      await Promise.all(texts.map(compressOne));
    },
  };
}

/** The modules of the first view that are not needed to ask the daemon. They are one chunk, run in a task of its own. */
const drawing = new Set<string>();

/** Finds {@link drawing}: what the module that draws needs at once, except what the program's entry needs too. */
function findDrawing(): Plugin {
  return {
    name: "find-drawing",
    apply: "build",
    buildEnd() {
      const reach = (end: string): Set<string> => {
        const found = new Set<string>();
        const open = [...this.getModuleIds()].filter((id) => id.endsWith(end));
        for (let id = open.pop(); id !== undefined; id = open.pop()) {
          if (found.has(id)) continue;
          found.add(id);
          open.push(...(this.getModuleInfo(id)?.importedIds ?? []));
        }
        return found;
      };
      const asking = reach("/src/main.tsx");
      for (const id of reach("/src/draw-app.tsx")) if (!asking.has(id)) drawing.add(id);
    },
  };
}

/** Preloads what the first view needs and the page does not name: the text's font, and the chunk that draws, with what it needs. */
function preloadFirstView(): Plugin {
  return {
    name: "preload-first-view",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler: (html, { bundle = {} }) => {
        const font = Object.keys(bundle).find((name) => /inter-latin-wght-normal.*\.woff2$/.test(name));
        const chunks = Object.values(bundle).flatMap((each) => (each.type === "chunk" ? [each] : []));
        const draws = chunks.find(({ moduleIds }) => moduleIds.some((id) => id.endsWith("/draw-app.tsx")));
        if (!font || !draws) throw new Error("The text's font or the chunk that draws is not in the build any more.");
        // A name taken from it by an import at the top would load all of it before the first chat.
        if (draws.imports.some((name) => /\/later-/.test(name)))
          throw new Error("The first view imports what is loaded once it is at rest.");
        const scripts = [draws.fileName, ...draws.imports].filter((name) => !html.includes(name));
        return [
          { tag: "link", attrs: { rel: "preload", as: "font", type: "font/woff2", href: `/${font}`, crossorigin: "" }, injectTo: "head" },
          ...scripts.map((name) => ({
            tag: "link",
            attrs: { rel: "modulepreload", href: `/${name}`, crossorigin: "" },
            injectTo: "head" as const,
          })),
        ];
      },
    },
  };
}

/** A proxy to the daemon that sends the daemon's own origin, because the daemon accepts no other. */
function toDaemon(target: string): ProxyOptions {
  return {
    target,
    changeOrigin: true,
    ws: true,
    configure: (proxy) => {
      proxy.on("proxyReq", (request) => request.setHeader("origin", target));
      proxy.on("proxyReqWs", (request) => request.setHeader("origin", target));
    },
  };
}

export default defineConfig(({ mode }) => {
  const daemon = toDaemon(`http://127.0.0.1:${loadEnv(mode, ".", "BOOCODE_")["BOOCODE_PORT"] ?? "9502"}`);
  return {
    plugins: [tailwind(), react(), babel({ presets: [reactCompilerPreset()] }), findDrawing(), preloadFirstView(), precompress()],
    server: { port: 9503, strictPort: true, proxy: { "/trpc": daemon, "/api": daemon } },
    // Build workers as modules, so that the highlighter loads one grammar at a time.
    worker: { format: "es" },
    build: {
      target: "es2023",
      // Inline no assets: fonts and icons in data: URLs would need a wider content security policy.
      assetsInlineLimit: 0,
      // One file of styles, which the page names, so that the chunk that draws waits for none of its own.
      cssCodeSplit: false,
      // The polyfill is for browsers older than anything this page runs on.
      modulePreload: { polyfill: false },
      // Grammars of large languages are, and they are loaded one by one when a block of theirs is seen.
      chunkSizeWarningLimit: 900,
      rolldownOptions: {
        // How long each plugin took is no news to who only wants to start the program.
        checks: { pluginTimings: false },
        output: {
          // One chunk for what every part needs, instead of a dozen small ones.
          codeSplitting: {
            // What a chunk needs of what the page loads first stays there.
            includeDependenciesRecursively: false,
            groups: [
              {
                // What is loaded once the page is at rest, in one piece.
                name: "later",
                test: /node_modules\/(?:@base-ui|@floating-ui|sonner|tabbable|reselect|use-sync-external-store)\/|\/ui\/popups\/(?:combobox-popup|menu-popup|dialog|final-focus)\.tsx?|\/ui\/toasts\/toaster\.tsx/,
                priority: 1,
              },
              {
                name: "base",
                test: /rolldown\/runtime|node_modules\/(?:react|react-dom|scheduler|clsx|@trpc|@tanstack)\/|createLucideIcon|\/lucide-react\/dist\/esm\/(?:Icon|defaultAttributes|shared|context)|\/ui\/(?:browser\/copy-text|toasts\/toast-queue)\.ts|\/web\/src\/api\/faults\/|\/web\/src\/api\/access\.ts|\/web\/src\/api\/browser-name\.ts/,
                priority: 1,
              },
              { name: "draw-app", test: (id) => drawing.has(id) },
            ],
          },
        },
      },
    },
  };
});
