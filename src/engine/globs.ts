// The two glob forms of the language: over text, and over `namespace/name` paths.

/** A glob over any text: `*` stands for any run of characters. */
export function compileGlob(glob: string): RegExp {
  return compile(glob, '.*');
}

/** A `namespace/name` glob: `*` stands for any run of characters inside one segment. */
export function compilePathGlob(glob: string): RegExp {
  return compile(glob, '[^/]*');
}

function compile(glob: string, star: string): RegExp {
  const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  return new RegExp(`^${glob.split(/\*+/).map(literal).join(star)}$`, 's');
}
