import tailwind from "@tailwindcss/vite";
import babel from "@rolldown/plugin-babel";
import react, { reactCompilerPreset } from "@vitejs/plugin-react";
import { defineConfig, type ProxyOptions } from "vite";

/** Where the daemon listens while the page is served by Vite with hot reload. */
const daemon = `http://127.0.0.1:${process.env["BOOCODE_PORT"] ?? "9502"}`;

/** The daemon accepts only its own origin, so the development proxy speaks as it. */
const proxied: ProxyOptions = {
  target: daemon,
  changeOrigin: true,
  ws: true,
  configure: (proxy) => {
    proxy.on("proxyReq", (request) => request.setHeader("origin", daemon));
    proxy.on("proxyReqWs", (request) => request.setHeader("origin", daemon));
  },
};

export default defineConfig({
  plugins: [tailwind(), react(), babel({ presets: [reactCompilerPreset()] })],
  server: { port: 9503, strictPort: true, proxy: { "/trpc": proxied, "/api": proxied } },
  build: {
    target: "es2023",
    // Fonts and icons as data: URLs would need a wider content security policy.
    assetsInlineLimit: 0,
    // The polyfill is for browsers older than anything this page runs on.
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
});
