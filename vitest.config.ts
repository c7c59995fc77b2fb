import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['flowc-source'] },
  ssr: { resolve: { conditions: ['flowc-source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 180_000,
    // On two cores: the long tests wait for clocks and servers more than they compute.
    maxWorkers: 3,
  },
});
