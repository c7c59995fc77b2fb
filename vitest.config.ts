import { defineConfig } from 'vitest/config';
import { importedByGenerated } from './runtime/package-files.ts';
import { hangMs } from './test/patience.ts';

export default defineConfig({
  // Generated code of a test's own workspace does not find the package upwards of itself.
  resolve: { conditions: ['flowc-source'], alias: importedByGenerated },
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
