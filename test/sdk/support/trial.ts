import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = process.cwd();

/** An empty project with the package installed as it is released. */
export class Trial {
  /** Below the root, where what the package depends on is found as if it had been installed with it. */
  readonly folder: string;

  constructor() {
    mkdirSync(join(root, 'dist'), { recursive: true });
    this.folder = mkdtempSync(join(root, 'dist/trial-'));
    mkdirSync(this.installed, { recursive: true });
    run('npm', ['pack', '--silent', '--pack-destination', this.folder], join(root, 'sdk'));
    const packed = readdirSync(this.folder).find((name) => name.endsWith('.tgz'))!;
    run(
      'tar',
      ['-xzf', join(this.folder, packed), '--strip-components=1', '-C', this.installed],
      this.folder,
    );
    writeFileSync(this.at('package.json'), '{ "name": "trial", "private": true, "type": "module" }');
  }

  /** Where the package is. */
  get installed(): string {
    return this.at('node_modules/@lianmai/client');
  }

  at(path: string): string {
    return join(this.folder, path);
  }

  /** Runs a script with Node. @returns what it printed @throws Error when it fails */
  node(script: string, args: string[] = [], cwd: string = this.folder): string {
    return run(process.execPath, [script, ...args], cwd);
  }

  /** Runs one of our packages, by its file: `vite/bin/vite.js`. */
  bin(path: string, args: string[] = [], cwd?: string): string {
    return this.node(join(root, 'node_modules', path), args, cwd);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function run(command: string, args: string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}:\n${stdout}${stderr}`);
  return stdout;
}
