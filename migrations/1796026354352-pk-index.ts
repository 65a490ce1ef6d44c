import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PkIndex1796026354352 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER INDEX "public"."pk_matches_ended" RENAME TO "pk_matches_over"`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER INDEX "public"."pk_matches_over" RENAME TO "pk_matches_ended"`);
  }
}
