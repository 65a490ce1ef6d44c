import { z } from 'zod';

/** Numbers of the environment that have one list: what each is by default, and what it means. */
export type NumberTable = Record<string, { byDefault: number; meaning: string }>;

/** `mixTasks` as variables have it: `MIX_TASKS`. */
export function upperSnake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/**
 * Reads a table's variables into its names. Each is a whole number from 1.
 * @param variableOf the variable of a name
 */
export function tableSchema<T extends NumberTable>(table: T, variableOf: (name: string) => string) {
  const names = Object.keys(table);
  const number = (name: string) => z.coerce.number().int().min(1).default(table[name]!.byDefault);
  return z
    .object(Object.fromEntries(names.map((name) => [variableOf(name), number(name)])))
    .transform(
      (given) =>
        Object.fromEntries(names.map((name) => [name, given[variableOf(name)]])) as Record<keyof T, number>,
    );
}
