import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['flowc-source'] },
  ssr: { resolve: { conditions: ['flowc-source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    // What a test builds in a temporary folder is loaded by Node, as the product loads it: it finds `flowc` by our own hook.
    server: { deps: { external: [/\/flowc-[^/]+\/.*\/?generated\//] } },
    globalSetup: ['test/global-setup.ts'],
    // Against what hangs, not against what is slow: on a busy machine a process takes seconds to start.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // On two cores: the long tests wait for clocks and servers more than they compute.
    maxWorkers: 3,
  },
});
