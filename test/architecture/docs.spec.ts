import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(__dirname, '../..');

function markdownIn(folder: string): string[] {
  const names = readdirSync(join(root, folder));
  return names.filter((name) => name.endsWith('.md')).map((name) => join(folder, name));
}

/** Paths of the repository in code quotes; `<room>` and the like stand for any. */
function quotedPaths(text: string): string[] {
  const quoted = text.replace(/```.*?```/gs, '').matchAll(/`([^`\n]+)`/g);
  return [...quoted]
    .map(([, path]) => path!)
    .filter((path) => /^(src|web|test|docs|bench|scripts|migrations)\/[\w./-]*$/.test(path));
}

/** Targets of links, without addresses of other sites and places in a page. */
function linkedPaths(text: string, file: string): string[] {
  const targets = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, target]) => target!);
  return targets.filter((target) => !target.includes(':')).map((target) => join(dirname(file), target));
}

describe.each(['.', 'docs', 'docs/decisions'].flatMap(markdownIn))('%s', (file) => {
  it('names only what is there', () => {
    const text = readFileSync(join(root, file), 'utf8');
    const paths = [...quotedPaths(text), ...linkedPaths(text, file)];
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
