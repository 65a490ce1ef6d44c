import type { ObjectLiteral, Repository } from 'typeorm';

/**
 * Entities of the raw rows of `UPDATE … RETURNING *`, which TypeORM hands out as they come from the driver. For plain
 * columns without transformers.
 */
export function hydrate<T extends ObjectLiteral>(of: Repository<T>, raw: unknown): T[] {
  return (raw as Record<string, unknown>[]).map((row) => {
    const entity = of.create();
    for (const column of of.metadata.columns) column.setEntityValue(entity, row[column.databaseName]);
    return entity;
  });
}
