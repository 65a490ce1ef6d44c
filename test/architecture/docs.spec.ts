import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(__dirname, '../..');
const folders = ['src', 'sdk', 'web', 'test', 'docs', 'bench', 'scripts', 'migrations'];
/** Made by a build or a run, or by a package manager. */
const made = new Set(['node_modules', 'dist']);

/** Everything that is there, folders with a slash at their end; each with a slash at its beginning. */
const present = ['', ...folders].flatMap((folder) => below(folder, folder !== ''));

function below(folder: string, deep: boolean): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return [`/${path}`];
    if (made.has(entry.name)) return [];
    return [`/${path}/`, ...(deep ? below(path, true) : [])];
  });
}

function markdownIn(folder: string): string[] {
  const names = readdirSync(join(root, folder));
  return names.filter((name) => name.endsWith('.md')).map((name) => join(folder, name));
}

/**
 * What stands in code quotes and is a path: below a folder of the repository or of `src/`, or a folder with a slash at
 * its end, or a file. `<room>` and the like stand for any, and so does `x`: `x.service.ts`, `x-flow.ts`.
 */
function quotedPaths(text: string): string[] {
  const quoted = text.replace(/```.*?```/gs, '').matchAll(/`([^`\n]+)`/g);
  const beginnings = [...folders, ...readdirSync(join(root, 'src'))].map((name) => `${name}/`);
  return [...quoted]
    .map(([, path]) => path!)
    .filter((path) => /^\w[\w./-]*$/.test(path) && !/^x[.-]/.test(path))
    .filter(
      (path) => /(\/|\.(ts|vue|[cm]?js|md))$/.test(path) || beginnings.some((name) => path.startsWith(name)),
    );
}

/** Is it there, under its whole path or the end of it? */
function isPresent(path: string): boolean {
  const [file, folder] = [`/${path}`, `/${path.replace(/\/$/, '')}/`];
  return present.some((known) => known.endsWith(file) || known.endsWith(folder));
}

/** Targets of links, without addresses of other sites and places in a page. */
function linkedPaths(text: string, file: string): string[] {
  const targets = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, target]) => target!);
  return targets.filter((target) => !target.includes(':')).map((target) => join(dirname(file), target));
}

describe.each(['.', 'docs', 'docs/decisions', 'src/media'].flatMap(markdownIn))('%s', (file) => {
  const text = readFileSync(join(root, file), 'utf8');

  it('names only what is there', () => {
    expect(quotedPaths(text).filter((path) => !isPresent(path))).toEqual([]);
  });

  it('links only to what is there', () => {
    expect(linkedPaths(text, file).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
