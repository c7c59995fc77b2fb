import { defineConfig } from 'vitest/config';
import { importedByGenerated } from './runtime/package-files.ts';

export default defineConfig({
  // Generated code of a test's own workspace does not find the package upwards of itself.
  resolve: { conditions: ['flowc-source'], alias: importedByGenerated },
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
