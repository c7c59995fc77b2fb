import { defineConfig } from 'vitest/config';
import { hangMs } from './test/patience.ts';

export default defineConfig({
  resolve: { conditions: ['flowc-source'] },
  ssr: { resolve: { conditions: ['flowc-source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    testTimeout: hangMs,
    hookTimeout: hangMs,
    // On two cores: the long tests wait for clocks and servers more than they compute.
    maxWorkers: 3,
  },
});
