// esbuild: the sources as one minified CommonJS file, because the main script of a single executable must be CommonJS
// on the Node that is embedded. Commands and their dependencies are evaluated only when they are first imported.
import { join } from 'node:path';
import { build } from 'esbuild';
import { root, work } from './steps.mjs';

/** What is bundled. A part that is too large to parse at every start becomes a row of its own, as a lazy asset. */
const bundles = [{ name: 'main.cjs', entry: 'src/main.ts' }];

/** Bundles everything; `constants` are compiled in. Returns { main, inputs }: the main file and all files in it. */
export async function bundle(constants) {
  const inputs = [];
  for (const { name, entry } of bundles) {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: [entry],
      outfile: join(work, 'bundle', name),
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node24',
      format: 'cjs',
      legalComments: 'none',
      logLevel: 'warning',
      metafile: true,
      define: {
        ...Object.fromEntries(Object.entries(constants).map(([key, value]) => [key, JSON.stringify(value)])),
        'import.meta.dirname': '__dirname',
        'import.meta.url': '__mainUrl',
      },
      banner: { js: "const __mainUrl=require('node:url').pathToFileURL(__filename).href;" },
    });
    inputs.push(...Object.values(metafile.outputs).flatMap((output) => usedInputs(output)));
  }
  return { main: join(work, 'bundle', bundles[0].name), inputs: [...new Set(inputs)] };
}

/** Files of which something is left after tree shaking. */
function usedInputs(output) {
  return Object.keys(output.inputs).filter((path) => output.inputs[path].bytesInOutput > 0);
}
