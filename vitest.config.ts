import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['flowc-source'] },
  ssr: { resolve: { conditions: ['flowc-source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    // What was built loads as it does outside of tests: by Node, with the hooks of the running package.
    server: { deps: { external: [/\/generated\/.*\.ts/] } },
    // Against what hangs, not against what is slow: on a busy machine a process takes seconds to start.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // On two cores: the long tests wait for clocks and servers more than they compute.
    maxWorkers: 3,
  },
});
